import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventData } from '../../src/contract/catalog.ts';
import { type StatsQuery, createStats, matchesQuery } from '../../src/state/stats.ts';
import * as e from './events.ts';
import { storyArbitrary } from './stories.ts';

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);
const stamp = (time: string): string => new Date(at(time)).toISOString();

const called = (data: Partial<EventData<'provider.called'>>, where: e.Where = {}) =>
  e.step('provider.called', { provider: 'google', model: 'm', ...data }, { by: 'coder-1', ...where });

function statsOf(steps: readonly e.Step[]) {
  const stats = createStats();
  for (const event of e.logOf(steps)) stats.apply(event);
  return stats;
}

/** Everything that can be asked of it. */
const everything = (stats: ReturnType<typeof createStats>, now: number) => ({
  summary: stats.summary(now),
  usage: stats.usageSince(now - 86_400_000),
});

describe('figures', () => {
  it('counts events by type and by agent, with the last one', () => {
    const stats = statsOf([
      e.created(),
      e.started(),
      e.agent('agent.started', 'idle'),
      called({ tokens_used: 100, cost_usd: 0.1 }),
      called({ input_tokens: 20, output_tokens: 3, cost_usd: 0.2 }),
      e.chunkFailed(),
      e.step('metrics.completed', { duration_ms: 4000, tokens_used: 123, cost_usd: 0, files_changed: 1 }),
      e.step('metrics.completed', { duration_ms: 2000, tokens_used: 0, cost_usd: 0, files_changed: 1 }),
    ]);
    const summary = stats.summary(at('12:00:30'));
    expect(summary).toMatchObject({
      total: 8,
      last: { sequence: 8, type: 'metrics.completed', agent_id: 'orchestrator', task_id: e.TASK },
      by_type: { 'provider.called': 2, 'metrics.completed': 2, 'task.created': 1 },
      tokens_used: 123,
      cost_usd: 0.3,
      tasks_completed: 2,
      mean_task_ms: 3000,
    });
    expect(summary.by_agent['coder-1']).toMatchObject({
      events: 4,
      failures: 1,
      tokens_used: 123,
      cost_usd: 0.3,
      last: { sequence: 6 },
    });
  });

  it('slides the window of a minute with the clock, to the millisecond', () => {
    const stats = statsOf(
      ['12:00:00.000', '12:00:30.000', '12:00:59.999', '12:05:00.000'].map((time) =>
        e.started({ at: stamp(time) }),
      ),
    );
    const rate = (time: string) => stats.summary(at(time)).events_per_minute;
    expect(rate('12:00:59.999')).toBe(3);
    expect(rate('12:01:00.000')).toBe(2);
    expect(rate('12:01:59.998')).toBe(1);
    expect(rate('12:01:59.999')).toBe(0);
    // What a clock that is ahead has stamped counts when its time has come.
    expect(rate('12:05:00.000')).toBe(1);
  });

  it('count the events of an agent, of a type, from a time on and until one', () => {
    const events = e.logOf([e.created(), e.started(), e.chunkStarted(), e.chunkFailed(), e.chunkStarted()]);
    const found = (query: StatsQuery) =>
      events.filter((event) => matchesQuery(event, query)).map(({ sequence }) => sequence);
    const agents = new Set(['coder-1']);
    expect(found({ agents })).toEqual([3, 4, 5]);
    expect(found({ type: 'chunk.started' })).toEqual([3, 5]);
    expect(found({ since: at('12:00:02'), until: at('12:00:05') })).toEqual([2, 3, 4]);
    expect(found({ agents, type: 'chunk.started', since: at('12:00:04') })).toEqual([5]);
  });

  it('knows what was used since a time, and forgets after two days', () => {
    const stats = statsOf([
      called({ tokens_used: 1000, cost_usd: 5 }, { at: '2026-02-20T12:00:00Z' }),
      ...Array.from({ length: 200 }, (_, quarter) =>
        called({ tokens_used: 1 }, { at: new Date(at('00:00:00') + quarter * 900_000).toISOString() }),
      ),
    ]);
    expect(stats.usageSince(0)).toEqual({ tokens_used: 192, cost_usd: 0 });
    expect(stats.usageSince(at('00:00:00') + 190 * 900_000).tokens_used).toBe(10);
    expect(stats.summary(0)).toMatchObject({ tokens_used: 1200, cost_usd: 5 });
  });
});

describe('events that are late, repeated or in another order', () => {
  it('give the same figures', () => {
    const shuffled = storyArbitrary.chain((steps) => {
      const events = e.logOf(steps);
      return fc.record({
        events: fc.constant(events),
        others: fc
          .shuffledSubarray(events)
          .chain((again) =>
            fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }),
          ),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ events, others }) => {
        const inOrder = createStats();
        for (const event of events) inOrder.apply(event);
        const otherwise = createStats();
        for (const event of others) otherwise.apply(event);
        const now = at('12:00:20');
        expect(everything(otherwise, now)).toStrictEqual(everything(inOrder, now));
      }),
      { numRuns: 200 },
    );
  });

  it('give the same figures also where more is to be kept than is kept', () => {
    const events = e.logOf(
      Array.from({ length: 6500 }, (_, index) =>
        called(
          { tokens_used: index, cost_usd: 0.1 },
          { by: `coder-${index % 7}`, at: new Date(at('00:00:00') + index * 60_000).toISOString() },
        ),
      ),
    );
    const inOrder = createStats();
    for (const event of events) inOrder.apply(event);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), (stride) => {
        const otherwise = createStats();
        for (let offset = 0; offset < stride; offset += 1)
          for (let index = offset; index < events.length; index += stride) {
            const event = events[events.length - 1 - index];
            if (event) otherwise.apply(event);
          }
        for (const event of events) otherwise.apply(event);
        const now = at('00:00:00') + 6400 * 60_000;
        expect(everything(otherwise, now)).toStrictEqual(everything(inOrder, now));
      }),
      { numRuns: 5 },
    );
  });
});
