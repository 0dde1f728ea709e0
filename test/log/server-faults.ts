import { describe, expect, test } from 'vitest';
import { newEventId } from '../../src/log/event-id.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { output, outputs, range, readAll, sequences, texts } from './drafts.ts';
import { appendOnAndOn, expectNothingLost, follow } from './on-and-on.ts';
import type { Proxy } from './proxy.ts';
import type { TestServer } from './test-server.ts';

/** Long enough that a busy machine answers, short enough to wait for the end of it. */
export const PATIENCE_MS = 1500;

type Open = (options?: { readonly timeoutMs?: number }) => Promise<LogBackend>;

/** What tests of a log on some server have set up anew for each of them. */
interface Place {
  readonly server: () => TestServer;
  readonly proxy: () => Proxy;
  readonly open: Open;
  /** Through the proxy. */
  readonly openFar: Open;
  /** What an error names the server by. */
  readonly address: () => string;
  /** Leaves the log no room, or gives it some again. */
  readonly makeFull: (isFull: boolean) => Promise<unknown>;
}

/** What every log on a server must bear. */
export function describeServerFaults({ server, proxy, open, openFar, address, makeFull }: Place): void {
  describe('a server that', () => {
    test('is killed and started again while four peers append loses nothing that it acknowledged, and nobody misses an event', async () => {
      const peers = [await open(), await open(), await open(), await open()].map(({ log }) => log);
      const [log = expect.unreachable()] = peers;
      const followed = follow(log);
      const writers = peers.map(appendOnAndOn);
      for (const _ of range(1, 4)) {
        await Promise.all(writers.map((writer) => writer.another()));
        await server().kill();
        await server().start();
      }
      await Promise.all(writers.map((writer) => writer.another()));
      await Promise.all(writers.map((writer) => writer.stop()));
      const events = await expectNothingLost(log, ...writers);
      expect(await followed(events.length)).toEqual(range(1, events.length));
    }, 60_000);

    test('is away is said with its address and what to do; what was in the way is gone when it is back', async () => {
      const { log, connection } = await open({ timeoutMs: PATIENCE_MS });
      await log.append(outputs(1));
      const states: boolean[] = [];
      connection?.onState(({ connected }) => states.push(connected));
      const changed = log.changed(1, new AbortController().signal);
      await server().kill();
      const draft = output('late', { id: newEventId() });
      await expect(log.append([draft])).rejects.toMatchObject({
        code: 'log_unreachable',
        message: expect.stringContaining(`${address()} cannot be reached`),
        next: expect.stringContaining('Start the server'),
      });
      expect(connection?.state).toMatchObject({ connected: false, cause: expect.any(String) });
      await expect(open()).rejects.toMatchObject({
        code: 'log_unreachable',
        message: expect.stringMatching(/refused/i),
      });
      const back = new Promise<void>((done) => connection?.onState(({ connected }) => connected && done()));
      await server().start();
      // Nobody has to ask for it: who waits for a change goes on waiting.
      await back;
      expect(sequences(await log.append([draft]))).toEqual([2]);
      await changed;
      expect([states[0], states.at(-1)]).toEqual([false, true]);
    });

    test('hangs is noticed, and an event that it may have stored all the same is stored once', async () => {
      const { log } = await open({ timeoutMs: PATIENCE_MS });
      await log.append(outputs(1));
      const followed = follow(log);
      await server().pause();
      const draft = output('late', { id: newEventId() });
      await expect(log.append([draft])).rejects.toMatchObject({ code: 'log_unreachable' });
      server().resume();
      expect(sequences(await log.append([draft]))).toEqual([2]);
      expect(await followed(2)).toEqual([1, 2]);
      expect(texts(await readAll(log))).toEqual(['0', 'late']);
    });

    test('has no room left says so, and goes on when it has', async () => {
      const { log } = await open();
      await log.append(outputs(1));
      await makeFull(true);
      await expect(log.append(outputs(10))).rejects.toMatchObject({ code: 'log_full' });
      expect(await log.head()).toBe(1);
      await makeFull(false);
      expect(sequences(await log.append(outputs(1)))).toEqual([2]);
    });
  });

  describe('a network that', () => {
    test('breaks again and again loses nothing and doubles nothing', async () => {
      const [near, far] = [await open(), await openFar()];
      const followed = follow(far.log);
      const [nearWriter, farWriter] = [appendOnAndOn(near.log), appendOnAndOn(far.log)];
      for (const _ of range(1, 12)) {
        await farWriter.another();
        proxy().cut();
      }
      await farWriter.another();
      for (const writer of [nearWriter, farWriter]) await writer.stop();
      const events = await expectNothingLost(near.log, nearWriter, farWriter);
      expect(await followed(events.length)).toEqual(range(1, events.length));
    }, 60_000);

    test('loses an answer has the event, the document and the lease stored once', async () => {
      const { log, leases, documents } = await openFar();
      for (const sequence of range(1, 5)) {
        proxy().loseNextAnswer();
        const [event] = await log.append([output(String(sequence))]);
        expect(event?.sequence).toBe(sequence);
      }
      proxy().loseNextAnswer();
      expect(await leases.acquire('orchestrator', 'a', 60_000)).toMatchObject({ token: 1 });
      proxy().loseNextAnswer();
      const first = await documents.put('group/mail', '{}', undefined);
      expect(await documents.get('group/mail')).toMatchObject({ revision: first, value: '{}' });
      proxy().loseNextAnswer();
      const second = await documents.put('group/mail', '[]', first);
      expect(second).toBeGreaterThan(first ?? 0);
      proxy().loseNextAnswer();
      expect(await documents.delete('group/mail', second ?? 0)).toBe(true);
      expect(texts(await readAll(log))).toEqual(range(1, 5).map(String));
    });

    test('keeps calls in their order while it breaks', async () => {
      const { log } = await openFar();
      const calls = range(1, 40).map((call) => {
        if (call % 10 === 0) proxy().cut();
        return log.append([output(String(call))]);
      });
      await Promise.all(calls);
      expect(texts(await readAll(log))).toEqual(range(1, 40).map(String));
    });

    test('goes silent is noticed by who appends, and who waits has missed nothing when it speaks again', async () => {
      const [near, far] = [await open(), await openFar({ timeoutMs: PATIENCE_MS })];
      const followed = follow(far.log);
      await far.log.append(outputs(1));
      proxy().hold(true);
      await expect(far.log.append(outputs(1))).rejects.toMatchObject({ code: 'log_unreachable' });
      await near.log.append(outputs(1));
      proxy().hold(false);
      const last = await near.log.head();
      // What was held up may arrive yet.
      const received = await followed(last);
      expect(received).toEqual(range(1, Math.max(last, received.length)));
    });
  });
}
