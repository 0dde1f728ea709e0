import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess } from '../../src/agents/process-tree.ts';
import { loadWorld } from '../../src/followed-world.ts';
import { openLog } from '../../src/log/open.ts';
import { ORCHESTRATOR_LEASE } from '../../src/orchestrator/lease.ts';
import { serve } from '../../src/orchestrator/serve.ts';
import { fakeAgents, obey } from './fake-agent.ts';
import { quiet } from './quiet.ts';

const settings = { ...quiet.settings, idleExit: 0 };

async function open() {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s a lease '));
  onTestFinished(() => fs.rmSync(cwd, { recursive: true, force: true }));
  const file = path.join(cwd, 'log.db');
  const backend = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
  onTestFinished(() => backend.close());
  const { log, blobs, leases, snapshots } = backend;
  const notes: string[] = [];
  const serveOnce = () =>
    serve(
      {
        log,
        blobs,
        leases,
        loadWorld: () => loadWorld(log, snapshots),
        settings,
        cwd,
        startAgent: fakeAgents({ play: obey }).startAgent,
        note: (line) => notes.push(line),
        stay: false,
        takeOver: false,
        version: '1.0.0',
      },
      new AbortController().signal,
    );
  return { leases, notes, serveOnce };
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

test('the lease of a process that is gone is taken over at once', async () => {
  const { leases, notes, serveOnce } = await open();
  const dead = await gone();
  await leases.acquire(ORCHESTRATOR_LEASE, JSON.stringify({ ...dead, pids, id: 'a' }), 600_000);
  expect(await serveOnce()).toBe('idle');
  expect(notes[0]).toBe(`taking over from process ${dead.pid}, which is gone`);
  expect(await leases.holder(ORCHESTRATOR_LEASE)).toBeUndefined();
});

test.each([
  ['lives', () => Promise.resolve({ ...identifyProcess(process.pid), pids })],
  ['runs on another machine', async () => ({ ...(await gone()), host: 'elsewhere', pids })],
  ['runs in a container that cannot be looked into', async () => ({ ...(await gone()), pids: 'pid:[1]' })],
  ['does not say where its process id counts', gone],
  ['is not one of ours', () => Promise.resolve({ something: 'else' })],
])('the lease of a holder is respected that %s', async (_, holder) => {
  const { leases, serveOnce } = await open();
  const name = JSON.stringify({ ...(await holder()), id: 'a' });
  await leases.acquire(ORCHESTRATOR_LEASE, name, 600_000);
  expect(await serveOnce()).toBe('not needed');
  expect(await leases.holder(ORCHESTRATOR_LEASE)).toMatchObject({ holder: name, token: 1 });
});
