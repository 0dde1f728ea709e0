import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from '../../src/agents/process-tree.ts';
import { openLog } from '../../src/log/open.ts';
import type { TaskPhase } from '../../src/state/task.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const open = async (...options: Parameters<typeof openWorkspace>) => {
  workspace = await openWorkspace(...options);
  void workspace.serve();
  return workspace;
};

const phaseIs = (id: string, phase: TaskPhase) =>
  workspace.until((world) => {
    const task = world.tasks.get(id);
    if (task?.phase === 'failed' && phase !== 'failed')
      throw new Error(`failed: ${task.failure?.error_message}`);
    return task?.phase === phase;
  });

async function planned(description: string): Promise<string> {
  const id = await workspace.create(description);
  await phaseIs(id, 'plan_review');
  return id;
}

const approve = (task_id: string) => workspace.app.execute({ command: 'approve_plan', task_id });

/** The token of a lease that is taken now; undefined while somebody else has it. */
async function tokenOf(name: string): Promise<number | undefined> {
  const file = path.join(workspace.root, '.lineclear', 'log.db');
  const { leases, close } = await openLog({
    backend: 'sqlite',
    file,
    tenantId: 'local',
    durability: 'process',
  });
  try {
    return (await leases.acquire(name, 'a test', 60_000))?.token;
  } finally {
    await close();
  }
}

const noLiveAgents = () =>
  [...workspace.app.world.agents.values()].every(
    (agent) => !agent.process || isAlive(agent.process) === false,
  );

test('a task is planned, approved, carried out, reviewed and completed, and the work is really there', async () => {
  const { root, app, create, story, task } = await open();
  const before = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  const id = await create('Add a table of contents to README.md');
  await phaseIs(id, 'plan_review');
  expect(fs.readFileSync(path.join(root, 'README.md'), 'utf8')).toBe(before);
  expect(app.world.inbox.map((item) => item.item_id)).toEqual([`plan:${id}:1`]);

  await approve(id);
  await phaseIs(id, 'completed');

  expect(fs.readFileSync(path.join(root, 'README.md'), 'utf8')).not.toBe(before);
  expect(task(id).changed_files).toContain('README.md');
  expect(task(id).chunks.every((chunk) => chunk.status === 'completed')).toBe(true);
  expect(task(id).ignored).toEqual({ count: 0 });
  expect(app.world.inbox).toEqual([]);
  const types = await story(id);
  expect(types.filter((type) => /^(task|plan|user|handoff|metrics)\./.test(type))).toEqual([
    'task.created',
    'task.started',
    'task.assigned',
    'plan.ready',
    'user.approved_plan',
    'plan.approved',
    'task.assigned',
    'handoff.requested',
    'task.assigned',
    'handoff.validated',
    'task.completed',
    'metrics.completed',
  ]);
  expect(types.filter((type) => type === 'chunk.started').length).toBe(task(id).chunks.length);
  await workspace.until(noLiveAgents);
  // Of what is over not even the lease is kept: the next one would begin anew.
  await expect.poll(() => tokenOf(`task:${id}`)).toBe(1);
});

test('a rejected plan comes back as revision 2 that takes the comments up', async () => {
  const { app, task } = await open();
  const id = await planned('Add a table of contents to README.md');
  await app.execute({
    command: 'reject_plan',
    task_id: id,
    verdict: 'changes',
    comment: 'Mention the licence',
    chunk_comments: [{ chunk: 0, comment: 'Keep it short' }],
  });
  await workspace.until(
    (world) => world.tasks.get(id)?.revision === 2 && world.tasks.get(id)?.phase === 'plan_review',
  );
  const [first, second] = task(id).plans;
  expect(first?.decision).toMatchObject({
    verdict: 'changes',
    user_id: 'anna',
    comment: 'Mention the licence',
  });
  expect(second?.plan).toContain('Mention the licence');
  expect(second?.plan).not.toBe(first?.plan);
  await expect(app.execute({ command: 'approve_plan', task_id: id, revision: 1 })).rejects.toMatchObject({
    code: 'stale_revision',
  });
  await approve(id);
  await phaseIs(id, 'completed');
});

test('a question waits, and its answer goes into the plan', async () => {
  const { app, task } = await open();
  const id = await workspace.create('Describe the storage. [ask: Which database?|sqlite|postgres]');
  await workspace.until((world) => world.inbox.some((item) => item.kind === 'question'));
  expect(task(id).questions[0]).toMatchObject({
    question: 'Which database?',
    options: ['sqlite', 'postgres'],
  });
  await app.execute({ command: 'answer_question', task_id: id, answer: 'postgres' });
  await phaseIs(id, 'plan_review');
  expect(task(id).plans[0]?.plan).toContain('postgres');
});

