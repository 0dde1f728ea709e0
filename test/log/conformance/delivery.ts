import { describe, expect, test } from 'vitest';
import { consume } from '../../../src/delivery/consume.ts';
import { LineclearError } from '../../../src/contract/errors.ts';
import { DeadLetters } from '../../../src/delivery/dead-letters.ts';
import { groupLags, skipInGroup } from '../../../src/delivery/groups.ts';
import { type Delivery, WorkerGroup, type WorkerOptions } from '../../../src/delivery/worker-group.ts';
import type { LogBackend } from '../../../src/log/log.ts';
import type { Fixture } from '../conformance.ts';
import { output, outputs, progress, readAll, texts } from '../drafts.ts';

const actor = { source: 'cli', id: 'user:test' };
const signal = new AbortController().signal;
const worker = (backend: LogBackend, name: string, options: Partial<WorkerOptions> = {}) =>
  new WorkerGroup(backend, { group: 'mail', worker: name, actor, ...options });
const heard = (deliveries: readonly Delivery[]) => texts(deliveries.map(({ event }) => event));
const only = (deliveries: readonly Delivery[]): Delivery =>
  deliveries[0] ?? expect.fail('nothing was claimed');

function refuse(): never {
  throw new LineclearError('delivery_rejected', 'no');
}

/** Fails until it is parked. */
async function failForGood(group: WorkerGroup, pass: (ms: number) => void): Promise<void> {
  for (const delay of [1000, 4000, 16_000]) {
    await group.retry(only(await group.claim(1, signal)), delay, new Error(`after ${delay}`));
    pass(delay);
  }
  await group.park(only(await group.claim(1, signal)), 'handler_failed', new Error('enough'));
}

function createClock() {
  let time = Date.parse('2030-01-01T00:00:00Z');
  const pass = (ms: number) => {
    time += ms;
  };
  return { now: () => new Date(time), pass };
}

