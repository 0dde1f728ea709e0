import { afterEach, expect, test } from 'vitest';
import type { TaskPhase } from '../../src/state/task.ts';
import { taskStatus } from '../../src/state/task-status.ts';
import { waitsForTurn } from '../../src/state/waits-for-turn.ts';
import { type FakeAgent, fakeAgents, obey, roleIn } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const phaseIs = (id: string, ...phases: TaskPhase[]) =>
  workspace.until((world) => phases.includes(world.tasks.get(id)?.phase ?? 'created'));

/** Agents that hold their answer until the test lets them go, with what they were asked, in order. */
async function open(concurrency: number) {
  const asked: { readonly prompt: string; readonly answer: () => void }[] = [];
  let isOpen = false;
  const play = async (prompt: string, agent: FakeAgent, signal: AbortSignal) => {
    const gate = Promise.withResolvers<void>();
    asked.push({ prompt, answer: gate.resolve });
    if (!isOpen) await gate.promise;
    return await obey(prompt, agent, signal);
  };
  const { startAgent } = fakeAgents({ play });
  const toml = `[orchestrator]\nretry_delays = []\nconcurrency = ${concurrency}\n`;
  workspace = await openWorkspace({ startAgent, toml });
  const letAllGo = () => {
    isOpen = true;
    for (const { answer } of asked) answer();
  };
  return { ...workspace, asked, letAllGo };
}

const working = () => [...workspace.app.world.agents.values()].filter(({ status }) => status === 'working');

test('as many agents work at once as the configuration says; the others say that they wait', async () => {
  const { asked, create, letAllGo, app } = await open(2);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.push(await create(`Task ${count}`));
  void workspace.serve();
  let most = 0;
  await workspace.until(() => working().length === 2);
  const waiting = ids
    .map((id) => app.world.tasks.get(id))
    .filter((task) => task && waitsForTurn(app.world, task));
  expect(waiting.map((task) => task?.phase)).toEqual(['created', 'created', 'created']);
  expect(asked).toHaveLength(2);
  const watching = workspace.until(() => {
    most = Math.max(most, working().length);
    return ids.every((id) => app.world.tasks.get(id)?.phase === 'plan_review');
  });
  letAllGo();
  await watching;
  expect(most).toBeLessThanOrEqual(2);
});

test('the urgent one comes first', async () => {
  const { asked, create, letAllGo } = await open(1);
  const first = await create('First');
  void workspace.serve();
  await workspace.until(() => working().length === 1);
  const low = await create('Low', { priority: 'low' });
  const normal = await create('Normal');
  const critical = await create('Critical', { priority: 'critical' });
  letAllGo();
  for (const id of [first, low, normal, critical]) await phaseIs(id, 'plan_review');
  const titles = asked.map(({ prompt }) => /## Task\n(\w+)/.exec(prompt)?.[1]);
  expect(titles).toEqual(['First', 'Critical', 'Normal', 'Low']);
});

test('an agent that waits for a person does not keep the others from working', async () => {
  const { startAgent } = fakeAgents({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) === 'planner' && prompt.includes('Ask me'))
        await agent.handlers.answerQuestion({ question: 'Which?' }, signal);
      return await obey(prompt, agent, signal);
    },
  });
  workspace = await openWorkspace({ startAgent, toml: '[orchestrator]\nconcurrency = 1\n' });
  void workspace.serve();
  const asking = await workspace.create('Ask me');
  await workspace.until((world) => world.inbox.some(({ kind }) => kind === 'question'));
  const other = await workspace.create('Other');
  await phaseIs(other, 'plan_review');
  await workspace.app.execute({ command: 'answer_question', task_id: asking, answer: 'This one' });
  await phaseIs(asking, 'plan_review');
});

test('a task that depends on another one starts when that one is completed, and says what it waits for', async () => {
  const { app, create, letAllGo, task, story } = await open(4);
  letAllGo();
  const first = await create('First');
  const second = await create('Second', { depends_on: [first] });
  void workspace.serve();
  await phaseIs(first, 'plan_review');
  await workspace.until((world) => world.tasks.get(second)?.parked !== undefined);
  expect(taskStatus(task(second), { now: Date.now() })).toEqual(['created', 'waits for “First”']);
  expect(app.world.inbox.map(({ kind }) => kind)).toEqual(['plan']);
  await app.execute({ command: 'approve_plan', task_id: first });
  await phaseIs(second, 'plan_review');
  expect(task(first).phase).toBe('completed');
  expect((await story(second)).slice(0, 4)).toEqual([
    'task.created',
    'task.parked',
    'task.resumed',
    'task.started',
  ]);
});

test.each(['resume', 'other'] as const)(
  'a task whose dependency is cancelled waits for the person: %s',
  async (way) => {
    const { app, create, letAllGo, task } = await open(4);
    letAllGo();
    const first = await create('First');
    const second = await create('Second', { depends_on: [first] });
    void workspace.serve();
    await phaseIs(first, 'plan_review');
    await app.execute({ command: 'cancel_task', task_id: first });
    await workspace.until((world) => world.inbox.some(({ kind }) => kind === 'parked'));
    expect(task(second).parked?.reason).toBe('“First”, which it depends on, was cancelled');
    if (way === 'resume') {
      await app.execute({ command: 'resume_task', task_id: second });
      await phaseIs(second, 'plan_review');
    } else {
      await app.execute({ command: 'cancel_task', task_id: second });
      await workspace.until((world) => world.tasks.get(second)?.cancelled?.stopped === true);
    }
    expect(app.world.inbox.some(({ kind }) => kind === 'parked')).toBe(false);
  },
);

test('what a task cannot depend on is refused when it is created, through every door', async () => {
  const { app, create } = await open(4);
  await expect(create('Work', { depends_on: ['nobody'] })).rejects.toMatchObject({
    code: 'task_not_found',
    message: "There is no task 'nobody' to depend on.",
  });
  const data = { description: 'Work', interactive: true, depends_on: ['own'] };
  const given = { type: 'task.created', task_id: 'own', source: 'cli', source_agent_id: 'user:anna', data };
  await expect(app.emit({ ...given, call_chain: ['user:anna'] })).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'A task cannot depend on itself.',
  });
  expect(app.world.tasks.size).toBe(0);
});
