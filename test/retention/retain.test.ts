import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import type { AgentEvent } from '../../src/contract/event.ts';
import { DeadLetters } from '../../src/delivery/dead-letters.ts';
import { replayWorld } from '../../src/followed-world.ts';
import type { BlobStore, EventLog, LogBackend, SnapshotStore } from '../../src/log/log.ts';
import { openLog } from '../../src/log/open.ts';
import { type ArchivedEvent, readArchive } from '../../src/retention/archive-file.ts';
import { allTasks, archived } from '../../src/state/archive.ts';
import type { World } from '../../src/state/world.ts';
import { output } from '../log/drafts.ts';
import { type NatsServer, startNats } from '../log/nats-server.ts';
import { type RedisServer, startRedis } from '../log/redis-server.ts';
import { oldAndNewTasks } from './old-tasks.ts';
import { retainOn, worldOf } from './retain-on.ts';

let redis: RedisServer;
let nats: NatsServer;
beforeAll(async () => {
  [redis, nats] = await Promise.all([startRedis(), startNats()]);
});
afterAll(async () => {
  await Promise.all([redis.dispose(), nats.dispose()]);
});

const tenantId = 'acme';
const contentRefSchema = z.templateLiteral(['blob:', z.string()]);
const backends: Record<string, (root: string) => Promise<LogBackend>> = {
  sqlite: (root) =>
    openLog({
      backend: 'sqlite',
      file: path.join(root, '.lineclear/log.db'),
      tenantId,
      durability: 'process',
    }),
  redis: (root) => openLog({ backend: 'redis', url: redis.url(0), tenantId: path.basename(root) }),
  nats: (root) => openLog({ backend: 'nats', url: nats.url, name: path.basename(root), tenantId }),
};

const folder = (): string => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-retain-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  return root;
};

const all = async (log: EventLog): Promise<AgentEvent[]> =>
  await Array.fromAsync(log.read({ truncatedAt: Infinity }));

const NO_SNAPSHOTS: SnapshotStore = {
  get: () => Promise.resolve(undefined),
  position: () => Promise.resolve(0),
  put: () => Promise.resolve(),
};

const shown = (world: World) => ({
  lines: allTasks(world)
    .map((task) => ('chunks' in task ? archived(task) : task))
    .map((task) => ({ ...task, removed: undefined }))
    .toSorted((a, b) => a.version - b.version),
  inbox: world.inbox,
  activity: world.activity.filter(({ type }) => type !== 'history.truncated').slice(-490),
});

/** All that was archived, as the log names it. */
async function archives(backend: LogBackend, root: string): Promise<ArchivedEvent[]> {
  const found: ArchivedEvent[] = [];
  for (const event of await all(backend.log)) {
    if (event.type !== 'history.truncated' || !event.data.archive) continue;
    found.push(...(await Array.fromAsync(readArchive(path.join(root, event.data.archive.file)))));
  }
  return found;
}

const archivedEvents = async (backend: LogBackend, root: string): Promise<AgentEvent[]> =>
  (await archives(backend, root)).map(({ event }) => event);

/** The contents that archived events name, event by event. */
const archivedTexts = async (backend: LogBackend, root: string): Promise<string[][]> =>
  (await archives(backend, root))
    .filter(({ contents }) => contents.length > 0)
    .map(({ contents }) => contents.map(({ content }) => new TextDecoder().decode(content)));

const textOf = (number: number) => `of task ${number}`;
const bySequence = (a: AgentEvent, b: AgentEvent) => a.sequence - b.sequence;
const TRUNCATED = { code: 'history_truncated', message: expect.stringContaining('.jsonl.gz') };

