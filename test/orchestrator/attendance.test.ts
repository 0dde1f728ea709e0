import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { logOptionsOf } from '../../src/log-config.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { openLog } from '../../src/log/open.ts';
import { createAttendance } from '../../src/orchestrator/attendance.ts';
import { holderOfThisProcess } from '../../src/orchestrator/lease.ts';
import { enter, placeOf } from '../../src/orchestrator/presence.ts';
import { created, worldOf } from '../vscode/world-of.ts';

const project = 'website';
let root: string;
let backend: LogBackend;

const sources = () => ({ root, env: {}, installedAgents: {} });

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-attendance-'));
  const config = loadConfig(sources());
  backend = await openLog(logOptionsOf(root, config.log));
});

afterEach(async () => {
  vi.useRealTimers();
  await backend.close();
  fs.rmSync(root, { recursive: true });
});

/** A window that watches, and its only task, which is waiting since long ago. */
function watching() {
  const world = worldOf([
    ['user:maria', 'task.created', { description: 'Describe', interactive: true, project }],
  ]);
  const { orchestrator: settings } = loadConfig(sources());
  const attendance = createAttendance({
    backend,
    world,
    config: () => ({ orchestrator: settings, log: { project } }),
  });
  attendance.watch();
  const task = [...world.tasks.values()][0];
  return () => task && attendance.missingFor(task);
}

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    // What is read from the disk comes when it comes.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const orchestrator = (of: string) =>
  enter(backend, holderOfThisProcess({ ...placeOf(root), project: of }), { alone: false });

test('an orchestrator is missed after the time that one needs to start, not while one is there or was just now', async () => {
  const missing = watching();
  await pass(13);
  expect(missing()).toBeUndefined();
  await pass(5);
  expect(missing()).toBe('here');
  const one = await orchestrator(project);
  await pass(3);
  expect(missing()).toBeUndefined();
  await one?.leave();
  await pass(13);
  expect(missing()).toBeUndefined();
  await pass(5);
  expect(missing()).toBe('here');
});

test('one of another project is none for the task', async () => {
  const missing = watching();
  await orchestrator('tools');
  await pass(6);
  expect(missing()).toBeUndefined();
  await pass(12);
  expect(missing()).toBe('here');
});

test('nobody is missed while the log cannot be read', async () => {
  const missing = watching();
  await pass(18);
  expect(missing()).toBe('here');
  await backend.close();
  await pass(3);
  expect(missing()).toBeUndefined();
});

test('whether one is needed is asked again when the log goes on, for tasks that wait for others as well', async () => {
  const { orchestrator: settings } = loadConfig(sources());
  const world = worldOf([
    created('first', 'first'),
    [
      'user:maria',
      'task.created',
      { description: 'second', interactive: true, depends_on: ['first'] },
      'second',
    ],
    ['orchestrator', 'task.parked', { kind: 'dependency', reason: 'waits for “first”' }, 'second'],
  ]);
  const attendance = createAttendance({
    backend,
    world,
    config: () => ({ orchestrator: settings, log: { project } }),
  });
  await attendance.look();
  const missing = () => [...world.tasks.values()].map((task) => attendance.missingFor(task));
  expect(missing()).toEqual(['here', undefined]);
  worldOf([['user:maria', 'user.cancelled_task', { user_id: 'user:maria' }, 'first']], world);
  expect(missing()).toEqual(['here', 'here']);
});
