import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../src/agents/process-tree.ts';
import { agentList } from '../../src/cli/views/agent-list.ts';
import { renderLines } from '../../src/cli/line.ts';
import type { World } from '../../src/state/world.ts';
import { openWorkspace } from './workspace.ts';

const coderOf = (world: World) => [...world.agents.values()].find((agent) => agent.role === 'coder');
const SAMPLES = '[orchestrator]\nsample_interval = 0.2\n';

test('what an agent uses is recorded while it works, and shown in its row until it ends', async () => {
  const workspace = await openWorkspace({ toml: SAMPLES });
  onTestFinished(() => workspace.close());
  const { app, create, until } = workspace;
  void workspace.serve();
  const id = await create('Add a table of contents to README.md [slow]');
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  // More than one process of Node has: the two that it has started are counted.
  await until((world) => (coderOf(world)?.usage?.memory_mb ?? 0) > 150);
  const rows = renderLines(agentList(app.world, { now: Date.now() }), { columns: Infinity, color: false });
  expect(rows).toMatch(/coder.* · \d+ MB · \d+ % CPU/);
  await app.execute({ command: 'cancel_task', task_id: id });
  await until((world) => world.tasks.get(id)?.cancelled?.stopped === true);
  expect(coderOf(app.world)).toMatchObject({ status: 'stopped', usage: undefined });
});

test('an agent over its limit is ended where that was wanted, and its chunk says why', async () => {
  const limits = '[agents.scripted.limits]\nmemory_mb = 20\naction = "stop"\n';
  const workspace = await openWorkspace({ toml: `${SAMPLES}${limits}` });
  onTestFinished(() => workspace.close());
  const { app, create, until, task } = workspace;
  void workspace.serve();
  // Slow enough in planning to be looked at twice, as any real agent is.
  const id = await create('Add a table of contents to README.md [pace: 2000]');
  await until((world) => world.tasks.get(id)?.phase === 'failed');
  expect(task(id).failure).toMatchObject({ error_code: 'agent_over_limit' });
  expect(task(id).failure?.error_message).toMatch(/uses \d+ MB of memory, more than its limit of 20 MB/);
  const events = await Array.fromAsync(app.events({ taskId: id }));
  expect(events.filter(({ type }) => type === 'resource.limit_exceeded')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'alert.raised')).toMatchObject([
    { data: { alert: 'resource_limit', severity: 'warning' } },
  ]);
  const [planner] = app.world.agents.values();
  await until((world) => [...world.agents.values()].every((agent) => agent.status === 'failed'));
  expect(planner?.process && isAlive(planner.process)).toBe(false);
});
