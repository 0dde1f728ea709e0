import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess } from '../../src/agents/process-tree.ts';
import type { EventDraft } from '../../src/contract/event.ts';
import { loadWorld } from '../../src/followed-world.ts';
import { openLog } from '../../src/log/open.ts';
import { TTL_MS, holderOfThisProcess } from '../../src/orchestrator/lease.ts';
import { enter, livingOrchestrators, placeOf } from '../../src/orchestrator/presence.ts';
import { serve } from '../../src/orchestrator/serve.ts';
import { createTaskLeases } from '../../src/orchestrator/task-leases.ts';
import { fakeAgents, obey } from './fake-agent.ts';
import { quiet } from './quiet.ts';

const settings = { ...quiet.settings, idleExit: 0 };

const meIn = (folder: string) => holderOfThisProcess({ version: '1.0.0', ...placeOf(folder) });

async function open() {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s a lease '));
  onTestFinished(() => fs.rmSync(cwd, { recursive: true, force: true }));
  const file = path.join(cwd, 'log.db');
  const backend = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
  onTestFinished(() => backend.close());
  const { log, blobs, leases, snapshots } = backend;
  const lost: string[] = [];
  const tasks = createTaskLeases({
    leases,
    holder: JSON.stringify({ ...identifyProcess(process.pid), pids, id: 'me' }),
    note: () => undefined,
    onLost: (taskId) => Promise.resolve(void lost.push(taskId)),
  });
  onTestFinished(() => tasks.end());
  const serveOnce = (alone: boolean) =>
    serve(
      {
        log,
        blobs,
        backend,
        loadWorld: () => loadWorld(log, snapshots),
        settings,
        cwd,
        startAgent: fakeAgents({ play: obey }).startAgent,
        note: () => undefined,
        stay: false,
        alone,
        version: '1.0.0',
      },
      new AbortController().signal,
    );
  return { backend, leases, tasks, lost, cwd, serveOnce };
}

/** A process as its lease would name it, which has ended meanwhile. */
async function gone() {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 600_000)']);
  await once(child, 'spawn');
  const identity = identifyProcess(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

const pids = process.platform === 'linux' ? fs.readlinkSync('/proc/self/ns/pid') : process.platform;

test('the task of a process that is gone is taken over at once', async () => {
  const { leases, tasks } = await open();
  await leases.acquire('task:a', JSON.stringify({ ...(await gone()), pids, id: 'a' }), 600_000);
  expect(await tasks.take('a')).toEqual({ wasLeft: true });
  expect(tasks.termOf('a')).toBe(2);
  await tasks.giveBack('a');
  expect(await leases.latest('task:a')).toBeUndefined();
  expect(await tasks.take('a')).toEqual({ wasLeft: false });
});

test.each([
  ['lives', () => Promise.resolve({ ...identifyProcess(process.pid), pids })],
  ['runs on another machine', async () => ({ ...(await gone()), host: 'elsewhere', pids })],
  ['runs in a container that cannot be looked into', async () => ({ ...(await gone()), pids: 'pid:[1]' })],
  ['does not say where its process id counts', gone],
  ['is not one of ours', () => Promise.resolve({ something: 'else' })],
])('the task of a holder is respected that %s', async (_, holder) => {
  const { leases, tasks } = await open();
  const name = JSON.stringify({ ...(await holder()), id: 'a' });
  await leases.acquire('task:a', name, 600_000);
  expect(await tasks.take('a')).toBeUndefined();
  expect(await leases.holder('task:a')).toMatchObject({ holder: name, token: 1 });
});

test('what is done for a task that another one has taken over is not recorded', async () => {
  const { backend, leases, tasks, lost } = await open();
  await tasks.take('a');
  const held = await leases.holder('task:a');
  if (!held) throw new Error('it was just taken');
  await leases.takeOver(held, 'another', TTL_MS);
  await expect.poll(() => lost).toEqual(['a']);
  const draft: EventDraft = {
    type: 'task.started',
    data: {},
    task_id: 'a',
    source: 's',
    source_agent_id: 's',
    call_chain: ['s'],
  };
  await expect(tasks.guard(backend.log).append([draft])).rejects.toMatchObject({ code: 'lease_lost' });
  expect(await backend.log.head()).toBe(0);
});

test('of those that want a folder for themselves one enters; others share it, or have their own', async () => {
  const { backend, cwd, serveOnce } = await open();
  const race = await Promise.all([1, 2, 3].map(() => enter(backend, meIn(cwd), { alone: true })));
  const [first, ...more] = race.filter((one) => one !== undefined);
  expect([first === undefined, more]).toEqual([false, []]);
  expect(await serveOnce(true)).toBe('not needed');
  expect(await serveOnce(false)).toBe('idle');
  const elsewhere = await enter(backend, meIn(os.tmpdir()), { alone: true });
  expect(elsewhere).toBeDefined();
  expect(await livingOrchestrators(backend)).toHaveLength(2);
  await first?.leave();
  await elsewhere?.leave();
  expect(await serveOnce(true)).toBe('idle');
  expect(await livingOrchestrators(backend)).toEqual([]);
});