test.each(['allow', 'deny'] as const)('a permission waits until the person decides: %s', async (decision) => {
  const { app, task, story } = await open();
  const id = await planned('Add a table of contents to README.md [permission: npm test]');
  await approve(id);
  await workspace.until((world) => (world.tasks.get(id)?.permissions.length ?? 0) > 0);
  expect(task(id).permissions[0]).toMatchObject({ kind: 'execute', command: 'npm test' });
  expect(app.world.inbox[0]).toMatchObject({ kind: 'permission', task_id: id });
  await app.execute({ command: 'decide_permission', task_id: id, decision });
  await phaseIs(id, 'completed');
  expect(await story(id)).toContain('user.decided_permission');
  expect(task(id).permissions).toEqual([]);
});

test('a cancelled task ends with its agents and everything that they started', async () => {
  const { app, story } = await open();
  const id = await planned('Add a table of contents to README.md [slow]');
  await approve(id);
  await workspace.until((world) =>
    [...world.agents.values()].some((agent) => agent.role === 'coder' && agent.status === 'working'),
  );
  await app.execute({ command: 'cancel_task', task_id: id, reason: 'changed my mind' });
  await workspace.until((world) => world.tasks.get(id)?.cancelled?.stopped === true);
  expect(noLiveAgents()).toBe(true);
  expect(await story(id)).toEqual(
    expect.arrayContaining(['user.cancelled_task', 'agent.stopped', 'task.cancelled']),
  );
});

test('a stopped agent fails its chunk with the name of who stopped it, and a retry begins again', async () => {
  const { app, task } = await open();
  const id = await planned('Add a table of contents to README.md [slow]');
  await approve(id);
  await workspace.until((world) =>
    [...world.agents.values()].some((agent) => agent.role === 'coder' && agent.status === 'working'),
  );
  await app.execute({ command: 'stop_agent', agent_id: task(id).assigned.coder?.agent_id ?? '' });
  await phaseIs(id, 'failed');
  expect(task(id).failure?.error_message).toContain('stopped by anna');
  expect(app.world.inbox.map((item) => item.kind)).toEqual(['failure']);
  await app.execute({ command: 'retry_task', task_id: id });
  await workspace.until((world) => world.tasks.get(id)?.chunks[0]?.attempt === 2);
});

test('an agent that crashes in mid-chunk fails the task with what it printed', async () => {
  const { task } = await open();
  const id = await planned('Add a table of contents to README.md [crash]');
  await approve(id);
  await phaseIs(id, 'failed');
  expect(task(id).failure?.error_message).toMatch(/Chunk 1.*(exit|ended)/s);
  expect([...workspace.app.world.agents.values()].find((agent) => agent.role === 'coder')).toMatchObject({
    status: 'failed',
  });
});

test('an unusable plan is asked for again', async () => {
  const { task } = await open();
  const id = await planned('Add a table of contents to README.md [no-plan]');
  expect(task(id).plans).toHaveLength(1);
  expect(workspace.notes.join('\n')).toContain('unusable answer');
});

test('a planner that never gives a usable plan fails the task with the reason and what to do', async () => {
  const { task } = await open();
  const id = await workspace.create('Anything [never-plan]');
  await phaseIs(id, 'failed');
  expect(task(id).failure).toMatchObject({
    error_code: 'plan_unusable',
    error_message: expect.stringContaining('asked 3 times'),
  });
  expect(task(id).failure?.next).toBeTruthy();
});

test('a command that does not exist fails the task with a clear message', async () => {
  const { task } = await open({ agents: { gone: { command: ['no-such-agent-anywhere'] } } });
  const id = await workspace.create('Anything');
  await phaseIs(id, 'failed');
  expect(task(id).failure).toMatchObject({
    error_code: 'agent_not_startable',
    error_message: expect.stringContaining('no-such-agent-anywhere'),
    next: expect.stringContaining('config.toml'),
  });
});

test('an agent that prints garbage fails its chunk with what it printed', async () => {
  const { task } = await open();
  const id = await planned('Add a table of contents to README.md [garbage]');
  await approve(id);
  await phaseIs(id, 'failed');
  expect(task(id).failure?.error_message).toContain('this is not a message');
  await workspace.until(noLiveAgents);
});

test('markup in everything that an agent says is stored as the text that it is', async () => {
  const { task } = await open();
  const id = await planned('Add a table of contents to README.md [script]');
  expect(task(id).plans[0]?.plan).toContain('<script>');
});

test('an orchestrator with nothing to do ends by itself', async () => {
  workspace = await openWorkspace({ toml: '[orchestrator]\nidle_exit = 0.2\n' });
  await expect(workspace.serve()).resolves.toBe('idle');
  expect(await workspace.app.orchestrator()).toBeUndefined();
});

test('a second orchestrator finds that it is not needed', async () => {
  await open();
  const id = await planned('Add a table of contents to README.md');
  expect(await workspace.app.orchestrator()).toMatchObject({ pid: process.pid });
  const { serveOrchestrator } = await import('../../src/serve-orchestrator.ts');
  await expect(
    serveOrchestrator(
      { root: workspace.root, alone: true, note: () => undefined },
      new AbortController().signal,
    ),
  ).resolves.toBe('not needed');
  expect(workspace.task(id).phase).toBe('plan_review');
});