describe.each(Object.keys(backends))('on %s', (name) => {
  test('tasks that ended long ago go to an archive; all that is shown stays as it was', async () => {
    const root = folder();
    const open = backends[name] ?? expect.unreachable();
    const backend = await open(root);
    onTestFinished(() => backend.close());
    const { blobs } = backend;
    const put = (text: string) => blobs.put(Buffer.from(text));
    const shared = await put('of all');
    const tasks = await oldAndNewTasks(backend.log, {
      old: 12,
      recent: 10,
      names: async (kind, number) => [shared, ...(kind === 'old' ? [await put(`of task ${number}`)] : [])],
    });
    const before = await all(backend.log);
    const seen = shown((await worldOf(backend, NO_SNAPSHOTS)).world);
    const old = before.filter(({ task_id }) => tasks.old.includes(task_id ?? ''));

    const planned = await retainOn(backend, root, { dryRun: true });
    expect(planned).toMatchObject({ tasks: 12, events: old.length, kept: 0, files: [] });
    expect(await all(backend.log)).toEqual(before);

    const done = await retainOn(backend, root, { contentAgeMs: 0 });
    expect(done).toMatchObject({
      tasks: 12,
      events: old.length,
      kept: 0,
      bytes: planned.bytes,
      contents: 12,
    });
    expect(await blobs.get(await put('of all'))).toBeDefined();
    for (const ref of old.flatMap(({ context_refs: refs }) => refs.slice(1)))
      expect(await blobs.get(contentRefSchema.parse(ref))).toBeUndefined();
    expect(await archivedTexts(backend, root)).toEqual(
      Array.from({ length: 12 }, (_, index) => ['of all', `of task ${index}`]),
    );
    expect((await archivedEvents(backend, root)).toSorted(bySequence)).toEqual(old);
    const left = await all(backend.log);
    expect(left.filter(({ type }) => type !== 'history.truncated')).toEqual(
      before.filter(({ task_id }) => !tasks.old.includes(task_id ?? '')),
    );
    // From the snapshot, and from nothing but what is left.
    for (const snapshots of [backend.snapshots, NO_SNAPSHOTS]) {
      const peer = await open(root);
      const { world, recall } = await worldOf(peer, snapshots);
      expect(shown(world)).toEqual(seen);
      expect(world.history).toMatchObject({ tasks: 12, events: old.length });
      await expect(recall(tasks.old[0] ?? '')).rejects.toMatchObject(TRUNCATED);
      for (const id of tasks.others) expect(await recall(id)).toMatchObject({ task_id: id });
      await expect(replayWorld(peer.log, before.length, world)).rejects.toMatchObject(TRUNCATED);
      await peer.close();
    }
    expect(await retainOn(backend, root)).toMatchObject({ tasks: 0, events: 0, kept: 0, files: [] });
  });
});

