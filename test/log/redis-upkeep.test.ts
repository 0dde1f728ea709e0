import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type StoredEvent, encodeEvent } from '../../src/contract/decode.ts';
import type { EventDraft } from '../../src/contract/event.ts';
import { fromFlat } from '../../src/contract/flat.ts';
import { newEventId } from '../../src/log/event-id.ts';
import { DeadLetters } from '../../src/delivery/dead-letters.ts';
import { unneededByGroups } from '../../src/delivery/groups.ts';
import { WorkerGroup } from '../../src/delivery/worker-group.ts';
import { createClient, loadDriver } from '../../src/log/redis/client.ts';
import { createLink } from '../../src/log/redis/link.ts';
import { listen } from '../../src/log/redis/notifications.ts';
import { type RedisBackend, type RedisOptions, openRedis } from '../../src/log/redis/open-redis.ts';
import { output, outputs, progress, range, readAll, sequences } from './drafts.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

let server: RedisServer;
let database = -1;
let opened: { close(): unknown }[];
let hand: Redis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.dispose());
beforeEach(() => {
  database += 1;
  opened = [];
  hand = new Redis(server.url(database));
});
afterEach(async () => {
  hand.disconnect();
  for (const { close } of opened) await close();
});

async function open(options: Partial<RedisOptions> = {}): Promise<RedisBackend> {
  const backend = await openRedis({ url: server.url(database), tenantId: 'acme', ...options });
  opened.push(backend);
  return backend;
}

const LOG = 't:{acme}:events:log';

const world = (sequence: number) => ({ reducer: 'world', reducerVersion: 1, sequence, state: '{}' });

describe('removing old events', () => {
  test('keeps those that no snapshot has, and says what is gone to who asks for it', async () => {
    const { log, snapshots, trim } = await open({ keepEvents: 100 });
    await log.append(outputs(500, 0, { task_id: 'old' }));
    await log.append(outputs(500, 500, { task_id: 'new' }));
    expect(await trim()).toBe(0);
    await snapshots.put(world(600));
    expect(await trim()).toBe(600);
    await snapshots.put(world(1000));
    expect(await trim()).toBe(300);

    expect(sequences(await readAll(log, { after: 900 }))).toEqual(range(901, 1000));
    expect(sequences(await readAll(log, { after: 900, taskId: 'new' }))).toEqual(range(901, 1000));
    for (const query of [
      {},
      { after: 899 },
      { taskId: 'old' },
      { taskId: 'new' },
      { types: ['agent.output'] as const },
    ]) {
      await expect(readAll(log, query)).rejects.toMatchObject({
        code: 'history_truncated',
        message: expect.stringMatching(/truncated: events/),
      });
    }
    expect(await readAll(log, { taskId: 'nobody' })).toEqual([]);
    // The version of a task is what it was, and numbers go on.
    await expect(
      log.append([output('x', { task_id: 'old' })], { expectedVersion: { taskId: 'old', version: 0 } }),
    ).rejects.toMatchObject({ code: 'version_conflict' });
    const more = await log.append([output('x', { task_id: 'old' })], {
      expectedVersion: { taskId: 'old', version: 500 },
    });
    expect(sequences(more)).toEqual([1001]);
    // Nothing is left of what was removed.
    expect(await hand.zcard('t:{acme}:ids')).toBe(101);
    expect(await hand.xlen('t:{acme}:task:old')).toBe(1);
  });

  test('keeps what a group has not been given or has not acknowledged', async () => {
    const { log, snapshots, trim, streamInfo } = await open({ keepEvents: 1 });
    await log.append(outputs(100));
    await snapshots.put(world(100));
    await hand.xgroup('CREATE', LOG, 'workers', 0);
    expect(await trim()).toBe(0);
    await hand.xreadgroup('GROUP', 'workers', 'one', 'COUNT', 50, 'STREAMS', LOG, '>');
    await hand.xack(LOG, 'workers', ...range(1, 19).map((sequence) => `0-${sequence}`), '0-30');
    expect(await trim()).toBe(19);
    expect(await streamInfo()).toMatchObject({
      length: 81,
      first: 20,
      last: 100,
      bytes: expect.toSatisfy((bytes: number) => bytes > 1000),
      groups: [{ name: 'workers', consumers: 1, delivered: 50, pending: 30, oldestPending: 20, lag: 50 }],
    });
  });

  test('keeps what workers have not handled; a dead letter has its event although the log has it no more', async () => {
    const backend = await open({ keepEvents: 5, unneeded: unneededByGroups });
    const { log, snapshots, trim } = backend;
    await log.append(outputs(40));
    const actor = { source: 'cli', id: 'user:test' };
    const options = { actor, types: ['agent.output'] } as const;
    const mail = new WorkerGroup(backend, { ...options, group: 'mail' });
    const audit = new WorkerGroup(backend, { ...options, group: 'audit' });
    const signal = new AbortController().signal;
    const taken = await mail.claim(20, signal);
    for (const delivery of await audit.claim(40, signal)) await audit.ack(delivery);
    for (const delivery of taken.slice(0, 10)) await mail.ack(delivery);
    await snapshots.put(world(40));
    // Of the group that is behind the eleventh is the oldest that is not handled.
    expect(await trim()).toBe(10);
    await mail.park(taken[10] ?? expect.fail(), 'rejected', new Error('poison'));
    for (const delivery of taken.slice(11)) await mail.ack(delivery);
    expect(await trim()).toBe(10);
    expect(sequences(await readAll(log, { after: 20, types: ['agent.output'] }))).toEqual(range(21, 40));

    const letters = new DeadLetters(backend, actor);
    await letters.replay('mail', 11);
    const [again] = await mail.claim(1, signal);
    expect(again).toMatchObject({ replayed: true, event: { sequence: 11, data: { text: '10' } } });
    await mail.ack(again ?? expect.fail());

    // By hand nothing is asked for: what is gone then is said, and the others go on.
    const [lost] = await mail.claim(1, signal);
    expect(lost?.sequence).toBe(21);
    await mail.giveBack(lost ?? expect.fail());
    await hand.xtrim(LOG, 'MINID', '0-23');
    expect(await mail.claim(2, signal)).toMatchObject([{ sequence: 23 }, { sequence: 24 }]);
    expect(await Array.fromAsync(letters.list({ group: 'mail' }))).toMatchObject([
      { sequence: 21, reason: 'payload_lost' },
      { sequence: 22, reason: 'payload_lost' },
    ]);
    // A group that is new begins with what is left.
    const late = new WorkerGroup(backend, { ...options, group: 'late' });
    expect(await late.claim(1, signal)).toMatchObject([{ sequence: 23 }]);
  });

  test('happens by itself when the configuration says so', async () => {
    const { log, snapshots } = await open({ keepEvents: 100 });
    await log.append(outputs(999));
    await snapshots.put(world(999));
    await log.append(outputs(1));
    await expect.poll(() => hand.xlen(LOG)).toBe(100);
  });
});

