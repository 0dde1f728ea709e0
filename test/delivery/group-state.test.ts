import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AfterParking,
  type Claim,
  type ClaimRequest,
  type GroupState,
  type Outstanding,
  MAX_OUTSTANDING,
  claim,
  emptyGroup,
  extend,
  giveBack,
  groupStateSchema,
  nextDue,
  park,
  postpone,
  release,
  replay,
  settle,
} from '../../src/delivery/group-state.ts';

const VISIBILITY = 60_000;
const failure = { at: '2030-01-01T00:00:00.000Z', worker: 'a', error: 'no' };

const place = (sequence: number, task?: string) => ({
  id: `event-${sequence}`,
  sequence,
  ...(task && { task_id: task }),
});

function take(
  state: GroupState,
  events: readonly ReturnType<typeof place>[],
  {
    worker = 'a',
    now = 0,
    limit = 10,
    ordered = false,
    holder,
  }: Partial<Pick<ClaimRequest, 'worker' | 'now' | 'limit' | 'ordered' | 'holder'>> = {},
) {
  const until = events.at(-1)?.sequence ?? state.position;
  return claim(state, {
    worker,
    holder,
    now,
    limit,
    ordered,
    visibilityMs: VISIBILITY,
    fresh: { after: state.position, until, events },
  });
}

const sequences = (deliveries: readonly { sequence: number }[]) => deliveries.map(({ sequence }) => sequence);
const claimOf = ({ sequence, attempt, worker }: Outstanding): Claim => ({
  sequence,
  attempt,
  worker: worker ?? '',
});
const first = (deliveries: readonly Outstanding[]): Outstanding =>
  deliveries[0] ?? expect.fail('nothing was claimed');

describe('a group', () => {
  test('hands each event to one worker', () => {
    const one = take(emptyGroup(0), [place(1), place(2)]);
    expect(sequences(one.result)).toEqual([1, 2]);
    const two = take(one.state, [place(3)], { worker: 'b' });
    expect(sequences(two.result)).toEqual([3]);
    expect(take(two.state, [], { worker: 'c' }).result).toEqual([]);
  });

  test('takes no events that another worker took while they were read', () => {
    const one = take(emptyGroup(0), [place(1)]);
    const late = claim(one.state, {
      worker: 'b',
      now: 0,
      limit: 10,
      ordered: false,
      visibilityMs: VISIBILITY,
      fresh: { after: 0, until: 1, events: [place(1)] },
    });
    expect(late.result).toEqual([]);
    expect(late.state).toBe(one.state);
  });

  test('gives what a silent worker has to another one, and tells the late one', () => {
    const lost = take(emptyGroup(0), [place(1)]);
    expect(take(lost.state, [], { worker: 'b', now: VISIBILITY - 1 }).result).toEqual([]);
    const taken = take(lost.state, [], { worker: 'b', now: VISIBILITY });
    expect(taken.result).toMatchObject([
      { sequence: 1, attempt: 2, worker: 'b', failures: [{ worker: 'a' }] },
    ]);
    expect(settle(taken.state, claimOf(first(lost.result))).result).toBe(false);
    expect(extend(taken.state, claimOf(first(lost.result)), 1e9).result).toBe(false);
    expect(settle(taken.state, claimOf(first(taken.result)))).toMatchObject({
      result: true,
      state: { outstanding: [] },
    });
  });

  test('gives what it had given a process that did not learn of it to that one again, as the same try', () => {
    const { state } = take(emptyGroup(0), [place(1), place(2)], { holder: { id: 'x', inHand: new Set() } });
    const ask = (id: string, ...inHand: readonly number[]) =>
      take(state, [], { now: 5, holder: { id, inHand: new Set(inHand) } }).result;
    expect(ask('x', 1)).toMatchObject([{ sequence: 2, attempt: 1, failures: [], until: 5 + VISIBILITY }]);
    expect(ask('x', 1, 2)).toEqual([]);
    // Another process of the same name.
    expect(ask('y')).toEqual([]);
  });

  test('leaves it to a worker that says that it is still at it', () => {
    const { state, result } = take(emptyGroup(0), [place(1)]);
    const kept = extend(state, claimOf(first(result)), 2 * VISIBILITY);
    expect(take(kept.state, [], { worker: 'b', now: VISIBILITY }).result).toEqual([]);
  });

  test('gives what failed out again when it is due, and says when that is', () => {
    const { state, result } = take(emptyGroup(0), [place(1)]);
    const waiting = postpone(state, claimOf(first(result)), 1000, failure).state;
    expect(nextDue(waiting, false)).toBe(1000);
    expect(take(waiting, [], { now: 999 }).result).toEqual([]);
    expect(take(waiting, [], { now: 1000, worker: 'b' }).result).toMatchObject([
      { attempt: 2, failures: [failure] },
    ]);
  });

  test('counts no try that was given back', () => {
    const { state, result } = take(emptyGroup(0), [place(1)]);
    const back = giveBack(state, claimOf(first(result))).state;
    expect(take(back, [], { worker: 'b' }).result).toMatchObject([{ sequence: 1, attempt: 1, failures: [] }]);
  });

  test('begins no more than it can keep in mind', () => {
    const events = Array.from({ length: MAX_OUTSTANDING + 50 }, (_, index) => place(index + 1));
    const { state, result } = take(emptyGroup(0), events, { limit: 1000 });
    expect(result).toHaveLength(MAX_OUTSTANDING);
    expect(state.position).toBe(MAX_OUTSTANDING);
  });

  test('notes that a long stretch of the log is not for it, and does not write for a short one', () => {
    const empty = emptyGroup(0);
    const scanned = (until: number) =>
      claim(empty, {
        worker: 'a',
        now: 0,
        limit: 1,
        ordered: false,
        visibilityMs: 1,
        fresh: { after: 0, until, events: [] },
      }).state;
    expect(scanned(5000)).toBe(empty);
    expect(scanned(50_000).position).toBe(50_000);
  });

  test('that keeps the order of a task holds its later events back until the earlier ones are ended', () => {
    const { state, result } = take(emptyGroup(0), [place(1, 't'), place(2, 't'), place(3, 'u')], {
      ordered: true,
    });
    expect(sequences(result)).toEqual([1, 3]);
    const waiting = postpone(state, claimOf(first(result)), 1000, failure).state;
    expect(sequences(take(waiting, [], { now: 500, ordered: true }).result)).toEqual([]);
    const again = take(waiting, [], { now: 1000, ordered: true });
    expect(sequences(again.result)).toEqual([1]);
    const ended = settle(again.state, claimOf(first(again.result))).state;
    expect(sequences(take(ended, [], { now: 1000, ordered: true }).result)).toEqual([2]);
  });

  test('stops at a parked event, if told so, until its dead letter is gone', () => {
    const { state, result } = take(emptyGroup(0), [place(1)]);
    const stopped = park(state, claimOf(first(result)), 'stop').state;
    expect(take(stopped, [place(2)]).result).toEqual([]);
    expect(release(stopped, 7, undefined).result).toBe(false);
    expect(sequences(take(release(stopped, 1, undefined).state, [place(2)]).result)).toEqual([2]);
  });

  test('remembers the task of a parked event, if told so, until its last dead letter is gone', () => {
    const { state, result } = take(emptyGroup(0), [place(1, 't')]);
    const parked = park(state, claimOf(first(result)), 'park_task').state;
    expect(parked.parked_tasks).toEqual(['t']);
    expect(release(parked, 1, undefined).state.parked_tasks).toEqual(['t']);
    expect(release(parked, 1, 't').state.parked_tasks).toEqual([]);
  });

  test('takes a dead letter back as if it had never been tried, once', () => {
    const { state, result } = take(emptyGroup(0), [place(1), place(2)]);
    const parked = park(state, claimOf(first(result)), 'continue').state;
    const back = replay(parked, place(1));
    expect(back.result).toBe(true);
    expect(sequences(back.state.outstanding)).toEqual([1, 2]);
    expect(replay(back.state, place(1)).result).toBe(false);
    expect(take(back.state, []).result).toMatchObject([{ sequence: 1, attempt: 1, replayed: true }]);
  });
});

