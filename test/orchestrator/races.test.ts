import { afterEach, expect, test } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import type { TaskPhase } from '../../src/state/task.ts';
import { fakeAgents, json, obey, planOf, roleIn } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

async function open(
  fake: Parameters<typeof fakeAgents>[0],
  options: Parameters<typeof openWorkspace>[0] = {},
) {
  const { startAgent, agents } = fakeAgents(fake);
  workspace = await openWorkspace({ startAgent, ...options });
  void workspace.serve();
  return { ...workspace, agents };
}

const phaseIs = (id: string, phase: TaskPhase) =>
  workspace.until((world) => world.tasks.get(id)?.phase === phase);
const agentIs = (agentId: string, status: string) =>
  workspace.until((world) => world.agents.get(agentId)?.status === status);

const idOf = (role: string, id: string) => `${role}-${id.slice(id.lastIndexOf('-') + 1)}`;

async function approved(description = 'Work', more?: { interactive: boolean }): Promise<string> {
  const id = await workspace.create(description, more);
  await phaseIs(id, 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

const gate = () => Promise.withResolvers<void>();

test('an agent that is stopped while it starts is recorded as stopped when nothing of it is left', async () => {
  const [told, ended] = [gate(), gate()];
  const { app, task, story } = await open({
    play: obey,
    async start(signal) {
      signal.addEventListener('abort', () => told.resolve(), { once: true });
      await ended.promise;
      throw signal.reason;
    },
  });
  const id = await workspace.create('Work');
  const planner = idOf('planner', id);
  await workspace.until((world) => world.agents.get(planner)?.process !== undefined);
  await app.execute({ command: 'stop_agent', agent_id: planner });
  await told.promise;
  await app.execute({ command: 'inject_context', task_id: id, text: 'It is still there.' });
  ended.resolve();
  await agentIs(planner, 'stopped');
  await phaseIs(id, 'failed');
  expect(task(id).failure?.error_message).toContain('stopped by anna');
  expect((await story(id)).filter((type) => /^(?:agent|user)\./.test(type))).toEqual([
    'agent.created',
    'user.stopped_agent',
    'user.injected_context',
    'agent.stopped',
  ]);
});

test('a coder whose question was answered in the middle of a chunk is told the next chunk', async () => {
  const { app, agents } = await open({
    async play(prompt, agent, signal) {
      if (/Chunk 1 of 2/.test(prompt)) {
        const answer = await agent.handlers.answerQuestion({ question: 'Tabs or spaces?' }, signal);
        return `Done with ${answer ?? 'nothing'}.`;
      }
      return obey(prompt, agent, signal);
    },
  });
  const id = await approved();
  await workspace.until((world) => world.inbox.some((item) => item.kind === 'question'));
  await app.execute({ command: 'answer_question', task_id: id, answer: 'tabs' });
  await phaseIs(id, 'completed');
  expect(workspace.task(id).chunks[0]?.summary).toBe('Done with tabs.');
  expect(agents[1]?.prompts.map((prompt) => /Chunk \d of 2: \w+/.exec(prompt)?.[0])).toEqual([
    'Chunk 1 of 2: One',
    'Chunk 2 of 2: Two',
  ]);
});

test('an agent that asked in words is told the answer; two answers at once are one', async () => {
  const { app, agents, task } = await open({
    play: async (prompt, agent, signal) =>
      /Chunk 1 of 2/.test(prompt) ? json({ question: 'Tabs or spaces?' }) : obey(prompt, agent, signal),
  });
  const id = await approved();
  await workspace.until((world) => world.inbox.some((item) => item.kind === 'question'));
  const question_id = task(id).questions[0]?.question_id ?? '';
  const envelope = { task_id: id, source: 'cli', call_chain: ['user:ben'], source_agent_id: 'user:ben' };
  const late = { user_id: 'ben', question_id, answer: 'spaces' };
  await app.execute({ command: 'answer_question', task_id: id, answer: 'tabs' });
  await app.emit({ ...envelope, type: 'user.answered_question', data: late });
  await phaseIs(id, 'completed');
  expect(task(id).answers).toMatchObject([{ answer: 'tabs', user_id: 'anna' }]);
  expect(task(id).ignored.last?.reason).toContain('was answered already by anna');
  expect(agents[1]?.prompts).toHaveLength(3);
  expect(agents[1]?.prompts[1]).toContain('Tabs or spaces? tabs');
  expect(agents[1]?.prompts[1]).not.toContain('You are the coder');
});

test('an answer that comes when its agent has crashed is told to a new one, with everything else', async () => {
  const { app, agents, task } = await open({
    play: async (prompt, agent, signal) =>
      /Chunk 1 of 2/.test(prompt) && !prompt.includes('tabs')
        ? json({ question: 'Tabs or spaces?' })
        : obey(prompt, agent, signal),
  });
  const id = await approved();
  await workspace.until((world) => world.inbox.some((item) => item.kind === 'question'));
  agents[1]?.crash();
  await Promise.all([
    agentIs(idOf('coder', id), 'failed'),
    app.execute({ command: 'answer_question', task_id: id, answer: 'tabs' }),
  ]);
  await phaseIs(id, 'completed');
  expect(agents[2]?.prompts[0]).toContain('Chunk 1 of 2: One');
  expect(agents[2]?.prompts[0]).toContain('- Tabs or spaces? tabs');
  expect(task(id).chunks).toMatchObject([
    { attempt: 2, status: 'completed' },
    { attempt: 1, status: 'completed' },
  ]);
});

test('a chunk that fails while its question waits fails the task without waiting for the answer', async () => {
  const { app, agents } = await open({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) === 'coder') await agent.handlers.answerQuestion({ question: 'Sure?' }, signal);
      return obey(prompt, agent, signal);
    },
  });
  const id = await approved();
  await workspace.until((world) => world.inbox.some((item) => item.kind === 'question'));
  agents[1]?.crash();
  await phaseIs(id, 'failed');
  expect(app.world.inbox.map((item) => item.kind)).toEqual(['failure']);
});