export function describeDelivery({ open }: Fixture): void {
  describe('a group of workers', () => {
    test('shares the events: each goes to one of them, in the order of the log', async () => {
      const [a, b] = [await open(), await open()];
      await a.log.append(outputs(5));
      const [one, two] = [worker(a, 'a'), worker(b, 'b')];
      const first = await one.claim(2, signal);
      expect(heard(first)).toEqual(['0', '1']);
      expect(heard(await two.claim(10, signal))).toEqual(['2', '3', '4']);
      for (const delivery of first) expect(await one.ack(delivery)).toBe(true);
      const waiting = two.claim(10, signal);
      await b.log.append([output('5')]);
      expect(heard(await waiting)).toEqual(['5']);
    });

    test('knows nothing of other groups', async () => {
      const backend = await open();
      await backend.log.append(outputs(2));
      for (const group of ['mail', 'audit']) {
        expect(heard(await worker(backend, 'a', { group }).claim(9, signal))).toEqual(['0', '1']);
      }
    });

    test('takes the types that it wants, from where it is told to begin', async () => {
      const backend = await open();
      await backend.log.append([
        output('0'),
        progress('x'),
        output('1'),
        progress('y'),
        progress('z'),
        output('2'),
      ]);
      const group = worker(backend, 'a', { types: ['agent.output'], after: 1 });
      expect(heard(await group.claim(1, signal))).toEqual(['1']);
      expect(heard(await group.claim(9, signal))).toEqual(['2']);
    });

    test('is told when events were removed before it had them, and goes on behind them when it is told to', async () => {
      const backend = await open();
      await backend.log.append(outputs(8).map((draft) => ({ ...draft, task_id: 'over' })));
      const group = worker(backend, 'a');
      await group.ack(only(await group.claim(1, signal)));
      await backend.truncate({ upto: 5, taskIds: ['over'], keep: [] });
      const anew = worker(backend, 'b');
      await expect(anew.claim(1, signal)).rejects.toMatchObject({
        code: 'group_cut_off',
        message: expect.stringContaining('lineclear group skip mail'),
      });
      expect(await groupLags(backend)).toMatchObject([{ group: 'mail', position: 1, isCutOff: true }]);
      expect(await skipInGroup(backend, actor, 'mail', 'whole')).toEqual({ from: 1, to: 5 });
      expect(await skipInGroup(backend, actor, 'mail', 'whole')).toEqual({ from: 5, to: 5 });
      expect(heard(await anew.claim(1, signal))).toEqual(['5']);
      expect(await skipInGroup(backend, actor, 'mail', 'now')).toEqual({ from: 6, to: 9 });
      expect(await groupLags(backend)).toMatchObject([
        { position: 10, behind: 0, outstanding: 1, isCutOff: false },
      ]);
      const said = await Array.fromAsync(backend.log.read({ after: 8, types: ['delivery.skipped'] }));
      expect(said.map(({ data }) => data)).toEqual([
        { group: 'mail', from_sequence: 1, to_sequence: 5 },
        { group: 'mail', from_sequence: 6, to_sequence: 9 },
      ]);
      await expect(skipInGroup(backend, actor, 'post', 'now')).rejects.toMatchObject({
        code: 'invalid_input',
      });
    });

    test('goes on where it was when its workers start anew', async () => {
      const backend = await open();
      await backend.log.append(outputs(3));
      const group = worker(backend, 'a');
      await group.ack(only(await group.claim(1, signal)));
      await backend.close();
      const again = worker(await open(), 'b');
      expect(heard(await again.claim(9, signal))).toEqual(['1', '2']);
    });

    test('gives the events of a silent worker to another one after a while, and not those of one that lives', async () => {
      const { now, pass } = createClock();
      const [a, b] = [await open({ now }), await open({ now })];
      await a.log.append(outputs(2));
      const [one, two] = [worker(a, 'a'), worker(b, 'b')];
      const held = await one.claim(2, signal);
      pass(59_000);
      expect(await one.extend(held.slice(1))).toEqual([true]);
      pass(1000);
      const taken = await two.claim(2, signal);
      expect(heard(taken)).toEqual(['0']);
      expect(taken).toMatchObject([{ attempt: 2, failures: [{ worker: 'a' }] }]);
      expect(await one.ack(only(held))).toBe(false);
      expect(await two.ack(only(taken))).toBe(true);
    });

    test('gets back what a worker did not try', async () => {
      const backend = await open();
      await backend.log.append(outputs(1));
      const one = worker(backend, 'a');
      await one.giveBack(only(await one.claim(1, signal)));
      expect(await worker(backend, 'b').claim(1, signal)).toMatchObject([{ attempt: 1, failures: [] }]);
    });

    test('parks what fails after three more tries, and says so on the log; another worker may have the next try', async () => {
      const { now, pass } = createClock();
      const [a, b] = [await open({ now }), await open({ now })];
      await a.log.append([output('poison', { task_id: 'task-1' }), output('fine')]);
      const one = worker(a, 'a');
      await one.retry(only(await one.claim(1, signal)), 1000, new Error('first'));
      expect(heard(await worker(b, 'b').claim(1, signal))).toEqual(['fine']);
      pass(1000);
      const second = await worker(b, 'b').claim(1, signal);
      expect(second).toMatchObject([{ attempt: 2, failures: [{ worker: 'a', error: 'first' }] }]);
      await worker(b, 'b').park(only(second), 'rejected', new Error('never'));
      const letters = new DeadLetters(a, actor);
      const [letter] = await Array.fromAsync(letters.list());
      expect(letter).toMatchObject({
        group: 'mail',
        sequence: 1,
        task_id: 'task-1',
        reason: 'rejected',
        parked: 1,
        event: { type: 'agent.output', data: { text: 'poison' } },
        attempts: [
          { worker: 'a', error: 'first' },
          { worker: 'b', error: 'never' },
        ],
      });
      expect((await readAll(a.log)).at(-1)).toMatchObject({
        type: 'delivery.parked',
        task_id: 'task-1',
        data: { group: 'mail', reason: 'rejected', attempts: 2, error_message: 'never', event_sequence: 1 },
      });
      expect(await letters.counts()).toEqual(new Map([['mail', new Map([['rejected', 1]])]]));
    });

    test('parks an event that kills its workers', async () => {
      const { now, pass } = createClock();
      const backend = await open({ now });
      await backend.log.append(outputs(1));
      for (const name of ['a', 'b', 'c', 'd']) {
        expect(await worker(backend, name).claim(1, signal)).toHaveLength(1);
        pass(60_000);
      }
      const ended = new AbortController();
      const waiting = worker(backend, 'e').claim(1, ended.signal);
      const letters = new DeadLetters(backend, actor);
      await expect
        .poll(() => Array.fromAsync(letters.list()))
        .toMatchObject([
          {
            reason: 'handler_failed',
            attempts: [{ worker: 'a' }, { worker: 'b' }, { worker: 'c' }, { worker: 'd' }],
          },
        ]);
      ended.abort();
      await expect(waiting).rejects.toThrow();
    });

    test('gets a dead letter again, edited, and it is gone when that succeeded', async () => {
      const { now, pass } = createClock();
      const backend = await open({ now });
      await backend.log.append([output('wrong')]);
      const group = worker(backend, 'a');
      await failForGood(group, pass);
      const letters = new DeadLetters(backend, actor);
      await expect(letters.edit('mail', 1, { stream: 'message' })).rejects.toMatchObject({
        code: 'invalid_event',
      });
      await letters.edit('mail', 1, { stream: 'message', text: 'right' });
      expect(await letters.replay('mail', 1)).toBe(true);
      expect(await letters.replay('mail', 1)).toBe(false);
      // It fails again: the same entry, with all that was tried.
      await failForGood(group, pass);
      expect(await Array.fromAsync(letters.list())).toMatchObject([{ parked: 2, attempts: { length: 8 } }]);
      expect((await Array.fromAsync(letters.list()))[0]).not.toHaveProperty('replayed_at');
      await letters.replay('mail', 1);
      const [delivery] = await group.claim(9, signal);
      expect(delivery).toMatchObject({ attempt: 1, event: { sequence: 1, data: { text: 'right' } } });
      expect(await letters.get('mail', 1)).toBeDefined();
      await group.ack(delivery ?? expect.fail());
      expect(await letters.get('mail', 1)).toBeUndefined();
      expect((await readAll(backend.log))[0]).toMatchObject({ data: { text: 'wrong' } });
      await expect(letters.replay('mail', 1)).rejects.toMatchObject({ code: 'not_waiting' });
    });

    test('drops a replay whose dead letter was deleted meanwhile', async () => {
      const { now, pass } = createClock();
      const backend = await open({ now });
      await backend.log.append([output('x')]);
      const group = worker(backend, 'a', { types: ['agent.output'] });
      await failForGood(group, pass);
      const letters = new DeadLetters(backend, actor);
      await letters.replay('mail', 1);
      expect(await letters.settle('mail', 1, 'deleted')).toBe(true);
      expect(await letters.settle('mail', 1, 'deleted')).toBe(false);
      const next = group.claim(1, signal);
      await backend.log.append([output('y')]);
      expect(heard(await next)).toEqual(['y']);
    });

    test('that keeps the order of a task parks what follows a dead letter, until it is settled', async () => {
      const { now, pass } = createClock();
      const backend = await open({ now });
      const task = { task_id: 'task-1' };
      await backend.log.append([output('0', task), output('1', task), output('2', { task_id: 'task-2' })]);
      const types = ['agent.output'] as const;
      const group = worker(backend, 'a', { afterParking: 'park_task', types });
      await failForGood(group, pass);
      expect(heard(await group.claim(9, signal))).toEqual(['2']);
      const letters = new DeadLetters(backend, actor);
      const found = await Array.fromAsync(letters.list({ taskId: 'task-1' }));
      expect(found.map(({ reason }) => reason)).toEqual(['handler_failed', 'predecessor_parked']);
      for (const { sequence } of found) await letters.replay('mail', sequence);
      const replayed = await group.claim(9, signal);
      expect(heard(replayed)).toEqual(['0']);
      await group.ack(only(replayed));
      const second = await group.claim(9, signal);
      expect(heard(second)).toEqual(['1']);
      await group.ack(only(second));
      await backend.log.append([output('3', task)]);
      expect(heard(await group.claim(9, signal))).toEqual(['3']);
    });

    test('that is to stop at a dead letter stops, and goes on when it is deleted', async () => {
      const backend = await open();
      await backend.log.append([output('0'), output('1')]);
      const stopping = { group: 'mail', actor, afterParking: 'stop' } as const;
      const done = new AbortController();
      await expect(consume(backend, { ...stopping, signal: done.signal }, refuse)).rejects.toMatchObject({
        code: 'group_stopped',
      });
      await new DeadLetters(backend, actor).settle('mail', 1, 'deleted');
      const got: string[] = [];
      await consume(backend, { ...stopping, signal: done.signal }, (next) => {
        got.push(...texts([next]));
        done.abort();
      });
      expect(got).toEqual(['1']);
    });

    test('that stopped at a dead letter goes on, though the server went away while that was deleted', async () => {
      const backend = await open();
      await backend.log.append([output('0'), output('1')]);
      const { documents } = backend;
      const group = worker(backend, 'a', { afterParking: 'stop' });
      await group.park(only(await group.claim(1, signal)), 'rejected', new Error('poison'));
      expect(await group.claim(1, signal)).toEqual([]);
      const away = new LineclearError('log_unreachable', 'The server is away.');
      const broken = { ...backend, documents: { ...documents, put: () => Promise.reject(away) } };
      await expect(new DeadLetters(broken, actor).settle('mail', 1, 'deleted')).rejects.toBe(away);
      expect(await new DeadLetters(backend, actor).settle('mail', 1, 'deleted')).toBe(true);
      expect(heard(await group.claim(1, signal))).toEqual(['1']);
    });

    test('handles every event once while many workers of many peers come and go', async () => {
      const peers = [await open(), await open(), await open()];
      const total = 300;
      const handled: string[] = [];
      const all = Promise.withResolvers<undefined>();
      const leave = peers.map(() => new AbortController());
      const work = (backend: LogBackend, stop: AbortSignal) =>
        consume(backend, { group: 'mail', actor, signal: stop, concurrency: 4 }, async (event) => {
          // Another turn, so that handlers overlap.
          await new Promise(setImmediate);
          handled.push(...texts([event]));
          if (handled.length === total / 2) leave[0]?.abort();
          if (handled.length === total) all.resolve(undefined);
        });
      const workers = peers.map((backend, index) => work(backend, leave[index]?.signal ?? signal));
      for (let from = 0; from < total; from += 50) await peers[1]?.log.append(outputs(50, from));
      await all.promise;
      for (const { abort } of leave.map((one) => ({ abort: () => one.abort() }))) abort();
      await Promise.all(workers);
      expect(handled.toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: total }, (_, index) => String(index)),
      );
    });
  });
}
