import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newEventId } from '../../src/log/event-id.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { type SqliteOptions, openSqlite } from '../../src/log/sqlite/open-sqlite.ts';
import { type Child, startSubscriber, startWriter } from './children/child.ts';
import type { Message } from './children/protocol.ts';
import { outputs, range, readAll, sequences } from './drafts.ts';

let folder: string;
let file: string;
let opened: LogBackend[];
let children: Child[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-faults-'));
  file = path.join(folder, 'log.db');
  opened = [];
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    child.process.kill('SIGKILL');
    await child.exited;
  }
  for (const backend of opened) await backend.close();
  fs.rmSync(folder, { recursive: true });
});

async function open(options: Partial<SqliteOptions> = {}) {
  const backend = await openSqlite({ file, tenantId: 'acme', durability: 'process', ...options });
  opened.push(backend);
  return backend.log;
}

function running(child: Child): Child {
  children.push(child);
  return child;
}

/** The next batch that brings events, or says that there are none. */
async function nextBatch({ messages }: Child) {
  const { value } = await messages.next();
  const message: Message | undefined = value;
  if (!message || !('position' in message)) throw new Error(`not a batch: ${JSON.stringify(message)}`);
  return message;
}

/** Everything that a subscriber says until its process ends. */
async function received({ messages, exited }: Child) {
  const events: [sequence: number, id: string][] = [];
  for await (const message of messages) if ('position' in message) events.push(...message.events);
  expect(await exited).toBe(0);
  return events;
}

test('of 200 writers that are killed while they append, no acknowledged event is lost and none is stored twice', async () => {
  // Only a process that ends by itself leaves its compiled modules for the next ones.
  await running(startWriter({ file, seed: newEventId(), first: 0, count: 1 })).exited;
  const acknowledged = new Map<string, number>();
  /** One writer after another; each begins with the event at which its predecessor was killed. */
  async function lane(rounds: number) {
    const seed = newEventId();
    let first = 0;
    for (let round = 0; round < rounds; round += 1) {
      const writer = running(startWriter({ file, seed, first }));
      const until = 1 + Math.floor(Math.random() * 20);
      let heard = 0;
      for await (const message of writer.messages) {
        if (!('acknowledged' in message)) continue;
        acknowledged.set(message.id, message.sequence);
        first = message.acknowledged + 1;
        heard += 1;
        // It goes on appending until the signal reaches it, so it may die anywhere in a transaction.
        if (heard === until) writer.process.kill('SIGKILL');
      }
      expect(await writer.exited).toBe('SIGKILL');
    }
  }
  await Promise.all(range(1, 4).map(() => lane(50)));

  const events = await readAll(await open());
  expect(sequences(events)).toEqual(range(1, events.length));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const stored = new Map(events.map(({ id, sequence }) => [id, sequence]));
  expect(acknowledged.size).toBeGreaterThan(200);
  expect([...acknowledged].filter(([id, sequence]) => stored.get(id) !== sequence)).toEqual([]);
}, 120_000);

test('four writers and four subscribers at once: every subscriber sees the same list', async () => {
  const each = 500;
  const subscribers = range(1, 4).map(() => running(startSubscriber({ file, last: 4 * each })));
  const writers = range(1, 4).map(() =>
    running(startWriter({ file, seed: newEventId(), first: 0, count: each })),
  );
  // All eight open a file that is not there yet. Who fails ends the test: the others would wait for its events.
  const [lists] = await Promise.all([
    Promise.all(subscribers.map(received)),
    ...writers.map(async ({ exited }) => expect(await exited).toBe(0)),
  ]);
  const events = await readAll(await open());
  expect(sequences(events)).toEqual(range(1, 4 * each));
  for (const list of lists) expect(list).toEqual(events.map(({ sequence, id }) => [sequence, id]));
}, 60_000);

test.skipIf(process.platform === 'win32')(
  'a subscriber that slept through 10,000 events gets them all when it wakes up',
  async () => {
    const log = await open();
    const subscriber = running(startSubscriber({ file, last: 10_000 }));
    expect(await nextBatch(subscriber)).toMatchObject({ position: 0, caughtUp: true });
    subscriber.process.kill('SIGSTOP');
    for (const part of range(0, 99)) await log.append(outputs(100, part * 100));
    subscriber.process.kill('SIGCONT');
    const events = await received(subscriber);
    expect(events.map(([sequence]) => sequence)).toEqual(range(1, 10_000));
  },
);

describe('waking up with durability against a loss of power', () => {
  // Each event is appended only when the one before has arrived: a single lost wake-up stops the test for ever.
  test.each([
    ['the bell alone', { bell: true, poll: false }, { bell: true }],
    ['the poll alone', { bell: false, poll: true }, { bell: false }],
  ])('%s delivers every event', async (_, listening, ringing) => {
    const log = await open({ durability: 'power', wakeUp: ringing });
    const subscriber = running(startSubscriber({ file, last: 200, ...listening }));
    expect(await nextBatch(subscriber)).toMatchObject({ position: 0, caughtUp: true });
    for (const sequence of range(1, 200)) {
      await log.append(outputs(1));
      expect((await nextBatch(subscriber)).position).toBe(sequence);
    }
    expect(await subscriber.exited).toBe(0);
  });

  test('without the bell, who listens to the bell alone sleeps on', async () => {
    const never = new AbortController().signal;
    const silent = await open({ wakeUp: { bell: false } });
    const byBell = await open({ wakeUp: { poll: false } });
    const byPoll = await open({ wakeUp: { bell: false } });
    let awake = false;
    const sleeping = byBell.changed(0, never).then(() => {
      awake = true;
    });
    for (const sequence of range(1, 10)) {
      const changed = byPoll.changed(sequence - 1, never);
      await silent.append(outputs(1));
      await changed;
    }
    expect(awake).toBe(false);
    const ringing = await open();
    await ringing.append(outputs(1));
    await sleeping;
    // What is there already needs no bell.
    await byBell.changed(0, never);
  });
});
