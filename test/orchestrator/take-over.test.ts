import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestContext, expect, test, vi } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { loadConfig } from '../../src/config.ts';
import { logOptionsOf } from '../../src/log-config.ts';
import { openLog } from '../../src/log/open.ts';
import { livingOrchestrators } from '../../src/orchestrator/presence.ts';
import { isLive } from '../../src/state/agent.ts';
import { isEnded } from '../../src/state/task.ts';
import { madeWhole } from '../log/made-whole.ts';
import { startNats } from '../log/nats-server.ts';
import { type Proxy, startProxy } from '../log/proxy.ts';
import { startRedis } from '../log/redis-server.ts';
import { openWorkspace } from './workspace.ts';

/** TAKE_OVER_BLOWS=200 for many more. */
const BLOWS = Number(process.env['TAKE_OVER_BLOWS'] ?? 4);
const TASKS = Math.max(20, BLOWS * 3);
const CONCURRENCY = 3;
/** Longer than a lease lasts, so that the tasks are taken over. */
const LONG_MS = 14_000;

type Blow = 'kill' | 'pause' | 'cut off';

const ONCE = [
  'task.started',
  'plan.ready',
  'plan.approved',
  'handoff.requested',
  'handoff.validated',
  'task.completed',
] as const;

/** By what happened in which task and chunk. */
function countByMatter(events: readonly AgentEvent[]): Record<string, number> {
  const matters = events.flatMap(({ type, task_id = '', data }) => {
    if (type === 'chunk.completed') return [`${task_id} ${type} ${'index' in data ? data.index : ''}`];
    return ONCE.some((one) => one === type) ? [`${task_id} ${type}`] : [];
  });
  return countEach(matters);
}

function countEach(items: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** A test's own: the one that Vitest exports is, after a wait, that of any test that runs at the same time. */
type OnTestFinished = TestContext['onTestFinished'];

/** A server for the log, reached through a network that can fail; a file needs none. */
async function startServer(
  backend: string,
  onTestFinished: OnTestFinished,
): Promise<{ url: string; port: number } | undefined> {
  if (backend === 'SQLite') return undefined;
  if (backend === 'Redis') {
    const server = await startRedis();
    onTestFinished(() => server.dispose());
    return { url: server.url(), port: server.port };
  }
  const server = await startNats();
  onTestFinished(() => server.dispose());
  return server;
}

interface Orchestrator {
  readonly child: ChildProcess;
  readonly proxy: Proxy | undefined;
  readonly lines: string[];
  isAway: boolean;
}

async function openTeam(backend: string, onTestFinished: OnTestFinished) {
  const server = await startServer(backend, onTestFinished);
  const address = server ? `[log]\nurl = "${server.url}"\n` : '';
  const workspace = await openWorkspace({ toml: `[orchestrator]\nconcurrency = ${CONCURRENCY}\n${address}` });
  onTestFinished(() => workspace.close());
  const { root, app } = workspace;
  const effects = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-effects-')), 'effects');
  onTestFinished(() => fs.rmSync(path.dirname(effects), { recursive: true }));
  const { log: place } = loadConfig({ root, env: {}, installedAgents: {} });
  const looking = await madeWhole(await openLog(logOptionsOf(root, place)));
  onTestFinished(() => looking.close());
  const team = new Set<Orchestrator>();
  onTestFinished(async () => {
    await Promise.all([...team].map((one) => end(one, 'SIGKILL')));
  });

  async function end(one: Orchestrator, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child, proxy } = one;
    team.delete(one);
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    await proxy?.close();
  }

  const present = () => livingOrchestrators(looking);

  return {
    workspace,
    team,
    end,
    async begin() {
      const proxy = server && (await startProxy(server.port));
      const file = path.join(import.meta.dirname, 'children/serve-obedient.ts');
      // What others say of the server's address leads past the network of this one.
      const url = server && proxy && server.url.replace(`:${server.port}`, `:${proxy.port}`);
      const child = spawn(process.execPath, [file, root, effects], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...(url && { LINECLEAR_LOG_URL: url }) },
      });
      const lines: string[] = [];
      child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
      const one = { child, proxy, lines, isAway: false };
      team.add(one);
      return one;
    },
    present,
    /** One that carries out tasks just now, and is there. */
    async busy(): Promise<Orchestrator | undefined> {
      const living = await present();
      const agents = [...app.world.agents.values()].filter(({ status }) => isLive(status));
      const pids = agents.map(({ orchestrator }) => living.find(({ id }) => id === orchestrator?.id)?.pid);
      const busy = [...team].filter(({ child, isAway }) => !isAway && pids.includes(child.pid));
      return busy[Math.floor(Math.random() * busy.length)];
    },
    effects: () => fs.readFileSync(effects, 'utf8').trimEnd().split('\n'),
  };
}

