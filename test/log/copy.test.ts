import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { copyLog } from '../../src/log/copy.ts';
import { newEventId } from '../../src/log/event-id.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { type LogOptions, openLog } from '../../src/log/open.ts';
import { output, outputs, range, readAll, untyped } from './drafts.ts';
import { type NatsServer, startNats } from './nats-server.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

let folder: string;
let redis: RedisServer;
let nats: NatsServer;
const opened: LogBackend[] = [];

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-copy-'));
  [redis, nats] = await Promise.all([startRedis(), startNats()]);
});
afterEach(async () => {
  for (const backend of opened.splice(0)) await backend.close();
});
afterAll(async () => {
  await Promise.all([redis.dispose(), nats.dispose()]);
  fs.rmSync(folder, { recursive: true });
});

async function open(options: LogOptions): Promise<LogBackend> {
  const backend = await openLog(options);
  opened.push(backend);
  return backend;
}

const openFile = (name: string) =>
  open({ backend: 'sqlite', tenantId: 'acme', durability: 'process', file: path.join(folder, name) });

const { signal } = new AbortController();

/** Interrupted after the first append; then again, to its end. */
async function copyInTwo(from: LogBackend, to: LogBackend) {
  const interruption = new AbortController();
  const interrupted = copyLog(from, to, {
    signal: interruption.signal,
    onProgress: () => interruption.abort(new Error('interrupted')),
  });
  await expect(interrupted).rejects.toThrow('interrupted');
  const progress: number[] = [];
  const result = await copyLog(from, to, { signal, onProgress: (copied) => progress.push(copied) });
  expect(progress).toEqual([1000, 1500, 1731]);
  return result;
}

test('a log goes through all backends and comes back the same, however often the copying was interrupted', async () => {
  const first = await openFile('first.db');
  const content = Buffer.from('what was there before');
  const ref = await first.blobs.put(content);
  for (const call of range(1, 173)) {
    await first.log.append(outputs(10, call * 10, { task_id: `task-${call % 7}`, priority: 'high' }));
  }
  await first.log.append([output('with “content”', { context_refs: [ref] })]);
  await first.documents.put('group/scripts', '{"position":1000}', undefined);
  await first.documents.put('dead/scripts/1', 'x'.repeat(500_000), undefined);

  const onRedis = await open({ backend: 'redis', url: redis.url(), tenantId: 'acme' });
  const onNats = await open({ backend: 'nats', url: nats.url, tenantId: 'acme' });
  const last = await openFile('last.db');
  const expected = { events: 1731, appended: 1231, blobs: 1, missingBlobs: 0, documents: 2 };
  const results = [
    await copyInTwo(first, onRedis),
    await copyInTwo(onRedis, onNats),
    await copyInTwo(onNats, last),
  ];
  for (const result of results) {
    expect(result).toMatchObject(expected);
    expect(result.sha256).toBe(results[0]?.sha256);
  }

  expect(await readAll(last.log)).toEqual(await readAll(first.log));
  expect(Buffer.from((await last.blobs.get(ref)) ?? [])).toEqual(content);
  expect(await last.documents.get('group/scripts')).toMatchObject({ value: '{"position":1000}' });

  // What has happened since is taken along by another copy; what is gone goes there, too.
  await first.log.append(outputs(2));
  const dead = await first.documents.get('dead/scripts/1');
  await first.documents.delete('dead/scripts/1', dead?.revision ?? 0);
  const again = await copyLog(first, onNats, { signal });
  expect(again).toMatchObject({ events: 1733, appended: 2, documents: 1 });
  expect(await onNats.documents.get('dead/scripts/1')).toBeUndefined();
});

test('truncated history stays truncated: what is there goes through all backends, and it is told what is not', async () => {
  const first = await openFile('truncated.db');
  for (const call of range(1, 173))
    await first.log.append(outputs(10, call * 10, { task_id: `task-${call % 7}` }));
  const onNats = await open({ backend: 'nats', url: nats.url, tenantId: 'acme', name: 'truncated' });
  await copyLog(first, onNats, { signal });
  const removed = await first.truncate({ upto: 1201, taskIds: ['task-1', 'task-2'], keep: [] });
  const second = await openFile('second.db');
  const third = await open({ backend: 'redis', url: redis.url(1), tenantId: 'acme' });
  const events = 1730 - removed;
  for (const [from, to] of [
    [first, third],
    [third, second],
  ] as const) {
    expect(await copyLog(from, to, { signal })).toMatchObject({ events, missing: removed, appended: events });
    expect(await to.log.truncatedAt()).toBe(1201);
  }
  const all = { truncatedAt: Infinity };
  expect(await readAll(second.log, all)).toEqual(await readAll(first.log, all));
  await expect(readAll(second.log)).rejects.toMatchObject({ code: 'history_truncated' });
  // An earlier copy is brought up to date, and keeps what it has.
  await first.log.append(outputs(2));
  for (const to of [second, onNats])
    expect(await copyLog(first, to, { signal })).toMatchObject({ events: events + 2, appended: 2 });
});

const refusal = (message: string) => ({
  code: 'copy_differs',
  message: expect.stringContaining(message),
});

test('nothing is copied onto another log, or onto itself; who interferes is noticed', async () => {
  const [one, two] = [await openFile('one.db'), await openFile('two.db')];
  await one.log.append(outputs(600));
  await two.log.append(outputs(3));
  await expect(copyLog(one, two, { signal })).rejects.toMatchObject(refusal('has 3 events that are not'));
  await expect(copyLog(two, one, { signal })).rejects.toMatchObject(refusal('has 600 events that are not'));
  await expect(copyLog(one, one, { signal })).rejects.toMatchObject(refusal('of the same log'));

  const [three, four] = [await openFile('three.db'), await openFile('four.db')];
  const appends: Promise<unknown>[] = [];
  const intruded = copyLog(one, three, {
    signal,
    onProgress: () => appends.push(three.log.append(outputs(1))),
  });
  await expect(intruded).rejects.toMatchObject(refusal('somebody else'));
  await Promise.all(appends);

  // An event in the middle that is another one: only the comparison at the end sees that.
  const events = await readAll(one.log, { until: 500 });
  const changed = events.map((event, index) =>
    untyped({ ...event, ...(index === 250 ? { id: newEventId() } : {}) }),
  );
  await four.log.append(changed);
  await expect(copyLog(one, four, { signal })).rejects.toMatchObject(refusal('Event 251 is not the same'));
  expect(await one.log.head()).toBe(600);
});
