import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { serveOrchestrator } from '../../src/serve-orchestrator.ts';
import type { TaskPhase } from '../../src/state/task.ts';
import { fakeAgents, json, obey, roleIn } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const retryAfter = (...seconds: number[]) => `[orchestrator]\nretry_delays = ${JSON.stringify(seconds)}\n`;

/** Agents of which one role breaks down so many times, in a way of its own. */
async function open(role: string, times: number, toml: string, how: 'crash' | 'refuse' = 'crash') {
  let left = times;
  const { startAgent, agents } = fakeAgents({
    play(prompt, agent, signal) {
      if (roleIn(prompt) !== role || left === 0) return obey(prompt, agent, signal);
      left -= 1;
      if (how === 'refuse') return Promise.resolve({ outcome: 'refused', text: 'I will not.' });
      agent.crash();
      return new Promise(() => undefined);
    },
  });
  workspace = await openWorkspace({ startAgent, toml });
  return { ...workspace, agents };
}

const phaseIs = (id: string, phase: TaskPhase) =>
  workspace.until((world) => world.tasks.get(id)?.phase === phase);

async function approved(): Promise<string> {
  const id = await workspace.create('Work');
  await phaseIs(id, 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

test('a chunk whose agent crashes is tried again by a new agent, and the task is completed', async () => {
  const { story, agents, task } = await open('coder', 2, retryAfter(0, 0.05, 16));
  void workspace.serve();
  const id = await approved();
  await phaseIs(id, 'completed');
  expect(task(id).chunks.map((chunk) => chunk.attempt)).toEqual([3, 1]);
  expect(agents).toHaveLength(5);
  const types = (await story(id)).filter((type) => /^(?:chunk|task\.(?:parked|resumed))/.test(type));
  const bad = 'chunk.started chunk.failed task.parked task.resumed';
  const good = 'chunk.started chunk.completed';
  expect(types.join(' ')).toBe([bad, bad, good, good].join(' '));
  expect(task(id).ignored).toEqual({ count: 0 });
});

test.each([
  ['planner', 1],
  ['coder', 2],
  ['reviewer', 3],
])('when every try of the %s has failed, the task waits for the person, who lets it go on', async (role) => {
  const { app, story, task } = await open(role, 3, retryAfter(0, 0));
  void workspace.serve();
  const id = role === 'planner' ? await workspace.create('Work') : await approved();
  await phaseIs(id, 'failed');
  expect((await story(id)).filter((type) => type === 'task.parked')).toHaveLength(2);
  expect(app.world.inbox.map((item) => item.kind)).toEqual(['failure']);
  expect(task(id).failure?.error_message).toContain('ended with exit code 1');
  await app.execute({ command: 'retry_task', task_id: id });
  await phaseIs(id, role === 'planner' ? 'plan_review' : 'completed');
  expect(task(id).ignored).toEqual({ count: 0 });
});

test('an agent that refuses is not asked again by itself', async () => {
  const { story } = await open('coder', 1, retryAfter(0, 0), 'refuse');
  void workspace.serve();
  const id = await approved();
  await phaseIs(id, 'failed');
  expect(await story(id)).not.toContain('task.parked');
});

test('an orchestrator that waits for a time does not end for lack of work', async () => {
  workspace = await openWorkspace({ toml: `${retryAfter(0.5)}idle_exit = 0.1\n` });
  const { app, root, task } = workspace;
  const id = await workspace.create('Add a table of contents to README.md [crash]');
  await workspace.serve();
  await app.execute({ command: 'approve_plan', task_id: id });
  const { signal } = new AbortController();
  const reason = await serveOrchestrator({ root, alone: true, note: () => undefined }, signal);
  expect(reason).toBe('idle');
  await phaseIs(id, 'failed');
  expect(task(id).chunks[0]?.attempt).toBe(2);
});

test('a person need not wait for the time', async () => {
  const { app } = await open('coder', 1, retryAfter(3600));
  void workspace.serve();
  const id = await approved();
  await workspace.until((world) => world.tasks.get(id)?.parked !== undefined);
  await app.execute({ command: 'resume_task', task_id: id });
  await phaseIs(id, 'completed');
  await expect(app.execute({ command: 'resume_task', task_id: id })).rejects.toMatchObject({
    code: 'not_waiting',
  });
});

test('an orchestrator that was killed while a task was parked is followed by one that keeps to the time', async () => {
  workspace = await openWorkspace({ toml: retryAfter(1.5) });
  const { app, root, task } = workspace;
  const first = spawn(process.execPath, [path.join(import.meta.dirname, 'children', 'serve.ts'), root], {
    stdio: 'ignore',
  });
  const died = once(first, 'exit');
  const id = await workspace.create('Add a table of contents to README.md [crash]');
  await phaseIs(id, 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  await workspace.until((world) => world.tasks.get(id)?.parked !== undefined);
  const until = task(id).parked?.until ?? '';
  first.kill('SIGKILL');
  await died;
  expect(app.hasWork()).toBe(true);
  void workspace.serve();
  await workspace.until((world) => world.tasks.get(id)?.chunks[0]?.attempt === 2);
  const events = await Array.fromAsync(app.events({ taskId: id }));
  const resumed = events.filter(({ type }) => type === 'task.resumed');
  expect(resumed).toHaveLength(1);
  expect(Date.parse(resumed[0]?.timestamp ?? '')).toBeGreaterThanOrEqual(Date.parse(until));
});

test('what the person says with a retry is told to the agent in its next tries, and to nobody after that', async () => {
  const { app, agents } = await open('coder', 2, retryAfter());
  void workspace.serve();
  const id = await approved();
  await phaseIs(id, 'failed');
  await app.execute({ command: 'retry_task', task_id: id, prompt: 'Leave the migration alone.' });
  await workspace.until((world) => world.tasks.get(id)?.retries === 1);
  await phaseIs(id, 'failed');
  await app.execute({ command: 'retry_task', task_id: id });
  await phaseIs(id, 'completed');
  const told = agents.flatMap((agent) => agent.prompts).map((text) => text.includes('Leave the migration'));
  // Plan, chunk 1 in three tries, chunk 2, review.
  expect(told).toEqual([false, false, true, true, false, false]);
  const invoked = (await Array.fromAsync(app.events({ taskId: id }))).filter(
    (event) => event.type === 'agent.invoked' && event.data.message_ids !== undefined,
  );
  expect(invoked).toHaveLength(2);
});

test('a chunk that the person skips is not done, and the reviewer is told', async () => {
  const { app, agents, task } = await open('coder', 1, retryAfter());
  void workspace.serve();
  const id = await approved();
  await phaseIs(id, 'failed');
  await app.execute({ command: 'skip_chunk', task_id: id, comment: 'Not needed' });
  await phaseIs(id, 'completed');
  expect(task(id).chunks.map(({ status }) => status)).toEqual(['skipped', 'completed']);
  expect(agents.at(-1)?.prompts[0]).toContain('1. One — skipped by the person');
  expect(task(id).ignored).toEqual({ count: 0 });
});

test('work that is sent back too often waits for the person, who may let it go or have it tried again', async () => {
  let accepts = false;
  const { startAgent } = fakeAgents({
    play: (prompt, agent, signal) =>
      roleIn(prompt) === 'reviewer' && !accepts
        ? Promise.resolve(json({ verdict: 'changes', findings: ['Name the limit.'] }))
        : obey(prompt, agent, signal),
  });
  workspace = await openWorkspace({ startAgent, toml: '[orchestrator]\nreview_rounds = 1\n' });
  const { app, task } = workspace;
  void workspace.serve();
  const id = await approved();
  await phaseIs(id, 'failed');
  expect(task(id).failure?.error_message).toContain('sent the work back 2 times');
  expect(task(id).failure?.error_message).toContain('Name the limit.');
  expect(task(id).chunks.map(({ status }) => status)).toEqual([
    'completed',
    'completed',
    'completed',
    'pending',
  ]);
  await app.execute({ command: 'retry_task', task_id: id });
  await workspace.until((world) => world.tasks.get(id)?.retries === 1);
  await phaseIs(id, 'failed');
  accepts = true;
  await app.execute({ command: 'skip_chunk', task_id: id });
  await phaseIs(id, 'completed');
  expect(task(id).chunks.at(-1)?.status).toBe('skipped');
  expect(task(id).ignored).toEqual({ count: 0 });
});