describe('what is needed stays', () => {
  test('as long as a group has not handled it, and is told', async () => {
    const root = folder();
    const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
    onTestFinished(() => backend.close());
    await oldAndNewTasks(backend.log, { old: 5, recent: 10 });
    const state = { position: 700, outstanding: [], parked_tasks: [] };
    await backend.documents.put('group/slow', JSON.stringify(state), undefined);
    const done = await retainOn(backend, root);
    expect(done.tasks + done.kept).toBe(5);
    expect(done).toMatchObject({ kept: 2, bound: 'group' });
    expect(await backend.log.truncatedAt()).toBeLessThanOrEqual(700);
    expect((await Array.fromAsync(backend.log.read({ after: 700 }))).length).toBeGreaterThan(0);
  });

  test('a content of an event that is a dead letter', async () => {
    const root = folder();
    const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
    onTestFinished(() => backend.close());
    const refs = await Promise.all(['letter', 'alone'].map((text) => backend.blobs.put(Buffer.from(text))));
    const names = async (kind: string) => (kind === 'old' ? refs : []);
    const { old } = await oldAndNewTasks(backend.log, { old: 3, recent: 10, names, isBrief: true });
    const [event] = (await all(backend.log)).filter(
      ({ task_id, context_refs }) => task_id === old[0] && context_refs.includes(refs[0] ?? ''),
    );
    if (!event) return expect.unreachable();
    const { sequence, id: event_id } = event;
    const letters = new DeadLetters(backend, { source: 'cli', id: 'user:test' });
    const only = { ...event, context_refs: refs.slice(0, 1) };
    // As one that was parked long ago: of its task, nothing happened lately.
    await letters.put('chat', { sequence, event_id, failures: [] }, 'handler_failed', only);
    expect(await retainOn(backend, root, { contentAgeMs: 0 })).toMatchObject({ tasks: 3, contents: 1 });
    const left = await Promise.all(refs.map((ref) => backend.blobs.get(ref)));
    expect(left.map((content) => content && new TextDecoder().decode(content))).toEqual([
      'letter',
      undefined,
    ]);
  });

  test('where an agent did something else, too, and where a process is still seen', async () => {
    const root = folder();
    const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
    onTestFinished(() => backend.close());
    await backend.log.append([
      output('alone', { source_agent_id: 'coder-00002', call_chain: ['coder-00002'] }),
    ]);
    const { old } = await oldAndNewTasks(backend.log, { old: 5, recent: 10 });
    expect(await retainOn(backend, root)).toMatchObject({ tasks: 4, kept: 1, bound: undefined });
    const { world } = await worldOf(backend, NO_SNAPSHOTS);
    expect(old.filter((id) => !world.archive.get(id)?.removed)).toEqual([expect.stringMatching(/00002$/)]);
  });

  test('when it is stopped, and the next time goes on; of two at once one waits for another time', async () => {
    const root = folder();
    const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
    onTestFinished(() => backend.close());
    const tasks = await oldAndNewTasks(backend.log, { old: 24, recent: 10 });
    const before = (await all(backend.log)).filter(({ task_id }) => tasks.old.includes(task_id ?? ''));
    const stop = new AbortController();
    const reason = new Error('stopped');
    const stopped = retainOn(backend, root, {
      atOnce: 1000,
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
    const results = await Promise.allSettled([retainOn(backend, root), retainOn(backend, root)]);
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(failed).toEqual([expect.objectContaining({ code: 'log_busy' })]);
    expect((await archivedEvents(backend, root)).toSorted(bySequence)).toEqual(before);
    expect((await all(backend.log)).filter(({ task_id }) => tasks.old.includes(task_id ?? ''))).toEqual([]);
  });

  test('a content that somebody put again a moment ago, or names while the others go', async () => {
    const root = folder();
    const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
    onTestFinished(() => backend.close());
    const [again, named, alone] = await Promise.all(
      ['again', 'named', 'alone'].map((text) => backend.blobs.put(Buffer.from(text))),
    );
    const names = async (kind: string) => (kind === 'old' ? [again ?? '', named ?? '', alone ?? ''] : []);
    await oldAndNewTasks(backend.log, { old: 3, recent: 10, names, isBrief: true });
    const blobs: BlobStore = {
      ...backend.blobs,
      // Of these, only one was put again since they became old.
      remove: (ref, ageMs) => backend.blobs.remove(ref, ref === again ? ageMs : 0),
    };
    const log: EventLog = {
      ...backend.log,
      async append(drafts) {
        const told = await backend.log.append(drafts);
        await backend.log.append([output('new', { context_refs: [named ?? ''] })]);
        return told;
      },
    };
    expect(await retainOn({ ...backend, blobs, log }, root)).toMatchObject({ tasks: 3, contents: 1 });
    const texts = await Promise.all(
      [again, named, alone].map((ref) => backend.blobs.get(contentRefSchema.parse(ref))),
    );
    expect(texts.map((text) => text && new TextDecoder().decode(text))).toEqual([
      'again',
      'named',
      undefined,
    ]);
  });

  test('when its archive cannot be written, or says something else than it should', async () => {
    const root = folder();
    const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
    onTestFinished(() => backend.close());
    await oldAndNewTasks(backend.log, { old: 3, recent: 10 });
    const before = await all(backend.log);
    fs.writeFileSync(path.join(root, '.lineclear/archive'), 'in the way');
    await expect(retainOn(backend, root)).rejects.toThrow();
    expect(await all(backend.log)).toEqual(before);
    expect(await backend.log.truncatedAt()).toBe(0);
  });
});

test('a process that is killed at any moment loses nothing, and the next one goes on', async () => {
  const root = folder();
  const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
  onTestFinished(() => backend.close());
  const put = (number: number) => backend.blobs.put(Buffer.from(textOf(number)));
  const { old } = await oldAndNewTasks(backend.log, {
    old: 16,
    recent: 10,
    names: async (kind, number) => (kind === 'old' ? [await put(number)] : []),
  });
  const before = (await all(backend.log)).filter(({ task_id }) => old.includes(task_id ?? ''));
  const isOld = ({ task_id }: AgentEvent) => old.includes(task_id ?? '');
  let kills = 0;
  for (let isDone = false; !isDone;) {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'children/retain.ts'), root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const text of child.stdout) {
      said += String(text);
      // Each time a little later, so that it is met at everything that it does.
      if (said === 'begins\n' && kills < 5) setTimeout(() => child.kill('SIGKILL'), 20 + 40 * kills);
    }
    isDone = said.includes('done');
    if (!isDone) kills += 1;
    const kept = new Map(
      [...(await archivedEvents(backend, root)), ...(await all(backend.log))].map((event) => [
        event.sequence,
        event,
      ]),
    );
    expect(before.map(({ sequence }) => kept.get(sequence))).toEqual(before);
    // What the log shows as archived can be read; everything else is whole.
    const { world } = await worldOf(backend, NO_SNAPSHOTS);
    const whole = old.filter((id) => !world.archive.get(id)?.removed);
    const left = new Set((await all(backend.log)).map(({ sequence }) => sequence));
    expect(
      before.filter(({ task_id, sequence }) => whole.includes(task_id ?? '') && !left.has(sequence)),
    ).toEqual([]);
    const texts = new Set((await archivedTexts(backend, root)).flat());
    for (const [number, event] of before.filter(({ context_refs: refs }) => refs.length > 0).entries()) {
      const stored = await backend.blobs.get(contentRefSchema.parse(event.context_refs[0]));
      expect(stored !== undefined || texts.has(textOf(number))).toBe(true);
      if (isDone) expect(stored).toBeUndefined();
    }
  }
  expect(kills).toBeGreaterThan(0);
  // Nor is anything left of what was only half written.
  const names = fs.readdirSync(path.join(root, '.lineclear/archive'));
  expect(names.filter((name) => !name.endsWith('.jsonl.gz'))).toEqual([]);
  expect((await all(backend.log)).filter(isOld)).toEqual([]);
}, 90_000);

