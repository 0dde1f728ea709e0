import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { isEnded } from '../../src/state/task.ts';
import { openWorkspace } from './workspace.ts';

const TASKS = 20;
/** Where in the log the one that works is struck next: about five times in the life of all tasks. */
const BLOWS = ['SIGKILL', 'SIGKILL', 'SIGSTOP', 'SIGKILL', 'SIGKILL'] as const;
const apart = () => 40 + Math.floor(Math.random() * 120);

const ONCE = [
  'task.started',
  'plan.ready',
  'plan.approved',
  'handoff.requested',
  'handoff.validated',
] as const;

/** By what happened in which task and chunk. */
function countByMatter(events: readonly AgentEvent[]): Record<string, number> {
  const matters = events.flatMap(({ type, task_id = '', data }) => {
    if (type === 'chunk.completed') return [`${task_id} ${type} ${'index' in data ? data.index : ''}`];
    return ONCE.some((one) => one === type) || type === 'task.completed' ? [`${task_id} ${type}`] : [];
  });
  const counts: Record<string, number> = {};
  for (const matter of matters) counts[matter] = (counts[matter] ?? 0) + 1;
  return counts;
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

/** `url`: the log's; undefined: the file in the workspace. */
test.runIf(process.platform !== 'win32').each([{ name: 'SQLite', url: undefined }])(
  'three orchestrators of which the one that works is killed or stopped at any moment bring twenty tasks to their end, each thing once: $name',
  { timeout: 120_000 },
  async ({ url }) => {
    if (url !== undefined) vi.stubEnv('LINECLEAR_LOG_URL', url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const workspace = await openWorkspace({ toml: '[orchestrator]\nconcurrency = 4\n' });
    onTestFinished(() => workspace.close());
    const { app, root, create, until } = workspace;
    const children = new Set<ChildProcess>();
    const begin = () => {
      const file = path.join(import.meta.dirname, 'children/serve-obedient.ts');
      const child = spawn(process.execPath, [file, root], { stdio: ['ignore', 'ignore', 'inherit'] });
      children.add(child);
    };
    onTestFinished(async () => {
      await Promise.all(
        [...children].map(async (child) => {
          if (!isRunning(child)) return;
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        }),
      );
    });
    const ids: string[] = [];
    for (let number = 1; number <= TASKS; number += 1) ids.push(await create(`Task ${number}`));
    for (let count = 0; count < 3; count += 1) begin();

    const approved = new Set<string>();
    const approving = until(({ tasks }) => {
      for (const id of ids) {
        if (tasks.get(id)?.phase !== 'plan_review' || approved.has(id)) continue;
        approved.add(id);
        void app.execute({ command: 'approve_plan', task_id: id });
      }
      return ids.every((id) => isEnded(tasks.get(id)?.phase ?? 'created'));
    });
    let at = 0;
    const stopped: ChildProcess[] = [];
    for (const blow of BLOWS) {
      at += apart();
      await Promise.race([until(({ position }) => position >= at), approving]);
      const child = await vi.waitUntil(
        async () => {
          const holder = await app.orchestrator();
          return [...children].find(({ pid }) => pid === holder?.pid);
        },
        { timeout: 30_000 },
      );
      child.kill(blow);
      if (blow === 'SIGSTOP') stopped.push(child);
      begin();
    }
    await approving;
    // One that was stopped goes on when all is done, and finds that nothing is left to it.
    for (const child of stopped.filter(isRunning)) {
      const exited = once(child, 'exit');
      child.kill('SIGCONT');
      await exited;
    }
    const events = await Array.fromAsync(app.events());
    const expected = ids.flatMap((id) => [
      ...[...ONCE, 'task.completed'].map((type) => [`${id} ${type}`, 1]),
      ...[0, 1].map((index) => [`${id} chunk.completed ${index}`, 1]),
    ]);
    expect(countByMatter(events)).toEqual(Object.fromEntries(expected));
    expect(ids.map((id) => workspace.task(id).ignored.count)).toEqual(ids.map(() => 0));
  },
);
