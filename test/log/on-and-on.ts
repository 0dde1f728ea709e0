import { expect } from 'vitest';
import { hasCode } from '../../src/contract/errors.ts';
import type { AgentEvent, EventDraft } from '../../src/contract/event.ts';
import { newEventId } from '../../src/log/event-id.ts';
import type { EventLog } from '../../src/log/log.ts';
import { subscribe } from '../../src/log/subscribe.ts';
import { output, range, readAll, sequences } from './drafts.ts';

interface Writer {
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Resolves when one more is acknowledged. */
  readonly another: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Appends one event after another until it is stopped. Who is told of a failure repeats the very same event. */
export function appendOnAndOn(log: EventLog): Writer {
  const acknowledged = new Map<string, number>();
  const stopped = new AbortController();
  let heard = Promise.withResolvers<void>();
  const ended = (async () => {
    let draft: EventDraft = output('0', { id: newEventId() });
    while (!stopped.signal.aborted) {
      try {
        const [event] = await log.append([draft]);
        if (!event) throw new Error('nothing was appended');
        acknowledged.set(event.id, event.sequence);
        draft = output(String(acknowledged.size), { id: newEventId() });
        heard.resolve();
      } catch (error) {
        if (!hasCode(error, 'log_unreachable')) throw error;
      }
    }
  })();
  return {
    acknowledged,
    async another() {
      heard = Promise.withResolvers();
      await Promise.race([heard.promise, ended]);
    },
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}

/** What a subscriber gets, from now on and up to the sequence that is named when it is asked. */
export function follow(log: EventLog): (until: number) => Promise<number[]> {
  const stopped = new AbortController();
  const received: number[] = [];
  let last = Infinity;
  const ended = (async () => {
    for await (const { events, position } of subscribe(log, { signal: stopped.signal })) {
      received.push(...sequences(events));
      if (position >= last) break;
    }
  })();
  return async (until) => {
    last = until;
    if ((received.at(-1) ?? 0) >= until) stopped.abort();
    await ended;
    return received;
  };
}

/** No gap, no event twice, and every acknowledged one where it was said to be. */
export async function expectNothingLost(log: EventLog, ...writers: Writer[]): Promise<AgentEvent[]> {
  const events = await readAll(log);
  expect(sequences(events)).toEqual(range(1, events.length));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const stored = new Map(events.map(({ id, sequence }) => [id, sequence]));
  for (const { acknowledged } of writers) {
    expect(acknowledged.size).toBeGreaterThan(0);
    expect([...acknowledged].filter(([id, sequence]) => stored.get(id) !== sequence)).toEqual([]);
  }
  return events;
}