const kindsOf = (backend: string): readonly Blow[] =>
  backend === 'SQLite' ? ['kill', 'pause'] : ['kill', 'pause', 'cut off'];

test.runIf(process.platform !== 'win32').concurrent.for(['SQLite', 'Redis', 'NATS'])(
  'three orchestrators share twenty tasks and those of one that is killed, stopped or cut off, each thing once: %s',
  { timeout: 90_000 + BLOWS * 10_000 },
  async (backend, { onTestFinished }) => {
    const { workspace, team, begin, end, present, busy, effects } = await openTeam(backend, onTestFinished);
    const { app, create, until } = workspace;
    await Promise.all([begin(), begin(), begin()]);
    await vi.waitUntil(async () => (await present()).length === 3, { timeout: 30_000 });
    const ids: string[] = [];
    for (let number = 1; number <= TASKS; number += 1) ids.push(await create(`Task ${number}`));

    const approved = new Set<string>();
    const finished = until(({ tasks }) => {
      for (const id of ids) {
        if (tasks.get(id)?.phase !== 'plan_review' || approved.has(id)) continue;
        approved.add(id);
        void app.execute({ command: 'approve_plan', task_id: id });
      }
      return ids.every((id) => isEnded(tasks.get(id)?.phase ?? 'created'));
    });
    const over = new AbortController();
    void finished.then(() => over.abort());
    const returns: Promise<void>[] = [];
    async function comeBack(one: Orchestrator, after: number): Promise<void> {
      await Promise.race([delay(after), finished]);
      one.proxy?.hold(false);
      one.child.kill('SIGCONT');
      one.isAway = false;
    }
    let struck = 0;
    const kinds = kindsOf(backend);
    for (; struck < BLOWS && !over.signal.aborted; struck += 1) {
      const victim = await vi.waitUntil(async () => over.signal.aborted || (await busy()), {
        timeout: 30_000,
      });
      if (victim === true) break;
      const blow = struck < kinds.length ? kinds[struck] : kinds[Math.floor(Math.random() * kinds.length)];
      if (blow === 'kill') await Promise.all([end(victim, 'SIGKILL'), begin()]);
      else {
        victim.isAway = true;
        if (blow === 'pause') victim.child.kill('SIGSTOP');
        else victim.proxy?.hold(true);
        returns.push(comeBack(victim, Math.random() < 0.7 ? LONG_MS : 500));
      }
      await Promise.race([delay(200 + Math.random() * 300), finished]);
    }
    await finished;
    await Promise.all(returns);
    expect(struck).toBeGreaterThanOrEqual(kinds.length);

    // Those that were away work on: the next task is done, also by them.
    const last = await create('Task 0');
    await until(({ tasks }) => tasks.get(last)?.phase === 'plan_review');
    await app.execute({ command: 'approve_plan', task_id: last });
    await until(({ tasks }) => tasks.get(last)?.phase === 'completed');
    await Promise.all([...team].map((one) => end(one, 'SIGTERM')));

    const events = await Array.fromAsync(app.events());
    // All that ever worked: of most of those that were killed or away nothing is left in the state at the end.
    const workers = events.flatMap((event) =>
      event.type === 'agent.created' ? (event.data.orchestrator?.id ?? []) : [],
    );
    expect(new Set(workers).size).toBeGreaterThanOrEqual(3);
    const all = [...ids, last];
    const expected = all.flatMap((id) => [
      ...ONCE.map((type) => [`${id} ${type}`, 1]),
      ...[0, 1].map((index) => [`${id} chunk.completed ${index}`, 1]),
    ]);
    expect(countByMatter(events)).toEqual(Object.fromEntries(expected));

    // What an agent did is done once for each attempt that was not cut off before, and never without one that is on record.
    const attempts = all.flatMap((id) =>
      workspace
        .task(id)
        .chunks.map(
          ({ attempt }, index) => [`${workspace.task(id).description}, chunk ${index + 1}`, attempt] as const,
        ),
    );
    const done = countEach(effects());
    for (const [chunk, attempt] of attempts) {
      expect(done[chunk], chunk).toBeGreaterThanOrEqual(1);
      expect(done[chunk], chunk).toBeLessThanOrEqual(attempt);
    }
    expect(Object.keys(done)).toHaveLength(attempts.length);
    const again = attempts.reduce((sum, [, attempt]) => sum + attempt - 1, 0);
    expect(again).toBeLessThanOrEqual(struck * CONCURRENCY);
    expect(all.map((id) => workspace.task(id).ignored)).toEqual(all.map(() => ({ count: 0 })));
  },
);