type Step =
  | { readonly kind: 'append'; readonly task: string }
  | { readonly kind: 'claim'; readonly worker: string; readonly limit: number }
  | { readonly kind: 'settle' | 'fail' | 'back' | 'extend' | 'park'; readonly which: number }
  | { readonly kind: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('append' as const), task: fc.constantFrom('t', 'u') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      worker: fc.constantFrom('a', 'b', 'c'),
      limit: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'settle' as const,
        'fail' as const,
        'back' as const,
        'extend' as const,
        'park' as const,
      ),
      which: fc.nat(20),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 1000, VISIBILITY) }),
  },
);

const endings = {
  settle,
  back: giveBack,
  fail: (state: GroupState, claimed: Claim, now: number) => postpone(state, claimed, now + 1000, failure),
  extend: (state: GroupState, claimed: Claim, now: number) => extend(state, claimed, now + VISIBILITY),
};

describe('whatever its workers do', () => {
  test('no event is lost, none is in two hands, and each ends once', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.constantFrom<AfterParking>('continue', 'park_task'),
        (steps, after) => {
          const ordered = after !== 'continue';
          const log: ReturnType<typeof place>[] = [];
          /** Every claim that was ever given; the good ones are those that nobody was given since. */
          const given: Outstanding[] = [];
          const ended = new Map<number, number>();
          let state = emptyGroup(0);
          let now = 0;
          for (const next of steps) {
            if (next.kind === 'append') log.push(place(log.length + 1, next.task));
            if (next.kind === 'pass') now += next.ms;
            if (next.kind === 'claim') {
              const taken = take(state, log.slice(state.position), { ...next, now, ordered });
              for (const { sequence, until, task_id } of taken.result) {
                const before = state.outstanding.find((one) => one.sequence === sequence);
                // In no other hands, unless those were silent for too long.
                expect(before === undefined || before.until <= now).toBe(true);
                expect(until).toBe(now + VISIBILITY);
                if (!ordered) continue;
                const earlier = taken.state.outstanding.filter((one) => one.task_id === task_id);
                expect(Math.min(...sequences(earlier))).toBe(sequence);
              }
              given.push(...taken.result);
              ({ state } = taken);
            }
            if ('which' in next && given.length > 0) {
              const chosen = given[next.which % given.length] ?? first(given);
              const latest = given.findLast(({ sequence }) => sequence === chosen.sequence);
              const done =
                next.kind === 'park'
                  ? park(state, claimOf(chosen), after)
                  : endings[next.kind](state, claimOf(chosen), now);
              if (done.result) {
                expect(chosen.attempt).toBe(latest?.attempt);
                if (next.kind === 'settle' || next.kind === 'park') {
                  ended.set(chosen.sequence, (ended.get(chosen.sequence) ?? 0) + 1);
                }
              }
              ({ state } = done);
            }
            // Each event is ended once, outstanding, or not yet taken: exactly one of them.
            const outstanding = sequences(state.outstanding);
            expect([...ended.keys(), ...outstanding].toSorted((a, b) => a - b)).toEqual(
              log.slice(0, state.position).map(({ sequence }) => sequence),
            );
            expect(outstanding).toEqual(outstanding.toSorted((a, b) => a - b));
            expect([...ended.values()].every((times) => times === 1)).toBe(true);
            expect(groupStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
