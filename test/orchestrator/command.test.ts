import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../src/agents/process-tree.ts';
import { ALLOWED_THEN_DENIED, decisive } from './real-agent.ts';
import { openWorkspace } from './workspace.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/command-agent');

test('a Python script plans and reviews, a shell line codes, as the example says', async () => {
  const workspace = await openWorkspace({
    config: fs.readFileSync(path.join(EXAMPLE, 'config.toml'), 'utf8'),
  });
  onTestFinished(() => workspace.close());
  const { app, root, create, until, task, story } = workspace;
  fs.copyFileSync(path.join(EXAMPLE, 'agent.py'), path.join(root, 'agent.py'));
  void workspace.serve();
  const id = await create('Write one.md');
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  expect(task(id).plans[0]).toMatchObject({ chunks: [{ title: 'Write one.md', files: ['one.md'] }] });
  await app.execute({ command: 'approve_plan', task_id: id });

  // The shell line writes down what it was asked, and not what it was asked for: the reviewer sees that.
  await until((world) => (world.tasks.get(id)?.review_round ?? 0) > 0);
  expect(fs.readFileSync(path.join(root, 'prompt.txt'), 'utf8')).toContain('You are the coder of a task');
  expect(task(id).chunks[0]).toMatchObject({ status: 'completed', summary: 'Done.' });
  expect(task(id).chunks[1]?.description).toContain('one.md is not there');
  fs.writeFileSync(path.join(root, 'one.md'), 'By hand.\n');
  await until((world) => ['completed', 'failed'].includes(world.tasks.get(id)?.phase ?? ''));
  expect(task(id)).toMatchObject({ phase: 'completed', ignored: { count: 0 } });
  expect(decisive(await story(id)).slice(0, 5)).toEqual(ALLOWED_THEN_DENIED.slice(0, 5));
  for (const agent of app.world.agents.values())
    expect(agent.process === undefined || isAlive(agent.process) === false).toBe(true);
});

test('a script that codes tells the files that it writes', async () => {
  const config = fs.readFileSync(path.join(EXAMPLE, 'config.toml'), 'utf8').replace('"shell"', '"script"');
  const workspace = await openWorkspace({ config });
  onTestFinished(() => workspace.close());
  const { app, root, create, until, task } = workspace;
  fs.copyFileSync(path.join(EXAMPLE, 'agent.py'), path.join(root, 'agent.py'));
  void workspace.serve();
  const id = await create('Write one.md and two.md');
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  await until((world) => ['completed', 'failed'].includes(world.tasks.get(id)?.phase ?? ''));
  expect(task(id)).toMatchObject({
    phase: 'completed',
    chunks: [{ changed_files: ['one.md'] }, { changed_files: ['two.md'] }],
  });
  expect(task(id).tokens_used).toBeGreaterThan(0);
});

/** Remembers nothing: what it asks and what it did wrong it can only know from the prompt. */
const FORGETFUL = `
let prompt = '';
process.stdin.on('data', (text) => { prompt += text; }).on('end', () => {
  const json = (value) => console.log('\`\`\`json\\n' + JSON.stringify(value) + '\\n\`\`\`');
  if (!prompt.startsWith('You are the planner')) return json({ verdict: 'approved' });
  if (!prompt.includes('Which database? sqlite')) return json({ question: 'Which database?' });
  if (!prompt.includes('cannot be used')) return console.log('No plan.');
  json({ chunks: [{ title: 'Use sqlite' }] });
});`;

test('a command that remembers nothing is told everything again, and waits without a process', async () => {
  const forgetful = { command: [process.execPath, '-e', FORGETFUL], protocol: 'command' };
  const workspace = await openWorkspace({ agents: { forgetful } });
  onTestFinished(() => workspace.close());
  const { app, create, until, task } = workspace;
  void workspace.serve();
  const id = await create('Anything');
  await until((world) => world.inbox.some(({ kind }) => kind === 'question'));
  const planner = () => [...app.world.agents.values()][0];
  expect(planner()).toMatchObject({ status: 'idle', process: undefined });
  await app.checkAgents();
  expect(planner()?.status).toBe('idle');
  const question_id = task(id).questions[0]?.question_id;
  await app.execute({ command: 'answer_question', task_id: id, question_id, answer: 'sqlite' });
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  expect(task(id).chunks).toMatchObject([{ title: 'Use sqlite' }]);
});
