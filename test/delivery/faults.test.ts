import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src/contract/event.ts';
import { newEventId } from '../../src/log/event-id.ts';
import type { EventLog, LogBackend } from '../../src/log/log.ts';
import { openNats } from '../../src/log/nats/open-nats.ts';
import { openRedis } from '../../src/log/redis/open-redis.ts';
import { output, outputs, range, texts } from '../log/drafts.ts';
import { madeWhole } from '../log/made-whole.ts';
import { startNats } from '../log/nats-server.ts';
import { type Proxy, startProxy } from '../log/proxy.ts';
import { startRedis } from '../log/redis-server.ts';
import type { TestServer } from '../log/test-server.ts';
import { expectAllHandled, handleOnAndOn } from './handle-on-and-on.ts';

interface Server extends TestServer {
  /** Opens a new log, or one that has this name already, through that port. */
  open(name: string, port: number, timeoutMs: number): Promise<LogBackend>;
}

async function redis(): Promise<Server> {
  const server = await startRedis();
  return {
    ...server,
    open: (tenantId, port, timeoutMs) => openRedis({ url: `redis://127.0.0.1:${port}`, tenantId, timeoutMs }),
  };
}

async function nats(): Promise<Server> {
  const server = await startNats();
  return {
    ...server,
    open: (name, port, timeoutMs) =>
      openNats({ url: `nats://127.0.0.1:${port}`, tenantId: 'acme', name, timeoutMs }),
  };
}

/** Appends events with numbers from `first` on. Returns the one that the server did not answer, which is stored or not. */
async function appendUntilUnreachable(log: EventLog | undefined, first: number): Promise<EventDraft> {
  for (let number = first; ; number += 1) {
    const draft = output(String(number), { id: newEventId() });
    try {
      await log?.append([draft]);
    } catch (error) {
      expect(error).toMatchObject({ code: 'log_unreachable' });
      return draft;
    }
  }
}

describe.each([
  ['Redis', redis],
  ['NATS', nats],
])('a group of workers on %s', (_, startServer) => {
  let server: Server;
  let proxy: Proxy;
  let name: string;
  let opened: LogBackend[];
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    opened = [];
    name = `log-${newEventId()}`;
    proxy = await startProxy(server.port);
  });
  afterEach(async () => {
    server.resume();
    for (const backend of opened) await backend.close();
    await proxy.close();
  });

  async function open(timeoutMs = 10_000, port = server.port): Promise<LogBackend> {
    const backend = await server.open(name, port, timeoutMs);
    if (opened.length === 0) await madeWhole(backend);
    opened.push(backend);
    return backend;
  }
  /** Through a network that the test has in its hands. */
  const openFar = () => open(10_000, proxy.port);

  test('handles every event and none again, while the server is killed and started again', async () => {
    const backends = [await open(), await open(), await open()];
    const [first] = backends;
    const workers = handleOnAndOn(backends);
    for (const round of range(0, 3)) {
      const appended = first?.log.append(outputs(30, round * 30));
      await workers.more(3);
      await server.kill();
      await server.start();
      await appended;
    }
    await workers.done(120);
    await workers.stop();
    await expectAllHandled(await open(), workers);
  }, 60_000);

  test('handles every event and none again, while connections break', async () => {
    const backends = [await openFar(), await openFar(), await open()];
    const workers = handleOnAndOn(backends);
    await backends[2]?.log.append(outputs(100));
    for (const tries of Array<number>(15).fill(3)) {
      await workers.more(tries);
      proxy.cut();
    }
    await workers.done(100);
    await workers.stop();
    await expectAllHandled(await open(), workers);
  }, 60_000);

  test('waits while the server hangs, and goes on with what it had when that does', async () => {
    const backends = [await open(1500), await open(1500)];
    const workers = handleOnAndOn(backends);
    await backends[0]?.log.append(outputs(60));
    await workers.more(5);
    await server.pause();
    // Longer than they have patience: what was under way then may have been done or not.
    const late = await appendUntilUnreachable(backends[0]?.log, 60);
    server.resume();
    const [last] = (await backends[1]?.log.append([late])) ?? [];
    await workers.done(Number(texts(last ? [last] : [])[0]) + 1);
    await workers.stop();
    await expectAllHandled(await open(), workers);
  }, 60_000);
});
