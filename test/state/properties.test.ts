import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLive } from '../../src/state/agent.ts';
import { diffTask } from '../../src/state/diff.ts';
import { deadLetterItems, inboxItemsOf } from '../../src/state/inbox.ts';
import { reduceTask } from '../../src/state/reduce-task.ts';
import { type TaskState, isEnded, legalPhaseChanges } from '../../src/state/task.ts';
import { createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';
import { storyArbitrary } from './stories.ts';

const RUNS = { numRuns: 1000 };

/** Each state of each task on its way, with the one before it. */
function* statesOf(steps: readonly e.Step[]): Generator<{ before: TaskState | undefined; after: TaskState }> {
  const tasks = new Map<string, TaskState>();
  for (const event of e.logOf(steps)) {
    const before = tasks.get(event.task_id ?? '');
    const after = reduceTask(before, event);
    if (!after) continue;
    yield { before, after };
    tasks.set(after.task_id, after);
  }
}

describe('whatever happens, in whatever order', () => {
  it('phases change as they may, and every change that may happen does', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        for (const { before, after } of statesOf(steps)) {
          if (!before || before.phase === after.phase) continue;
          expect(legalPhaseChanges[before.phase]).toContain(after.phase);
          seen.add(`${before.phase} → ${after.phase}`);
        }
      }),
      // The same stories each time: they are enough to reach every change.
      { numRuns: 3000, seed: 1 },
    );
    const legal = Object.entries(legalPhaseChanges).flatMap(([from, to]) =>
      to.map((phase) => `${from} → ${phase}`),
    );
    expect(seen).toStrictEqual(new Set(legal));
  });

  it('what is shown of a task agrees with itself', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        for (const { before, after } of statesOf(steps)) {
          const has = (status: string) => after.chunks.filter((chunk) => chunk.status === status).length;
          expect(has('completed')).toBeLessThanOrEqual(after.chunks.length);
          if (after.phase !== 'executing') expect(has('running')).toBe(0);
          if (after.phase === 'reviewing' || after.phase === 'completed')
            expect(has('completed')).toBe(after.chunks.length);
          if (after.phase === 'planning' && after.plans.length > 0) expect(has('completed')).toBe(0);
          if (isEnded(after.phase))
            expect([after.questions, after.permissions, after.parked]).toStrictEqual([[], [], undefined]);
          expect(after.phase === 'failed' ? after.failure : true).toBeTruthy();
          expect(after.phase === 'cancelled').toBe(after.cancelled !== undefined);
          expect(new Set(after.plans.map((plan) => plan.revision)).size).toBe(after.plans.length);
          const ids = inboxItemsOf(after).map((item) => item.item_id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(after.revision).toBeGreaterThanOrEqual(before?.revision ?? 1);
          expect(after.version).toBeGreaterThan(before?.version ?? 0);
          expect(() => diffTask(before, after)).not.toThrow();
        }
      }),
      RUNS,
    );
  });

  it('an ignored event changes nothing but the count, and any other is not counted', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        for (const { before, after } of statesOf(steps)) {
          if (!before || before.ignored.count === after.ignored.count) continue;
          expect({ ...after, version: 0, updated_at: '', ignored: 0 }).toStrictEqual({
            ...before,
            version: 0,
            updated_at: '',
            ignored: 0,
          });
          expect(after.ignored.last?.sequence).toBe(after.version);
        }
      }),
      RUNS,
    );
  });

  it('an agent is live only by an event that brings it to life', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        const world = createWorld();
        for (const event of e.logOf(steps)) {
          const before = new Map(world.agents);
          world.apply(event);
          for (const [id, agent] of world.agents) {
            const old = before.get(id);
            if (!old || isLive(old.status) || !isLive(agent.status)) continue;
            const births = ['agent.created', 'agent.registered', 'agent.started'];
            expect(old.status === 'lost' ? [...births, 'agent.health'] : births).toContain(event.type);
          }
        }
      }),
      RUNS,
    );
  });
});

describe('a replay', () => {
  it('in parts, saved and read in between, is a replay in one go', () => {
    fc.assert(
      fc.property(storyArbitrary, fc.array(fc.nat({ max: 40 }), { maxLength: 4 }), (steps, cuts) => {
        let world = createWorld();
        for (const event of e.logOf(steps)) {
          world.apply(event);
          if (cuts.includes(event.sequence)) world = createWorld(world.serialize());
        }
        const whole = worldAfter(steps);
        expect(JSON.parse(world.serialize())).toStrictEqual(JSON.parse(whole.serialize()));
        expect(world.inbox).toEqual(whole.inbox);
        expect(world.activity).toEqual(whole.activity);
      }),
      RUNS,
    );
  });

  it('has each task at the sequence of its last event', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        const events = e.logOf(steps);
        const world = worldAfter(steps);
        expect(world.position).toBe(events.length);
        for (const task of world.tasks.values())
          expect(task.version).toBe(events.findLast((event) => event.task_id === task.task_id)?.sequence);
      }),
      RUNS,
    );
  });

  it('has the inbox that its tasks have, however it came about', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        const world = createWorld();
        for (const event of e.logOf(steps)) {
          world.apply(event);
          const items = [
            ...[...world.tasks.values()].flatMap((task) => inboxItemsOf(task)),
            ...deadLetterItems(world.deadLetters),
          ];
          expect(new Set(world.inbox)).toStrictEqual(new Set(items));
        }
      }),
      { numRuns: 300 },
    );
  });
});
