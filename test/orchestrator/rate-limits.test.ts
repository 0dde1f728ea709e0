import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Role } from '../../src/contract/events/task.ts';
import type { TaskState } from '../../src/state/task.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

const SCRIPTED = [
  process.execPath,
  path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts'),
];
const TASK = 'Add a table of contents to README.md';

let workspace: Workspace;
afterEach(() => workspace.close());

async function approved(
  description: string,
  options: Parameters<typeof openWorkspace>[0] = {},
  agents?: Partial<Record<Role, string>>,
): Promise<string> {
  workspace = await openWorkspace(options);
  void workspace.serve();
  const created = await workspace.app.execute({ command: 'create_task', description, agents });
  const id = created.task_id ?? '';
  await becomes(id, ({ phase }) => phase === 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

const becomes = (id: string, condition: (task: TaskState) => boolean) =>
  workspace.until((world) => {
    const task = world.tasks.get(id);
    if (task?.phase === 'failed') throw new Error(task.failure?.error_message);
    return task !== undefined && condition(task);
  });

const LIMITS = [
  'task.parked',
  'task.resumed',
  'user.reassigned_role',
  'user.resumed_task',
  'provider.rate_limited',
];

test('a rate limit parks the task until the time that the provider named, and it goes on by itself', async () => {
  const id = await approved(`${TASK} [rate-limit: 1.5s]`);
  await becomes(id, ({ parked }) => parked !== undefined);
  const { parked, chunks } = workspace.task(id);
  expect(parked).toMatchObject({
    kind: 'rate_limit',
    reason: expect.stringContaining('Please try again in 1.5s'),
  });
  expect(chunks[0]?.status).toBe('running');
  await becomes(id, ({ phase }) => phase === 'completed');
  const events = await Array.fromAsync(workspace.app.events({ taskId: id }));
  const told = events.filter(({ type }) => LIMITS.includes(type));
  expect(told.map(({ type }) => type)).toEqual(['provider.rate_limited', 'task.parked', 'task.resumed']);
  // What Activity tells as one matter.
  const matter = workspace.app.world.activity.filter(({ is_limit }) => is_limit).map(({ type }) => type);
  expect([matter[0], ...matter.slice(1).toSorted()]).toEqual([
    'provider.rate_limited',
    'agent.stopped',
    'alert.raised',
    'task.parked',
  ]);
  const [limited, , resumed] = told;
  expect(limited?.data).toMatchObject({ error_code: '429', retry_at: parked?.until });
  expect(Date.parse(resumed?.timestamp ?? '')).toBeGreaterThanOrEqual(Date.parse(parked?.until ?? ''));
  expect(events.map(({ type }) => type)).not.toContain('chunk.failed');
  expect(events.map(({ type }) => type)).not.toContain('agent.failed');
  expect(workspace.task(id)).toMatchObject({ failed_tries: 0, retries: 0, ignored: { count: 0 } });
});

test('the person lets it go on now, or gives the role to another agent', async () => {
  const agents = { scripted: { command: SCRIPTED }, other: { command: SCRIPTED } };
  const id = await approved(`${TASK} [rate-limit: 2h]`, { agents });
  await becomes(id, ({ parked }) => parked !== undefined);
  await workspace.app.execute({ command: 'reassign_role', task_id: id, agent_name: 'other' });
  await becomes(id, ({ phase }) => phase === 'completed');
  expect(workspace.task(id).assigned).toMatchObject({
    planner: { agent_name: 'scripted' },
    coder: { agent_name: 'other' },
  });
});

test('a configured fallback takes over by itself, which is recorded as what the configuration says', async () => {
  const toml = `[agents.first]\ncommand = ${JSON.stringify(SCRIPTED)}\nfallback = "scripted"\n`;
  const id = await approved(`${TASK} [rate-limit: 2h]`, { toml }, { coder: 'first' });
  await becomes(id, ({ phase }) => phase === 'completed');
  expect(workspace.task(id).assigned.coder?.agent_name).toBe('scripted');
  const events = await Array.fromAsync(workspace.app.events({ taskId: id }));
  expect(events.filter(({ type }) => LIMITS.includes(type))).toMatchObject([
    { type: 'provider.rate_limited', data: { provider: 'first' } },
    {
      type: 'user.reassigned_role',
      source: 'orchestrator',
      source_agent_id: 'rule:fallback',
      data: { role: 'coder', agent_name: 'scripted', rule: 'fallback' },
    },
  ]);
});