test('families that are configured have a short stream of their own, in which entries are as in the log', async () => {
  const { log } = await open({ streams: ['agent', 'memory'], maxLength: 100 });
  const [event] = await log.append([progress('one')]);
  const [entry] = await hand.xrange('t:{acme}:events:agent', '-', '+');
  const [id, fields] = entry ?? ['', []];
  expect(id).toBe('0-1');
  const flat = Object.fromEntries(
    fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : [])),
  );
  expect(event && encodeEvent(event)).toEqual(fromFlat(flat));
  await log.append(outputs(1000));
  expect(await hand.xlen('t:{acme}:events:agent')).toBeLessThan(250);
  expect(await hand.exists('t:{acme}:events:memory')).toBe(0);
  expect(await hand.xlen(LOG)).toBe(1001);
});

describe('the channel', () => {
  test('tells listeners of other programs each event as JSON, once, also after its connection broke', async () => {
    const heard: StoredEvent[] = [];
    const errors: string[] = [];
    const link = createLink({
      client: createClient(await loadDriver(), { url: server.url(database) }, 'listener', 5000),
      address: 'test',
      timeoutMs: 5000,
    });
    opened.push(link);
    await listen({
      link,
      channel: 'lineclear:events',
      onEvent: (event) => heard.push(event),
      onError: (text) => errors.push(text),
    });
    const { log } = await open();
    const note: EventDraft<'memory.written'> = {
      ...output('x'),
      id: newEventId(),
      type: 'memory.written',
      data: { note_id: 'n', user_id: 'u', agent_id: 'a', domain: 'd', content_hash: 'h' },
    };
    const ended: EventDraft<'user.joined'> = {
      ...output('x'),
      type: 'user.joined',
      data: { user_id: 'u', client: 'c' },
    };
    const first = await log.append([note, progress('p')]);
    await expect.poll(() => heard).toEqual(first.map(encodeEvent));
    // Repeated, it is not an event once more; of another family, it is not published.
    await log.append([note, ended]);
    await hand.publish('lineclear:events', 'not JSON');
    await expect.poll(() => errors).toHaveLength(1);
    expect(heard).toHaveLength(2);

    await hand.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await expect.poll(() => hand.pubsub('NUMSUB', 'lineclear:events')).toEqual(['lineclear:events', 1]);
    const [last] = await log.append([progress('later')]);
    await expect.poll(() => heard.at(-1)).toEqual(last && encodeEvent(last));
  });

  test('can have another name, and be off', async () => {
    const listener = new Redis(server.url(database));
    opened.push({ close: () => listener.disconnect() });
    const heard: string[] = [];
    listener.on('message', (channel: string) => heard.push(channel));
    await listener.subscribe('lineclear:events', 'mine');
    await (await open({ notify: [] })).log.append(outputs(1));
    await (await open({ channel: 'mine' })).log.append(outputs(1));
    await expect.poll(() => heard).toEqual(['mine']);
  });
});

test('tenants of one server do not see each other, whatever their names are', async () => {
  const tenants = ['acme', 'evil', 'a}:task:{b', 'a', '%7B'];
  const logs = await Promise.all(tenants.map(async (tenantId) => (await open({ tenantId })).log));
  for (const [index, log] of logs.entries())
    await log.append(outputs(index + 1, 0, { task_id: '{b}:events:log' }));
  for (const [index, log] of logs.entries()) {
    const events = await readAll(log);
    expect(sequences(events)).toEqual(range(1, index + 1));
    expect(new Set(events.map(({ tenant_id }) => tenant_id))).toEqual(new Set([tenants[index]]));
  }
});
