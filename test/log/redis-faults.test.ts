import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeEvent } from '../../src/contract/decode.ts';
import { toFlat } from '../../src/contract/flat.ts';
import { newEventId } from '../../src/log/event-id.ts';
import { type RedisBackend, type RedisOptions, openRedis } from '../../src/log/redis/open-redis.ts';
import { output, outputs, range, readAll, sequences, texts } from './drafts.ts';
import { follow } from './on-and-on.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { PATIENCE_MS, describeServerFaults } from './server-faults.ts';

let server: RedisServer;
let proxy: Proxy;
let database = -1;
let opened: RedisBackend[];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.dispose());
beforeEach(async () => {
  opened = [];
  database += 1;
  proxy = await startProxy(server.port);
});
afterEach(async () => {
  // A test that failed in between leaves no other without a server.
  server.resume();
  for (const backend of opened) await backend.close();
  await proxy.close();
});

async function open(options: Partial<RedisOptions> = {}): Promise<RedisBackend> {
  const backend = await openRedis({ url: server.url(database), tenantId: 'acme', ...options });
  opened.push(backend);
  return backend;
}

/** Through a network that the test has in its hands. */
const openFar = (options: Partial<RedisOptions> = {}) =>
  open({ url: `redis://127.0.0.1:${proxy.port}/${database}`, ...options });

/** Somebody who works on the server by hand. */
async function byHand<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(server.url(database));
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describeServerFaults({
  server: () => server,
  proxy: () => proxy,
  open,
  openFar,
  address: () => `redis://127.0.0.1:${server.port}/${database}`,
  makeFull: (isFull) => byHand((client) => client.config('SET', 'maxmemory', isFull ? '1' : '0')),
});

describe('a server that', () => {
  test('forgot what it had acknowledged is not written to any more, and cursors of that time are worth nothing', async () => {
    const forgetful = await startRedis('--appendonly', 'no', '--save', '');
    try {
      const url = forgetful.url();
      const first = await open({ url });
      await first.log.append(outputs(3));
      // As a replica that was behind, or a copy of yesterday: the same log with fewer events.
      const hand = new Redis(url);
      await hand.call('XTRIM', 't:{acme}:events:log', 'MAXLEN', 0);
      await hand.call('DEL', 't:{acme}:events:log', 't:{acme}:ids');
      await hand.call('CLIENT', 'KILL', 'TYPE', 'normal');
      hand.disconnect();
      await expect(first.log.append(outputs(1))).rejects.toMatchObject({
        code: 'log_replaced',
        message: expect.stringContaining('has lost events'),
      });
      const second = await open({ url });
      expect(second.log.logId).not.toBe(first.log.logId);
      expect(sequences(await second.log.append(outputs(1)))).toEqual([1]);
      await forgetful.kill();
      await forgetful.start();
      await expect(second.log.append(outputs(1))).rejects.toMatchObject({
        code: 'log_replaced',
        message: expect.stringContaining('is gone'),
      });
    } finally {
      await forgetful.dispose();
    }
  });

  test('was emptied while it was in use gets nothing more', async () => {
    const { log, documents } = await open();
    await log.append(outputs(2));
    await byHand((client) => client.flushdb());
    await expect(log.append(outputs(1))).rejects.toMatchObject({ code: 'log_replaced' });
    await expect(documents.put('group/mail', '{}', undefined)).rejects.toMatchObject({
      code: 'log_replaced',
    });
  });

  test('is a replica says so', async () => {
    const { log } = await open({ timeoutMs: PATIENCE_MS });
    await log.append(outputs(1));
    await byHand((client) => client.replicaof('127.0.0.1', 1));
    await expect(log.append(outputs(1))).rejects.toMatchObject({ code: 'log_readonly' });
    await byHand((client) => client.replicaof('NO', 'ONE'));
    expect(sequences(await log.append(outputs(1)))).toEqual([2]);
  });
});

describe('a network that', () => {
  test('is slow is only slow', async () => {
    const { log } = await openFar();
    proxy.delayMs = 20;
    const followed = follow(log);
    await Promise.all(range(1, 20).map((call) => log.append(outputs(3, call))));
    expect(await followed(60)).toEqual(range(1, 60));
  });
});

