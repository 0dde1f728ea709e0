import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { AgentLaunch } from '../../src/agents/agent.ts';
import { listProcesses, readVariable } from '../../src/agents/process-list.ts';
import { isAlive } from '../../src/agents/process-tree.ts';
import type { InboxKind } from '../../src/state/inbox.ts';
import { startScriptedModel } from '../models/scripted-model.ts';
import { openWorkspace } from './workspace.ts';

/** What the scripted model has its agents write. */
export const WRITTEN = 'Written by a scripted model.\nTwice.\n';

type Launch = (options: { home: string; modelUrl: string; cwd: string }) => AgentLaunch;

type Opened = Awaited<ReturnType<typeof openWithAgent>>;

/** A workspace whose agents are a real program; only the model behind it is scripted. */
export async function openWithAgent(launch: Launch) {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear home '));
  onTestFinished(() => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const { name, command, env } = launch({ home, modelUrl: model.url, cwd: home });
  const workspace = await openWorkspace({ agents: { [name]: { command: [...command], env } } });
  onTestFinished(() => workspace.close());
  const { app, until, root } = workspace;
  return {
    ...workspace,
    read: (file: string) => {
      const full = path.join(root, file);
      return fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : undefined;
    },
    /** The next thing that waits for the person; a failure of the task is told instead of waited out. */
    async waits(kind: InboxKind) {
      const find = () => app.world.inbox.find((item) => item.kind === kind || item.kind === 'failure');
      await until(() => find() !== undefined);
      const item = find();
      if (item?.kind === 'failure' && kind !== 'failure') throw new Error(item.failure.error_message);
      return item;
    },
    /** Processes of the agent, and of what it started, however far they went away from it. */
    left: () => [
      ...listProcesses().filter(({ pid }) => readVariable(pid, 'HOME') === home),
      ...[...app.world.agents.values()].filter((agent) => agent.process && isAlive(agent.process) !== false),
    ],
  };
}

/** A task of two files is carried out; the first may be written, the second not. Returns the task's id. */
export async function allowThenDeny({ app, create, waits, until, task, story, read }: Opened) {
  const id = await create('Write one.md and two.md');
  expect(await waits('plan')).toMatchObject({
    plan: { revision: 1, chunks: [{ files: ['one.md'] }, { files: ['two.md'] }] },
  });
  expect([read('one.md'), read('two.md')]).toEqual([undefined, undefined]);
  await app.execute({ command: 'approve_plan', task_id: id });

  expect(await waits('permission')).toMatchObject({
    permission: {
      kind: 'edit',
      file_paths: ['one.md'],
      preview: 'one.md (new file)\n+Written by a scripted model.\n+Twice.',
    },
  });
  expect(read('one.md')).toBeUndefined();
  await app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' });

  expect(await waits('permission')).toMatchObject({ permission: { file_paths: ['two.md'] } });
  expect(read('one.md')).toBe(WRITTEN);
  await app.execute({ command: 'decide_permission', task_id: id, decision: 'deny' });

  await until((world) => world.tasks.get(id)?.phase === 'completed');
  expect(read('two.md')).toBeUndefined();
  expect(task(id)).toMatchObject({
    chunks: [
      { status: 'completed', attempt: 1, changed_files: ['one.md'] },
      { status: 'completed', attempt: 1, changed_files: [] },
    ],
    changed_files: ['one.md'],
    permissions: [],
    ignored: { count: 0 },
  });
  expect(decisive(await story(id))).toEqual(ALLOWED_THEN_DENIED);
  return id;
}

/** With its reviewer all that worked for a task has ended. */
export async function nothingIsLeft({ until, task, left }: Opened, id: string): Promise<void> {
  const reviewer = task(id).assigned.reviewer?.agent_id ?? '';
  await until((world) => world.agents.get(reviewer)?.status === 'completed');
  expect(left()).toEqual([]);
}

/** The types of a task's events that tell its course. */
export const decisive = (types: readonly string[]): string[] =>
  types.filter((type) =>
    /^(?:task\.(?!assigned)|plan|chunk|permission|user|file|handoff|metrics)/.test(type),
  );

/** The course of a task whose first chunk may write its file, and whose second may not. */
export const ALLOWED_THEN_DENIED = [
  'task.created',
  'task.started',
  'plan.ready',
  'user.approved_plan',
  'plan.approved',
  'chunk.started',
  'permission.requested',
  'user.decided_permission',
  'file.created',
  'chunk.completed',
  'chunk.started',
  'permission.requested',
  'user.decided_permission',
  'chunk.completed',
  'handoff.requested',
  'handoff.validated',
  'task.completed',
  'metrics.completed',
];
