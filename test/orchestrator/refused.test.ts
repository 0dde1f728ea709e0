import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { fakeAgents, json, obey, planOf, roleIn } from './fake-agent.ts';
import type { Play } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts');

let workspace: Workspace;
afterEach(() => workspace.close());

async function open(play: Play) {
  const { startAgent, agents } = fakeAgents({ play });
  workspace = await openWorkspace({ startAgent });
  void workspace.serve();
  const { app, create, until } = workspace;
  return {
    ...workspace,
    agents,
    async ended(more?: { interactive: boolean }) {
      const id = await create('Work', more);
      await until((world) => ['plan_review', 'failed'].includes(world.tasks.get(id)?.phase ?? ''));
      if (workspace.task(id).phase === 'plan_review') {
        await app.execute({ command: 'approve_plan', task_id: id });
        await until((world) => ['completed', 'failed'].includes(world.tasks.get(id)?.phase ?? ''));
      }
      return workspace.task(id);
    },
    eventsOf: (type: AgentEvent['type']) =>
      Array.fromAsync(app.events()).then((events) => events.filter((event) => event.type === type)),
  };
}

const MUCH = 'Words, words, words. '.repeat(5_000);

test('a plan that is too long is asked for again, and then fails the task with its size and the limit', async () => {
  const { ended, agents } = await open(() => Promise.resolve(`${MUCH}${planOf('One')}`));
  expect(await ended()).toMatchObject({
    phase: 'failed',
    failure: {
      error_code: 'plan_unusable',
      error_message: expect.stringMatching(
        /asked 3 times.*: the plan is 103 KB long, and a plan with its chunks may have 64 KB; make it shorter/,
      ),
      next: expect.stringContaining('Describe the task more closely'),
    },
  });
  expect(agents[0]?.prompts[1]).toMatch(
    /^Your answer cannot be used: the plan is 103 KB long, .* may have 64 KB; make it shorter .* Give the whole answer again/,
  );
});

test('a plan of 5 MB of an agent that does not listen fails its task, and one just under the limit is shown whole', async () => {
  workspace = await openWorkspace();
  void workspace.serve();
  const { create, until, task, app } = workspace;
  const long = await create('Add a table of contents to README.md [wordy: 5120]');
  await until((world) => world.tasks.get(long)?.phase === 'failed');
  const reason =
    /asked 3 times\): the plan is 5\.0 MB long, and a plan with its chunks may have 64 KB; make it shorter/;
  expect(task(long)).toMatchObject({ plans: [], failure: { error_message: expect.stringMatching(reason) } });
  expect(app.world.inbox).toMatchObject([{ kind: 'failure', task_id: long }]);
  expect((await workspace.story(long)).filter((type) => type === 'agent.invoked')).toHaveLength(3);

  const fits = await create('Add a table of contents to README.md [wordy: 62]');
  await until((world) => world.tasks.get(fits)?.phase === 'plan_review');
  const plan = task(fits).plans[0]?.plan ?? '';
  expect(plan.length).toBeGreaterThan(63_000);
  expect(plan).toMatch(/^All of this is to be considered\. [\s\S]*# Add a table of contents[\s\S]*### Steps/);
  const shown = promisify(execFile)(process.execPath, [CLI, 'plan', fits, '--root', workspace.root]);
  expect((await shown).stdout.trimEnd()).toBe(plan);
});

test('a planner that is told that its plan is too long may give a shorter one', async () => {
  const { ended, agents } = await open(async (prompt, agent, signal) =>
    roleIn(prompt) === 'planner'
      ? `${MUCH}${planOf('One')}`
      : prompt.startsWith('Your answer cannot be used')
        ? planOf('One')
        : obey(prompt, agent, signal),
  );
  expect(await ended()).toMatchObject({ phase: 'completed', plans: [{ plan: '# Plan' }] });
  expect(agents[0]?.prompts).toHaveLength(2);
});

test('a chunk is done also when its coder talked more than an event can hold', async () => {
  const files = Array.from({ length: 3_000 }, (_, index) => `src/generated/file-number-${index}.ts`);
  const { ended } = await open(async (prompt, agent, signal) => {
    if (roleIn(prompt) !== 'coder') return obey(prompt, agent, signal);
    fs.mkdirSync(path.join(workspace.root, 'src/generated'), { recursive: true });
    for (const file of files) fs.writeFileSync(path.join(workspace.root, file), 'x');
    for (const file_path of files)
      agent.handlers.report({ type: 'file.created', data: { operation: 'create', file_path } });
    return `${MUCH}At last it is done.`;
  });
  const task = await ended();
  expect(task.phase).toBe('completed');
  expect(task.chunks[0]?.summary).toMatch(/^….*At last it is done\.$/);
  expect(task.chunks[0]?.changed_files.length).toBeGreaterThan(100);
  // Each file was told by itself, so none is missing here.
  expect(task.changed_files).toHaveLength(files.length);
});

test('titles of any length do no harm', async () => {
  const { ended } = await open(async (prompt, agent, signal) => {
    if (roleIn(prompt) === 'planner') return planOf('T'.repeat(60_000));
    if (roleIn(prompt) === 'coder') return { outcome: 'refused', text: 'x'.repeat(60_000) };
    return obey(prompt, agent, signal);
  });
  const { phase, failure } = await ended();
  expect(phase).toBe('failed');
  expect(failure?.error_message).toMatch(/^Chunk 1, “T+…”: .*refused: x+$/);
});

test('what an agent reports and the log refuses is said in the log', async () => {
  const { ended, eventsOf, notes } = await open(async (prompt, agent, signal) => {
    if (roleIn(prompt) === 'coder')
      agent.handlers.report({ type: 'agent.output', data: { stream: 'message', text: MUCH } });
    return obey(prompt, agent, signal);
  });
  const { task_id } = await ended();
  const agentId = `coder-${task_id.slice(-5)}`;
  const message = expect.stringMatching(
    new RegExp(`^agent\\.output of ${agentId} was not recorded: agent\\.output: data has \\d+ bytes`),
  );
  const told = { task_id, source_agent_id: 'orchestrator' };
  expect(await eventsOf('error.occurred')).toMatchObject([
    { ...told, data: { code: 'data_too_large', message, where: agentId } },
    { ...told, data: { code: 'data_too_large', message, where: agentId } },
  ]);
  expect(notes.some((line) => line.includes('was not recorded'))).toBe(true);
});

test('a permission that cannot be asked for is not waited for', async () => {
  const preview = MUCH;
  const { ended, eventsOf } = await open(async (prompt, agent, signal) => {
    if (roleIn(prompt) !== 'coder') return obey(prompt, agent, signal);
    const request = { title: 'Write', kind: 'edit', file_paths: [], preview };
    return await agent.handlers.decidePermission(request, signal).catch(() => 'I could not ask.');
  });
  const task = await ended();
  expect(task).toMatchObject({ phase: 'completed', chunks: [{ summary: 'I could not ask.' }, {}] });
  expect(await eventsOf('error.occurred')).toHaveLength(2);
});

test('where nobody answers, an agent that asks is told to decide by itself', async () => {
  const { ended, agents, eventsOf } = await open(async (prompt, agent, signal) =>
    prompt.includes('Chunk 1 of 2') ? json({ question: 'Tabs or spaces?' }) : obey(prompt, agent, signal),
  );
  expect(await ended({ interactive: false })).toMatchObject({ phase: 'completed', questions: [] });
  expect(agents[1]?.prompts[1]).toContain('nobody can answer questions; decide by yourself');
  expect(await eventsOf('question.asked')).toEqual([]);
});
