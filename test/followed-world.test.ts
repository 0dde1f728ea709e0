import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openApp } from '../src/app.ts';
import type { EventDraft } from '../src/contract/event.ts';
import { SNAPSHOT_EVERY, openWorld } from '../src/followed-world.ts';
import type { LogBackend } from '../src/log/log.ts';
import { openLog } from '../src/log/open.ts';
import { WORLD_VERSION, createWorld } from '../src/state/world.ts';
import { outputs, readAll } from './log/drafts.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-world-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(path.join(root, '.lineclear'));
});

async function open(): Promise<LogBackend> {
  const file = path.join(root, '.lineclear', 'log.db');
  const backend = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
  onTestFinished(() => backend.close());
  return backend;
}

const OF_A_TASK = { source: 'test', source_agent_id: 'coder-1', call_chain: ['coder-1'] };

const created = (task_id: string): EventDraft => ({
  ...OF_A_TASK,
  task_id,
  type: 'task.created',
  data: { description: task_id, interactive: true },
});

const cancelled = (task_id: string): readonly EventDraft[] => [
  created(task_id),
  { ...OF_A_TASK, task_id, type: 'user.cancelled_task', data: { user_id: 'ada' } },
  { ...OF_A_TASK, task_id, type: 'task.cancelled', data: {} },
];

const append = async ({ log }: LogBackend, count: number) => {
  for (let left = count; left > 0; left -= 1000) await log.append(outputs(Math.min(left, 1000)));
};

const storedAt = ({ snapshots }: LogBackend) => snapshots.position('world', WORLD_VERSION);

/** Folds what there is and goes on following. */
async function follow(backend: LogBackend) {
  const followed = await openWorld(backend.log, backend.snapshots);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { past } = followed.follow(() => undefined, stop.signal);
  await past;
  return followed;
}

test('a world is stored when much has happened since the last time, by who reads once and by who follows', async () => {
  const backend = await open();
  await append(backend, SNAPSHOT_EVERY - 1);
  const once = await openWorld(backend.log, backend.snapshots);
  await once.refresh();
  expect(await storedAt(backend)).toBe(0);
  await append(backend, 1);
  await once.refresh();
  expect(await storedAt(backend)).toBe(SNAPSHOT_EVERY);

  await follow(backend);
  await append(backend, SNAPSHOT_EVERY);
  await expect.poll(() => storedAt(backend)).toBeGreaterThan(SNAPSHOT_EVERY);
  const next = await openWorld(backend.log, backend.snapshots);
  expect(next.world.position).toBe(await storedAt(backend));
});

test('of two that follow, the second one leaves it to the first', async () => {
  const backend = await open();
  const other = await open();
  const late = await openWorld(other.log, other.snapshots);
  await follow(backend);
  await append(backend, SNAPSHOT_EVERY);
  await expect.poll(() => storedAt(backend)).toBeGreaterThan(0);
  const stored = await storedAt(backend);
  await append(backend, SNAPSHOT_EVERY - 1 - ((await backend.log.head()) - stored));
  await late.refresh();
  expect(late.world.position).toBe(stored + SNAPSHOT_EVERY - 1);
  expect(await storedAt(other)).toBe(stored);
});

test.each([
  ['is no JSON', '{"position":3,"tas'],
  ['has another shape', '{"position":3}'],
  ['is of a log that was longer', createWorld().serialize().replace('"position":0', '"position":9')],
])('a snapshot that %s is dropped, and the log is read instead', async (_, state) => {
  const backend = await open();
  await backend.log.append([created('mine')]);
  await append(backend, 2);
  const sequence = state.includes('9') ? 9 : 3;
  await backend.snapshots.put({ reducer: 'world', reducerVersion: WORLD_VERSION, sequence, state });
  const app = await openApp({ root, source: 'cli' });
  onTestFinished(() => app.close());
  await app.refresh();
  expect([...app.world.tasks.keys()]).toEqual(['mine']);
  expect(app.world.position).toBe(3);
});

test('a snapshot by a process that speaks another language is used, and its activity is told in the own one', async () => {
  const backend = await open();
  const events = await backend.log.append([created('mine'), ...cancelled('yours')]);
  const german = createWorld();
  for (const event of events) german.apply(event);
  const state = german
    .serialize()
    .replace('"en"', '"de"')
    .replaceAll('created the task', 'erstellte die Aufgabe');
  const sequence = german.position;
  await backend.snapshots.put({ reducer: 'world', reducerVersion: WORLD_VERSION, sequence, state });
  const { world } = await openWorld(backend.log, backend.snapshots);
  expect(world.position).toBe(sequence);
  expect(world.activity).toEqual(german.activity);
  expect(createWorld(state).activity).not.toEqual(german.activity);
});

test('a task that ended long ago is whole again when it is asked for, and refuses commands for the reason it has', async () => {
  const backend = await open();
  for (let index = 0; index < 150; index += 1) await backend.log.append(cancelled(`task-${index}`));
  const app = await openApp({ root, source: 'cli' });
  onTestFinished(() => app.close());
  await app.refresh();
  expect([app.world.tasks.size, app.world.archive.size]).toEqual([100, 50]);
  expect(app.world.tasks.has('task-7')).toBe(false);
  await expect(app.execute({ command: 'cancel_task', task_id: 'task-7' })).rejects.toMatchObject({
    code: 'not_waiting',
    message: 'The task is cancelled already.',
  });
  expect(await app.recall('task-8')).toMatchObject({ task_id: 'task-8', cancelled: { user_id: 'ada' } });
  expect(await app.recall('nowhere')).toBeUndefined();
  expect(await readAll(backend.log, { after: 450 })).toEqual([]);
  const whole = await app.replay(450);
  expect([whole.tasks.size, whole.archive.size]).toEqual([150, 0]);
  expect(whole.tasks.get('task-8')).toEqual(app.world.tasks.get('task-8'));
});
