import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { TaskState } from '../../src/state/task.ts';
import { processesOf } from './agent-processes.ts';
import { fakeAgents, obey, roleIn } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

const TASK = 'Add a table of contents to README.md';

let workspace: Workspace;
afterEach(() => workspace.close());

const becomes = (id: string, condition: (task: TaskState) => boolean) =>
  workspace.until((world) => {
    const task = world.tasks.get(id);
    if (task?.phase === 'failed') throw new Error(task.failure?.error_message);
    return task !== undefined && condition(task);
  });

async function approved(description: string, budget = {}): Promise<string> {
  const id = await workspace.create(description, { budget });
  await becomes(id, ({ phase }) => phase === 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

const isParked = ({ parked }: TaskState) => parked?.kind === 'budget';
const BUDGET = ['budget.exceeded', 'task.parked', 'task.resumed', 'user.raised_budget', 'user.resumed_task'];

async function told(id: string, types: readonly string[] = BUDGET) {
  const events = await Array.fromAsync(workspace.app.events({ taskId: id }));
  return events.filter(({ type }) => types.includes(type));
}

test('a turn that uses more tokens than agreed is stopped in the middle, waits, and goes on when the budget is raised', async () => {
  workspace = await openWorkspace();
  void workspace.serve();
  const id = await approved(`${TASK} [tokens: 50000 wait]`, { tokens: 40_000 });
  await becomes(id, isParked);
  const task = workspace.task(id);
  expect(task.exceeded).toMatchObject({ budget: 'tokens', scope: 'task', limit_value: 40_000 });
  expect(task.exceeded?.used).toBe(task.tokens_used);
  expect(task.tokens_used).toBeGreaterThan(50_000);
  expect(task).toMatchObject({ phase: 'executing', failed_tries: 0, chunks: [{ status: 'running' }] });
  expect(workspace.app.world.inbox).toMatchObject([{ kind: 'budget', task_id: id }]);
  await workspace.until(() => processesOf(workspace, id).length === 0);
  const execute = workspace.app.execute;
  await expect(execute({ command: 'resume_task', task_id: id })).rejects.toThrow('is used up: raise it');
  await expect(execute({ command: 'raise_budget', task_id: id, limit_value: 50_000 })).rejects.toThrow(
    'used already',
  );
  await execute({ command: 'raise_budget', task_id: id });
  await becomes(id, ({ phase }) => phase === 'completed');
  expect((await told(id)).map(({ type, data }) => [type, data])).toMatchObject([
    ['budget.exceeded', { limit_value: 40_000 }],
    ['task.parked', { kind: 'budget', reason: 'the budget, 40.0k tokens, is used up' }],
    ['user.raised_budget', { user_id: 'anna', budget: 'tokens', scope: 'task', limit_value: 80_000 }],
  ]);
  expect(await told(id, ['chunk.failed', 'agent.failed', 'task.failed'])).toEqual([]);
  expect(workspace.task(id).ignored.count).toBe(0);
});

test('what a turn has cost at its end lets the next one wait', async () => {
  workspace = await openWorkspace();
  void workspace.serve();
  const id = await approved(TASK, { cost_usd: 0.000001 });
  await becomes(id, isParked);
  expect(workspace.task(id).exceeded).toMatchObject({ budget: 'cost_usd', limit_value: 0.000001 });
  await workspace.app.execute({ command: 'raise_budget', task_id: id, limit_value: 100 });
  await becomes(id, ({ phase }) => phase === 'completed');
});

test('the time in which agents work counts, and not the time in which they wait for a person', async () => {
  // A process that plans could need more than all the time on a busy machine.
  const { startAgent } = fakeAgents({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) !== 'coder') return await obey(prompt, agent, signal);
      await once(signal, 'abort');
      return { outcome: 'cancelled', text: '' };
    },
  });
  workspace = await openWorkspace({ startAgent });
  void workspace.serve();
  const id = await approved(TASK, { seconds: 2.5 });
  await becomes(id, isParked);
  const { exceeded, work } = workspace.task(id);
  expect(exceeded).toMatchObject({ budget: 'seconds', limit_value: 2.5 });
  expect(exceeded?.used).toBeGreaterThanOrEqual(2.5);
  expect(work.since).toBeUndefined();
  await workspace.app.execute({ command: 'cancel_task', task_id: id });
  await becomes(id, ({ cancelled }) => cancelled?.stopped === true);
});

test('all tasks wait for the budget of the day, one asks for all, and all go on when it is raised', async () => {
  const toml = '[orchestrator]\nretry_delays = []\n[budget]\nday_tokens = 40000\n';
  workspace = await openWorkspace({ toml });
  void workspace.serve();
  const first = await approved(`${TASK} [tokens: 50000 wait]`);
  await becomes(first, isParked);
  const second = await workspace.create(TASK);
  await becomes(second, isParked);
  expect(workspace.task(second)).toMatchObject({ phase: 'created', exceeded: { scope: 'day' } });
  expect(workspace.app.world.inbox).toMatchObject([{ kind: 'budget', task_id: first }]);
  const until = workspace.task(second).parked?.until ?? '';
  const midnight = new Date(until);
  expect([midnight.getHours(), midnight.getMinutes(), midnight.getSeconds()]).toEqual([0, 0, 0]);
  expect(Date.parse(until)).toBeGreaterThan(Date.now());
  await workspace.app.execute({ command: 'raise_budget', task_id: first, limit_value: 1_000_000 });
  await becomes(second, ({ phase }) => phase === 'plan_review');
  await becomes(first, ({ phase }) => phase === 'completed');
  expect((await told(second)).map(({ type }) => type)).toEqual([
    'budget.exceeded',
    'task.parked',
    'task.resumed',
  ]);
});

test('an orchestrator that is killed while a task waits for its budget changes nothing about it', async () => {
  workspace = await openWorkspace();
  const serve = () => {
    const args = [path.resolve(import.meta.dirname, '../../src/cli.ts'), 'serve', '--root', workspace.root];
    return spawn(process.execPath, args, { stdio: 'ignore' });
  };
  const killed = serve();
  const id = await approved(`${TASK} [tokens: 50000 wait]`, { tokens: 40_000 });
  await becomes(id, isParked);
  const ended = once(killed, 'exit');
  killed.kill('SIGKILL');
  await ended;
  const before = workspace.task(id);
  void workspace.serve();
  // The next one is at work.
  const other = await workspace.create(TASK);
  await becomes(other, ({ phase }) => phase === 'plan_review');
  expect(workspace.task(id).parked).toEqual(before.parked);
  await expect.poll(() => processesOf(workspace, id)).toEqual([]);
  await workspace.app.execute({ command: 'raise_budget', task_id: id, limit_value: 1_000_000 });
  await becomes(id, ({ phase }) => phase === 'completed');
  expect((await told(id)).map(({ type }) => type)).toEqual([
    'budget.exceeded',
    'task.parked',
    'user.raised_budget',
  ]);
});