test('a plan that comes when the task was cancelled is not a plan any more', async () => {
  const { app, task, story } = await open({
    async play(prompt) {
      const [id] = app.world.tasks.keys();
      if (id !== undefined) await app.execute({ command: 'cancel_task', task_id: id });
      return planOf(`for ${prompt.length} characters`);
    },
  });
  const id = await workspace.create('Work');
  await workspace.until((world) => world.tasks.get(id)?.cancelled?.stopped === true);
  expect(task(id).plans).toEqual([]);
  const types = await story(id);
  expect(types.filter((type) => type === 'task.cancelled')).toHaveLength(1);
  expect(types.filter((type) => type === 'agent.stopped')).toHaveLength(1);
  expect(types).not.toContain('task.failed');
});

test('a retry that comes while the agent of the failed task is still ending waits for it', async () => {
  const stopping = gate();
  const stopped = gate();
  let fails = true;
  const { app, agents, task, story } = await open({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) === 'coder' && fails) return { outcome: 'refused', text: 'I will not.' };
      return obey(prompt, agent, signal);
    },
    async stop() {
      if (!fails || agents.length < 2) return;
      stopping.resolve();
      await stopped.promise;
    },
  });
  const id = await approved();
  await phaseIs(id, 'failed');
  expect(task(id).failure?.error_message).toContain('refused: I will not.');
  await stopping.promise;
  fails = false;
  await app.execute({ command: 'retry_task', task_id: id });
  await workspace.until((world) => world.tasks.get(id)?.phase === 'executing');
  expect(agents).toHaveLength(2);
  stopped.resolve();
  await phaseIs(id, 'completed');
  expect(agents).toHaveLength(4);
  const life = (await story(id)).filter((type) => /^agent\.(?:created|completed|stopped|failed)$/.test(type));
  expect(life.slice(2, 5)).toEqual(['agent.created', 'agent.completed', 'agent.created']);
});

test('nobody is asked what an agent of an ended task wants', async () => {
  const { app, agents, story } = await open({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) === 'coder') await new Promise(() => undefined);
      return obey(prompt, agent, signal);
    },
  });
  const id = await approved();
  await agentIs(idOf('coder', id), 'working');
  await app.execute({ command: 'cancel_task', task_id: id });
  await workspace.until((world) => world.tasks.get(id)?.cancelled?.stopped === true);
  const handlers = agents[1]?.handlers;
  const request = { title: 'Late', kind: 'edit', file_paths: [] };
  const never = new AbortController().signal;
  expect(await handlers?.decidePermission(request, never)).toBe('deny');
  expect(await handlers?.answerQuestion({ question: 'Late?' }, never)).toBeUndefined();
  expect(await story(id)).not.toContain('permission.requested');
});

test('a request that the agent withdraws waits for nobody any more', async () => {
  const cancel = new AbortController();
  const { app, agents, story, task } = await open({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) === 'coder') await new Promise(() => undefined);
      return obey(prompt, agent, signal);
    },
  });
  const id = await approved();
  await agentIs(idOf('coder', id), 'working');
  const request = { title: 'Run npm test', kind: 'execute', file_paths: [] };
  const answer = agents[1]?.handlers.decidePermission(request, cancel.signal).catch(() => 'withdrawn');
  await workspace.until((world) => world.inbox.some(({ kind }) => kind === 'permission'));
  cancel.abort();
  expect(await answer).toBe('withdrawn');
  await workspace.until((world) => world.inbox.length === 0);
  expect(task(id).ignored.count).toBe(0);
  expect((await story(id)).at(-1)).toBe('permission.withdrawn');
  await expect(app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' })).rejects.toThrow(
    'No permission is waiting',
  );
});

test('an agent that the operating system does not end is told as failed, and the orchestrator goes on', async () => {
  const { app, story } = await open({
    play: obey,
    stop: () => Promise.reject(new LineclearError('agent_timeout', 'The operating system does not end it.')),
  });
  const id = await approved();
  await phaseIs(id, 'completed');
  await agentIs(idOf('reviewer', id), 'failed');
  expect(app.world.agents.get(idOf('coder', id))?.error_message).toContain('does not end it');
  expect((await story(id)).filter((type) => type === 'agent.failed')).toHaveLength(3);
});

test('what an agent did is recorded when the log can be written again, and not done twice', async () => {
  let full = 0;
  const { agents, task } = await open(
    { play: obey },
    {
      wrapLog: (log) => ({
        ...log,
        append(drafts, options) {
          if (!drafts.some(({ type }) => type === 'chunk.completed') || full >= 2)
            return log.append(drafts, options);
          full += 1;
          return Promise.reject(new LineclearError('log_full', 'The disk is full.'));
        },
      }),
    },
  );
  const id = await approved();
  await phaseIs(id, 'completed');
  expect(full).toBe(2);
  expect(agents[1]?.prompts).toHaveLength(2);
  expect(task(id).chunks.map((chunk) => chunk.attempt)).toEqual([1, 1]);
  expect(workspace.notes.filter((line) => line.includes('The disk is full'))).toHaveLength(2);
});
