import { expect } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import { DeadLetters } from '../../src/delivery/dead-letters.ts';
import { consume } from '../../src/delivery/consume.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { readAll, sequences, texts } from '../log/drafts.ts';

const actor = { source: 'cli', id: 'user:test' };
const GROUP = 'mail';

/** What a handler does with an event of that text. */
const isPoison = (text: string) => Number(text) % 10 === 7;
const stumbles = (text: string) => Number(text) % 10 === 3;

export interface Workers {
  /** Texts of those that were handled, once for each time. */
  readonly handled: readonly string[];
  /** Resolves when at least so many more tries have ended and the group knows it. */
  readonly more: (count: number) => Promise<void>;
  /** Resolves when the group has nothing left to do up to that sequence. */
  readonly done: (last: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Those that were handed out again although the group knew that they were handled. */
  readonly again: readonly string[];
}

/** Workers of one group, each with a connection of its own: they refuse some events, and fail with others the first time. */
export function handleOnAndOn(backends: readonly LogBackend[]): Workers {
  const stopped = new AbortController();
  const handled: string[] = [];
  const again: string[] = [];
  const settled = new Set<string>();
  let heard = Promise.withResolvers<void>();
  const workers = backends.map((backend) =>
    consume(
      backend,
      {
        group: GROUP,
        types: ['agent.output'],
        actor,
        concurrency: 3,
        signal: stopped.signal,
        onEnded(event, outcome) {
          if (outcome !== 'retry') for (const text of texts([event])) settled.add(text);
          heard.resolve();
          heard = Promise.withResolvers();
        },
      },
      async (event, { attempt }) => {
        const [text = ''] = texts([event]);
        if (settled.has(text)) again.push(text);
        // Another turn, so that handlers overlap.
        await new Promise(setImmediate);
        if (isPoison(text)) throw new LineclearError('delivery_rejected', 'poison');
        if (stumbles(text) && attempt === 1) throw new Error('not yet');
        handled.push(text);
      },
    ),
  );
  const all = Promise.all(workers);
  return {
    handled,
    again,
    async more(count) {
      for (let left = count; left > 0; left -= 1) await Promise.race([heard.promise, all]);
    },
    async done(last) {
      while (settled.size < last) await Promise.race([heard.promise, all]);
    },
    async stop() {
      stopped.abort();
      await all;
    },
  };
}

/** Every event was handled or is a dead letter, what is a dead letter is one once, and none came again that had ended. */
export async function expectAllHandled(backend: LogBackend, workers: Workers): Promise<void> {
  const events = await readAll(backend.log, { types: ['agent.output'] });
  const wanted = texts(events);
  expect(wanted.length).toBeGreaterThan(0);
  expect([...new Set(workers.handled)].toSorted()).toEqual(
    wanted.filter((text) => !isPoison(text)).toSorted(),
  );
  expect(workers.again).toEqual([]);
  const letters = await Array.fromAsync(new DeadLetters(backend, actor).list({ group: GROUP }));
  const poisoned = events.filter((event) => texts([event]).some(isPoison));
  expect(letters.map(({ sequence }) => sequence)).toEqual(sequences(poisoned));
  expect(letters.map(({ reason, parked, event }) => ({ reason, parked, data: event?.data }))).toEqual(
    poisoned.map(({ data }) => ({ reason: 'rejected', parked: 1, data })),
  );
  const told = await readAll(backend.log, { types: ['delivery.parked'] });
  expect(told).toHaveLength(poisoned.length);
}