describe('opening', () => {
  test('is refused with a wrong password, which is nowhere to be read', async () => {
    const guarded = await startRedis('--requirepass', 'right');
    try {
      const url = (password: string) => `redis://:${password}@127.0.0.1:${guarded.port}`;
      const error: unknown = await open({ url: url('wrong') }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'log_denied', next: expect.stringContaining('password') });
      expect(String(error)).toContain(`127.0.0.1:${guarded.port}`);
      expect(String(error)).not.toContain('wrong:');
      await expect(open({ url: `redis://127.0.0.1:${guarded.port}` })).rejects.toMatchObject({
        code: 'log_denied',
      });
      const { log, connection } = await open({ url: url('right') });
      expect(connection.state.address).not.toContain('right');
      await log.append(outputs(1));
      // Changed while the log is in use.
      const hand = new Redis(url('right'));
      await hand.config('SET', 'requirepass', 'new');
      await hand.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      hand.disconnect();
      await expect(log.append(outputs(1))).rejects.toMatchObject({ code: 'log_denied' });
      const { log: again } = await open({ url: `redis://127.0.0.1:${guarded.port}`, password: 'new' });
      expect(await again.head()).toBe(1);
    } finally {
      await guarded.dispose();
    }
  });

  test('works for a user who may use no keys but those of the tenant, and for no other tenant', async () => {
    await byHand((client) =>
      client.call(
        'ACL',
        'SETUSER',
        'acme',
        'on',
        '>secret',
        '~t:{acme}:*',
        '&lineclear:*',
        '+@all',
        '-@dangerous',
      ),
    );
    const acme = { username: 'acme', password: 'secret' };
    const { log, snapshots, blobs, leases, documents } = await open(acme);
    await log.append([output('a', { task_id: 'task-1' })], {
      expectedVersion: { taskId: 'task-1', version: 0 },
    });
    await snapshots.put({ reducer: 'world', reducerVersion: 1, sequence: 1, state: '{}' });
    await blobs.put(Buffer.from('x'));
    await leases.acquire('orchestrator', 'a', 1000);
    await documents.put('group/mail', '{}', undefined);
    expect(await readAll(log, { taskId: 'task-1' })).toHaveLength(1);
    await expect(open({ ...acme, tenantId: 'evil' })).rejects.toMatchObject({ code: 'log_denied' });
  });

  test('is refused by a server that is too old', async () => {
    proxy.rewrite = (answer) => answer.replace(/redis_version:7\.\d/, 'redis_version:6.0');
    await expect(openFar()).rejects.toMatchObject({
      code: 'log_unsupported',
      message: expect.stringContaining('is of version 6.0'),
    });
  });

  test('is refused by a database that is not there', async () => {
    await expect(open({ url: server.url(9999) })).rejects.toMatchObject({
      message: expect.stringContaining('DB index is out of range'),
    });
  });

  test('is refused where nobody answers', async () => {
    proxy.hold(true);
    await expect(openFar({ timeoutMs: 200 })).rejects.toMatchObject({ code: 'log_unreachable' });
  });

  test('leaves keys of another program and a log of a newer version as they are', async () => {
    await byHand((client) => client.xadd('t:{acme}:events:log', '*', 'not', 'ours'));
    await expect(open()).rejects.toMatchObject({ code: 'log_foreign' });
    await byHand((client) => client.flushdb());
    await open();
    await byHand((client) => client.hset('t:{acme}:meta', 'format', 99));
    await expect(open()).rejects.toMatchObject({ code: 'log_newer' });
  });
});

describe('an entry that', () => {
  test('is no event keeps its place and stops nobody', async () => {
    const { log } = await open();
    await log.append(outputs(1));
    await byHand(async (client) => {
      await client.xadd('t:{acme}:events:log', '0-2', 'data', '{"broken', 'type', 'agent.output');
      await client.xadd('t:{acme}:events:log', '0-3', 'hello', 'world');
    });
    expect(sequences(await log.append([output('after')]))).toEqual([4]);
    const events = await readAll(log);
    expect(sequences(events)).toEqual([1, 2, 3, 4]);
    expect(events.map(({ type }) => type)).toEqual(['agent.output', 'unknown', 'unknown', 'agent.output']);
    expect(events[1]?.data).toMatchObject({
      original_type: 'agent.output',
      reason: expect.stringContaining('data: is not JSON'),
      data: { data: '{"broken' },
    });
    expect(await follow(log)(4)).toEqual([1, 2, 3, 4]);
  });

  test('has the fields of its event, as another version stored it, is read as that event', async () => {
    const { log } = await open();
    const [first] = await log.append(outputs(1));
    if (!first) throw new Error('Nothing was appended.');
    const older = { ...encodeEvent(first), id: newEventId(), sequence: 2 };
    await byHand((client) =>
      client.xadd('t:{acme}:events:log', '0-2', ...Object.entries(toFlat(older)).flat()),
    );
    expect(await readAll(log)).toEqual([first, older]);
    expect(sequences(await readAll(log, { types: ['agent.output'] }))).toEqual([1, 2]);
  });

  test('was deleted by hand is missed by name', async () => {
    const { log } = await open();
    await log.append(outputs(3));
    await byHand((client) => client.xdel('t:{acme}:events:log', '0-2'));
    await expect(readAll(log)).rejects.toMatchObject({
      code: 'log_corrupt',
      message: expect.stringContaining('Event 2 is missing'),
    });
  });

  test('has an id that a log does not give is named with what to do', async () => {
    const { log } = await open();
    await log.append(outputs(1));
    await byHand((client) => client.xadd('t:{acme}:events:log', '5-0', 'hello', 'world'));
    await expect(log.append(outputs(1))).rejects.toMatchObject({
      code: 'log_corrupt',
      message: expect.stringContaining('5-0'),
    });
  });
});

test('clocks that are hours apart change neither the order of events nor who holds a lease', async () => {
  const early = await open({ now: () => new Date(Date.now() - 7_200_000) });
  const late = await open({ now: () => new Date(Date.now() + 7_200_000) });
  expect(Math.abs(early.now().getTime() - late.now().getTime())).toBeLessThan(60_000);
  const lease = await early.leases.acquire('orchestrator', 'early', 60_000);
  expect(await late.leases.acquire('orchestrator', 'late', 60_000)).toBeUndefined();
  expect(await late.leases.holder('orchestrator')).toMatchObject({ holder: 'early' });
  expect(await lease?.renew()).toBe(true);
  await late.log.append([output('first')]);
  await early.log.append([output('second')]);
  expect(texts(await readAll(late.log))).toEqual(['first', 'second']);
});