test('deleting for good leaves no archive, and says so', async () => {
  const root = folder();
  const backend = await (backends['sqlite'] ?? expect.unreachable())(root);
  onTestFinished(() => backend.close());
  const { old } = await oldAndNewTasks(backend.log, { old: 3, recent: 10 });
  expect(await retainOn(backend, root, { mode: 'delete' })).toMatchObject({ tasks: 3, files: [] });
  expect(fs.existsSync(path.join(root, '.lineclear/archive'))).toBe(false);
  const { recall } = await worldOf(backend, backend.snapshots);
  await expect(recall(old[0] ?? '')).rejects.toMatchObject({
    message: expect.stringContaining('deleted on'),
  });
});

test('an archive that is cut off or is none is refused', async () => {
  const file = path.join(folder(), `${randomUUID()}.jsonl.gz`);
  fs.writeFileSync(file, 'no gzip');
  await expect(Array.fromAsync(readArchive(file))).rejects.toMatchObject({ code: 'archive_damaged' });
  await expect(Array.fromAsync(readArchive(`${file}x`))).rejects.toMatchObject({ code: 'archive_missing' });
});

test('of an archive whose first lines are wrong already the rest is not read, and nothing is left open', async () => {
  const file = path.join(folder(), `${randomUUID()}.jsonl.gz`);
  const packed = gzipSync(`{"torn\n${randomBytes(500_000).toString('hex')}`);
  // What it ends with does not fit either: that is found when nobody reads any more.
  fs.writeFileSync(file, packed.fill(0, packed.length - 8));
  await expect(Array.fromAsync(readArchive(file))).rejects.toMatchObject({ code: 'archive_damaged' });
  const { ino } = fs.statSync(file);
  const isOpen = () =>
    fs
      .readdirSync('/proc/self/fd')
      .some((fd) => fs.statSync(`/proc/self/fd/${fd}`, { throwIfNoEntry: false })?.ino === ino);
  if (process.platform === 'linux') await expect.poll(isOpen).toBe(false);
});
