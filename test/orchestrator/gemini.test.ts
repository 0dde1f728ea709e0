import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listProcesses, readVariable } from '../../src/agents/process-list.ts';
import { isAlive } from '../../src/agents/process-tree.ts';
import type { InboxKind } from '../../src/state/inbox.ts';
import { geminiLaunch } from '../agents/gemini.ts';
import { startScriptedModel } from '../models/scripted-model.ts';
import { openWorkspace } from './workspace.ts';

/** A workspace whose agents are the real Gemini CLI; only the model behind it is scripted. */
async function openWithGemini() {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear home '));
  onTestFinished(() => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const { command, env } = geminiLaunch({ home, modelUrl: model.url, cwd: home });
  const workspace = await openWorkspace({ agents: { gemini: { command: [...command], env } } });
  onTestFinished(() => workspace.close());
  void workspace.serve();
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
    /** Processes of Gemini, and of what it started, however far they went away from it. */
    left: () => [
      ...listProcesses().filter(({ pid }) => readVariable(pid, 'HOME') === home),
      ...[...app.world.agents.values()].filter((agent) => agent.process && isAlive(agent.process) !== false),
    ],
  };
}

const WRITTEN = 'Written by a scripted model.\nTwice.\n';

test(
  'Gemini plans, asks before it writes, writes what it may and not what it may not, and reviews',
  { timeout: 90_000 },
  async () => {
    const { app, create, waits, until, task, story, read, left } = await openWithGemini();
    const id = await create('Write one.md and two.md');

    expect(await waits('plan')).toMatchObject({
      plan: { revision: 1, chunks: [{ files: ['one.md'] }, { files: ['two.md'] }] },
    });
    expect([read('one.md'), read('two.md')]).toEqual([undefined, undefined]);
    await app.execute({ command: 'approve_plan', task_id: id });

    expect(await waits('permission')).toMatchObject({
      permission: {
        title: 'Writing to one.md',
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
        {
          status: 'completed',
          attempt: 1,
          changed_files: [],
          summary: expect.stringContaining('not allowed'),
        },
      ],
      changed_files: ['one.md'],
      permissions: [],
      // 120 tokens for each of six answers of the model.
      tokens_used: 720,
      ignored: { count: 0 },
    });
    const decisive = /^(?:task\.(?!assigned)|plan|chunk|permission|user|file|handoff|metrics)/;
    expect((await story(id)).filter((type) => decisive.test(type))).toEqual([
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
    ]);
    await until(
      (world) => world.agents.get(task(id).assigned.reviewer?.agent_id ?? '')?.status === 'completed',
    );
    expect(left()).toEqual([]);
  },
);

test(
  'Gemini that is stopped while it waits for a permission is begun again by a retry',
  { timeout: 90_000 },
  async () => {
    const { app, create, waits, until, task, read, left } = await openWithGemini();
    const id = await create('Write one.md');
    await waits('plan');
    await app.execute({ command: 'approve_plan', task_id: id });
    const first = await waits('permission');
    await app.execute({ command: 'stop_agent', agent_id: first?.agent_id ?? '' });
    await waits('failure');
    expect(task(id)).toMatchObject({
      permissions: [],
      failure: { error_message: expect.stringContaining('stopped by anna') },
    });
    await until((world) => world.agents.get(first?.agent_id ?? '')?.status === 'stopped');
    expect(left()).toEqual([]);
    expect(read('one.md')).toBeUndefined();

    await app.execute({ command: 'retry_task', task_id: id });
    await until((world) => world.inbox.some((item) => item.kind === 'permission'));
    await app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' });
    await until((world) => world.tasks.get(id)?.phase === 'completed');
    expect(read('one.md')).toBe(WRITTEN);
    expect(task(id).chunks).toMatchObject([{ attempt: 2, status: 'completed' }]);
  },
);
