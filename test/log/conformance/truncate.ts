import { describe, expect, test } from 'vitest';
import { WorkerGroup } from '../../../src/delivery/worker-group.ts';
import { newEventId } from '../../../src/log/event-id.ts';
import type { EventLog } from '../../../src/log/log.ts';
import { subscribe } from '../../../src/log/subscribe.ts';
import type { Fixture } from '../conformance.ts';
import { output, progress, range, readAll, sequences } from '../drafts.ts';

const TRUNCATED = { code: 'history_truncated', message: expect.stringContaining('up to 600') };

/** 1,000 events, ten per append: of the tasks `old` and `open` and of none by turns, each tenth one is progress. */
async function thousandEvents({ open }: Fixture) {
  const backend = await open();
  const tasks = ['old', 'open', undefined];
  for (let first = 1; first <= 1000; first += 10) {
    const drafts = range(first, first + 9).map((sequence) => {
      const fields = { task_id: tasks[sequence % 3], id: newEventId() };
      return sequence % 10 === 0 ? progress('p', fields) : output('o', fields);
    });
    await backend.log.append(drafts);
  }
  return backend;
}

const isOld = (sequence: number) => sequence % 3 === 0 && sequence <= 600;
const isKept = (sequence: number) => sequence % 10 === 0;
const LEFT = range(1, 1000).filter((sequence) => !isOld(sequence) || isKept(sequence));
const truncation = { upto: 600, taskIds: ['old'], keep: ['agent.progress'] } as const;

const following = async (log: EventLog, options: { after: number; truncatedAt?: number }) => {
  const read: number[] = [];
  const signal = new AbortController().signal;
  for await (const { events, caughtUp } of subscribe(log, { ...options, signal, batchSize: 64 })) {
    read.push(...sequences(events));
    if (caughtUp) return read;
  }
  return read;
};

export function describeTruncate(fixture: Fixture): void {
  const { open } = fixture;
  describe('truncate', () => {
    test('removes the events of tasks up to a sequence; numbers, versions and all others stay', async () => {
      const { log, truncate } = await thousandEvents(fixture);
      const other = await open();
      const all = await readAll(other.log);
      expect(await log.truncatedAt()).toBe(0);
      expect(await truncate(truncation)).toBe(200 - 20);
      const fresh = await open();
      for (const peer of [log, other.log, fresh.log]) {
        expect(await peer.truncatedAt()).toBe(600);
        expect(await peer.head()).toBe(1000);
        expect(sequences(await readAll(peer, { truncatedAt: 600 }))).toEqual(LEFT);
        expect(sequences(await readAll(peer, { truncatedAt: 600, after: 300, limit: 50 }))).toEqual(
          LEFT.filter((sequence) => sequence > 300).slice(0, 50),
        );
        expect(sequences(await readAll(peer, { taskId: 'open' }))).toEqual(
          range(1, 1000).filter((sequence) => sequence % 3 === 1),
        );
        expect(
          sequences(await readAll(peer, { types: ['agent.progress'], truncatedAt: 600, after: 5 })),
        ).toEqual(range(1, 100).map((tenth) => tenth * 10));
        expect(sequences(await readAll(peer, { after: 600 }))).toEqual(range(601, 1000));
      }
      // What is left is as it was.
      expect(await readAll(fresh.log, { truncatedAt: 600 })).toEqual(
        all.filter(({ sequence }) => LEFT.includes(sequence)),
      );
      // Workers of a new group begin with that.
      const actor = { source: 'cli', id: 'user:test' };
      const workers = new WorkerGroup(fresh, { group: 'mail', actor });
      const taken = await workers.claim(5, new AbortController().signal);
      expect(taken.map(({ sequence }) => sequence)).toEqual(LEFT.slice(0, 5));
      const next = await fresh.log.append([output('x', { task_id: 'open' })], {
        expectedVersion: { taskId: 'open', version: 1000 },
      });
      expect(sequences(next)).toEqual([1001]);
    });

    test('tells each reader that is behind it, and no other', async () => {
      const { log, truncate } = await thousandEvents(fixture);
      const other = await open();
      await truncate(truncation);
      const fresh = await open();
      for (const peer of [log, other.log, fresh.log]) {
        await expect(readAll(peer)).rejects.toMatchObject(TRUNCATED);
        await expect(readAll(peer, { after: 590, until: 900 })).rejects.toMatchObject(TRUNCATED);
        await expect(readAll(peer, { types: ['agent.output'] })).rejects.toMatchObject(TRUNCATED);
        await expect(readAll(peer, { truncatedAt: 500 })).rejects.toMatchObject(TRUNCATED);
        await expect(following(peer, { after: 0 })).rejects.toMatchObject(TRUNCATED);
        expect(await following(peer, { after: 600 })).toEqual(range(601, 1000));
        expect(await following(peer, { after: 0, truncatedAt: 600 })).toEqual(LEFT);
      }
    });

    test('is told to who is reading while it happens', async () => {
      const { log } = await thousandEvents(fixture);
      const other = await open();
      const read: number[] = [];
      const reading = (async () => {
        for await (const { events } of subscribe(log, {
          after: 0,
          batchSize: 50,
          signal: new AbortController().signal,
        })) {
          if (read.length === 0) await other.truncate(truncation);
          read.push(...sequences(events));
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'history_truncated' });
      expect(read).toEqual(range(1, read.length));
    });

    test('can be repeated, go on where it was stopped, and be done by two at once', async () => {
      const { log, truncate } = await thousandEvents(fixture);
      const other = await open();
      await expect(truncate({ ...truncation, signal: AbortSignal.abort() })).rejects.toThrow();
      // One begins alone: NATS 2.9.10 dies of a question about a stream that somebody else is just making.
      const first = await truncate({ ...truncation, upto: 30 });
      const both = await Promise.all([truncate(truncation), other.truncate(truncation)]);
      expect(both.reduce((sum, count) => sum + count, first)).toBeGreaterThanOrEqual(180);
      expect(await truncate(truncation)).toBe(0);
      expect(sequences(await readAll(log, { truncatedAt: 600 }))).toEqual(LEFT);
      // Further ones add to it; the last event stays, whatever is asked for.
      await other.truncate({ upto: 5000, taskIds: ['open'], keep: [] });
      expect(await log.truncatedAt()).toBe(999);
      // What was appended together with an event that stays may stay with it.
      const left = LEFT.filter((sequence) => sequence % 3 !== 1 && sequence <= 990);
      expect(sequences(await readAll(log, { truncatedAt: 999, until: 990 }))).toEqual(left);
      expect(sequences(await log.append([output('next')]))).toEqual([1001]);
    });

    test('an event that is left is stored once; one that is gone can come back, as a new one', async () => {
      const { log, truncate } = await thousandEvents(fixture);
      const [gone, kept] = await readAll(log, { after: 2, limit: 2 });
      await truncate(truncation);
      const fresh = await open();
      const again = [gone, kept].flatMap((event) =>
        event ? [output('again', { id: event.id, task_id: event.task_id })] : [],
      );
      expect(sequences(await fresh.log.append(again))).toEqual([1001, 4]);
      await expect(
        fresh.log.append([output('x', { task_id: 'old' })], {
          expectedVersion: { taskId: 'old', version: 0 },
        }),
      ).rejects.toMatchObject({ code: 'version_conflict' });
    });
  });
}
