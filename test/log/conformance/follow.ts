import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/log/log.ts';
import { type Batch, type SubscribeOptions, subscribe } from '../../../src/log/subscribe.ts';
import type { Fixture } from '../conformance.ts';
import { output, outputs, progress, range, sequences } from '../drafts.ts';

/** The sequences of a subscription until it has reached `last`. */
async function follow(log: EventLog, last: number, options: Partial<SubscribeOptions> = {}) {
  const ended = new AbortController();
  const received: number[] = [];
  for await (const { events, position } of subscribe(log, { signal: ended.signal, ...options })) {
    received.push(...sequences(events));
    if (position >= last) ended.abort();
  }
  return received;
}

export function describeFollow({ open }: Fixture): void {
  describe('changed', () => {
    const never = new AbortController().signal;

    test('resolves when there is more already', async () => {
      const { log } = await open();
      await log.append([output('a')]);
      await log.changed(0, never);
      expect(await log.head()).toBe(1);
    });

    test('resolves when this peer appends, and when another does', async () => {
      const { log } = await open();
      const other = await open();
      for (const [index, appender] of [log, other.log, log, other.log].entries()) {
        const changed = log.changed(index, never);
        await appender.append([output('a')]);
        await changed;
        expect(await log.head()).toBe(index + 1);
      }
    });

    test('resolves for all who wait, each at its own position', async () => {
      const { log } = await open();
      const other = await open();
      const waiting = [log.changed(0, never), log.changed(0, never), log.changed(2, never)];
      await other.log.append(outputs(3));
      await Promise.all(waiting);
    });

    test('rejects with the reason of the signal, also when it is aborted before', async () => {
      const { log } = await open();
      const reason = new Error('enough');
      const late = new AbortController();
      const changed = expect(log.changed(0, late.signal)).rejects.toBe(reason);
      late.abort(reason);
      await changed;
      await log.append([output('a')]);
      await expect(log.changed(0, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });

  describe('subscribe', () => {
    test('says that it has caught up with an empty log', async () => {
      const { log } = await open();
      const { value } = await subscribe(log, { signal: new AbortController().signal }).next();
      expect(value).toEqual({ events: [], position: 0, caughtUp: true });
    });

    test('gives the past, says so, and goes on live', async () => {
      const { log } = await open();
      const other = await open();
      await log.append(outputs(25));
      const ended = new AbortController();
      const batches: Batch[] = [];
      for await (const batch of subscribe(log, { signal: ended.signal, batchSize: 10 })) {
        batches.push(batch);
        if (batch.position === 25) await other.log.append(outputs(2));
        if (batch.position === 27) ended.abort();
      }
      expect(batches.map(({ events }) => sequences(events))).toEqual([
        range(1, 10),
        range(11, 20),
        range(21, 25),
        range(26, 27),
      ]);
      expect(batches.map(({ caughtUp }) => caughtUp)).toEqual([false, false, true, true]);
    });

    test('resumes after a position', async () => {
      const { log } = await open();
      await log.append(outputs(20));
      expect(await follow(log, 20, { after: 15 })).toEqual(range(16, 20));
    });

    test('gives the events of one task or of some types, and passes the others', async () => {
      const { log } = await open();
      await log.append([
        output('a', { task_id: 'task-1' }),
        progress('b', { task_id: 'task-1' }),
        output('c'),
      ]);
      expect(await follow(log, 3, { taskId: 'task-1' })).toEqual([1, 2]);
      expect(await follow(log, 3, { types: ['agent.progress'] })).toEqual([2]);
      expect(await follow(log, 3, { types: ['agent.output'], batchSize: 1 })).toEqual([1, 3]);
      expect(await follow(log, 3, { types: ['task.created'] })).toEqual([]);
    });

    test('ends without an error when it is aborted while it waits', async () => {
      const { log } = await open();
      const ended = new AbortController();
      const subscription = subscribe(log, { signal: ended.signal });
      await subscription.next();
      const next = subscription.next();
      ended.abort();
      expect(await next).toEqual({ done: true, value: undefined });
    });

    test('of a reader that slept through 10,000 events gets them all', async () => {
      const { log } = await open();
      const other = await open();
      const ended = new AbortController();
      const subscription = subscribe(log, { signal: ended.signal });
      await subscription.next();
      for (const first of range(0, 19)) await other.log.append(outputs(500, first * 500));
      const received: number[] = [];
      for await (const { events, position } of subscription) {
        received.push(...sequences(events));
        if (position === 10_000) ended.abort();
      }
      expect(received).toEqual(range(1, 10_000));
    });

    test('gives many subscribers on many peers the same list while all of them append', async () => {
      const peers = await Promise.all([open(), open(), open()]);
      const subscribers = peers.flatMap(({ log }) => [follow(log, 300), follow(log, 300)]);
      await Promise.all(
        peers.map(async ({ log }) => {
          for (const index of range(1, 50)) await log.append(outputs(2, index));
        }),
      );
      for (const received of await Promise.all(subscribers)) expect(received).toEqual(range(1, 300));
    });
  });
}
