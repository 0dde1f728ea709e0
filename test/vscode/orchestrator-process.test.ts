import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { App } from '../../src/app.ts';
import { OrchestratorProcess, environmentFor } from '../../src/vscode/orchestrator-process.ts';
import { fakeApp } from './fake-app.ts';
import { fakeScreen } from './fake-screen.ts';
import { agent, created, worldOf } from './world-of.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
});

/** A window whose command line is this script; `started` has a line for each time that it ran. */
function windowWith(script: string, answers: string[] = []) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear orchestrator '));
  folders.push(folder);
  const cli = path.join(folder, 'cli.cjs');
  const started = path.join(folder, 'started');
  const start = `require('fs').appendFileSync(${JSON.stringify(started)}, process.argv.slice(2).join(' ') + '\\n');`;
  fs.writeFileSync(cli, `${start}\n${script}`);
  const holder: { now: Awaited<ReturnType<App['orchestrator']>> } = {
    now: undefined,
  };
  const world = worldOf([created('Fix login'), agent('coder-1', 'agent.started', 'working')]);
  const app = {
    ...fakeApp(world),
    root: folder,
    orchestratorLog: path.join(folder, 'orchestrator.log'),
    orchestrator: async () => holder.now,
  };
  const screen = fakeScreen(...answers);
  const state = { isAllowed: true };
  const notes: string[] = [];
  const orchestrator = new OrchestratorProcess({
    cli,
    app: () => app,
    isAllowed: () => state.isAllowed,
    environment: () => ({ LINECLEAR_PLANNER: 'gemini' }),
    screen,
    note: (line) => notes.push(line),
  });
  const runs = () => (fs.existsSync(started) ? fs.readFileSync(started, 'utf8').trim().split('\n') : []);
  const until = async (condition: () => boolean) => {
    for (let waits = 0; !condition(); waits += 1) {
      if (waits > 600) throw new Error(`not within 30 s: ${notes.join('; ')}`);
      await delay(50);
    }
  };
  return { orchestrator, app, holder, state, runs, until, notes, shown: screen.shown, folder };
}

const hasEnded = (notes: readonly string[]) =>
  notes.some((note) => note.startsWith('the orchestrator ended'));

test('starts one, and never a second from the same window', async () => {
  const { orchestrator, runs, until, notes, folder } = windowWith('setTimeout(() => {}, 300)');
  await Promise.all([orchestrator.consider(), orchestrator.consider()]);
  await orchestrator.consider();
  await until(() => hasEnded(notes));
  expect(runs()).toEqual([`serve --no-wait --root ${folder}`]);
});

test('starts one beside one of an older version, which then ends for it', async () => {
  const { orchestrator, holder, runs, until, notes } = windowWith('');
  holder.now = { pid: 1, host: os.hostname(), id: 'x', isHere: true, isOlder: true };
  await orchestrator.consider();
  await until(() => hasEnded(notes));
  expect(runs()).toHaveLength(1);
});

test('starts none while another one runs, it is not allowed, or there is nothing to do', async () => {
  const { orchestrator, holder, state, runs, app } = windowWith('');
  holder.now = { pid: 1, host: os.hostname(), id: 'x', isHere: true, isOlder: false };
  await orchestrator.consider();
  holder.now = undefined;
  state.isAllowed = false;
  await orchestrator.consider();
  state.isAllowed = true;
  app.hasWork = () => false;
  await orchestrator.consider();
  expect(runs()).toEqual([]);
});

test('one that fails at once is told once, with the last lines of its log, and tried again only later', async () => {
  const { orchestrator, until, runs, notes, shown } = windowWith(
    `console.error('config.toml:3: agents.x: is not a known key'); process.exitCode = 2`,
  );
  await orchestrator.consider();
  await until(() => hasEnded(notes) && shown.length > 0);
  await orchestrator.consider();
  // A clock that is put forward does not hurry it.
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
  onTestFinished(() => void vi.restoreAllMocks());
  await orchestrator.consider();
  expect(runs()).toHaveLength(1);
  expect(shown).toEqual([
    'error: The orchestrator could not be started: it ended with code 2 — config.toml:3: agents.x: is not a known key. [Show Log] [Try Again]',
  ]);
});

test('is stopped after a question when agents are at work, and does not come back by itself', async () => {
  const { orchestrator, holder, runs, shown, until, notes } = windowWith('setInterval(() => {}, 1000)', [
    'Stop Orchestrator',
  ]);
  await orchestrator.consider();
  await until(() => runs().length === 1);
  const pid = Number(/process (\d+)/.exec(notes[0] ?? '')?.[1]);
  holder.now = { pid, host: os.hostname(), id: 'x', isHere: true, isOlder: false };
  await orchestrator.stop();
  await until(() => hasEnded(notes));
  holder.now = undefined;
  await orchestrator.consider();
  expect(runs()).toHaveLength(1);
  expect(shown).toEqual([
    'Stop the orchestrator? 1 agent at work will be stopped. The tasks go on when it is started again. [Stop Orchestrator]',
    'information: Stopped the orchestrator. This window does not start it again by itself. [Start Orchestrator]',
  ]);
});

test('one on another machine is not ended from here', async () => {
  const { orchestrator, holder } = windowWith('');
  holder.now = { pid: 7, host: 'elsewhere', id: 'x', isHere: false, isOlder: false };
  await expect(orchestrator.stop()).rejects.toThrow('runs on elsewhere, as process 7');
});

test('gets the environment without what VS Code put into it', () => {
  const own = { PATH: '/bin', VSCODE_PID: '1', ELECTRON_NO_ASAR: '1' };
  expect(environmentFor(own, { LINECLEAR_CODER: 'x' })).toEqual({
    PATH: '/bin',
    LINECLEAR_CODER: 'x',
    ELECTRON_RUN_AS_NODE: '1',
  });
});
