import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findProcess } from '../../src/agents/process-list.ts';
import { isAlive } from '../../src/agents/process-tree.ts';
import type { EventOf } from '../../src/contract/event.ts';
import type { TaskPhase } from '../../src/state/task.ts';
import { type FakeAgent, fakeAgents, obey } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const phaseIs = (id: string, phase: TaskPhase) =>
  workspace.until((world) => world.tasks.get(id)?.phase === phase);

const coderOf = (id: string) =>
  workspace.app.world.agents.get(workspace.task(id).assigned.coder?.agent_id ?? '');

async function approved(description = 'Work'): Promise<string> {
  const id = await workspace.create(description);
  await phaseIs(id, 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

const invoked = async (id: string): Promise<readonly EventOf<'agent.invoked'>['data'][]> =>
  (await Array.fromAsync(workspace.app.events({ taskId: id })))
    .filter((event) => event.type === 'agent.invoked')
    .map(({ data }) => data);

/** The coder holds its first answer back until the test lets it go, or until it is asked to leave it. */
async function openHeld() {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const play = async (prompt: string, agent: FakeAgent, signal: AbortSignal) => {
    if (!/Chunk 1 of 2/.test(prompt)) return await obey(prompt, agent, signal);
    asked.resolve();
    const left = once(signal, 'abort').then(() => ({ outcome: 'cancelled', text: '' }) as const);
    return await Promise.race([left, go.promise.then(() => 'Done without the tests.')]);
  };
  const { startAgent, agents } = fakeAgents({ play });
  workspace = await openWorkspace({ startAgent });
  void workspace.serve();
  const id = await approved();
  await asked.promise;
  return { ...workspace, id, agents, go: () => go.resolve() };
}

test('a prompt reaches the running agent when it has answered, in the same session and turn', async () => {
  const { app, id, agents, go, task } = await openHeld();
  const event = await app.execute({ command: 'send_prompt', task_id: id, text: 'Write the tests first.' });
  expect(task(id).messages).toMatchObject([{ text: 'Write the tests first.', is_delivered: false }]);
  go();
  await phaseIs(id, 'completed');
  const [first, second] = agents[1]?.prompts ?? [];
  expect(first).not.toContain('Write the tests first.');
  expect(second).toContain('## From the person\n- Write the tests first.');
  expect(task(id).chunks[0]).toMatchObject({ attempt: 1, summary: 'Done.' });
  expect(task(id).messages).toEqual([]);
  const [message] = (await invoked(id)).filter(({ purpose }) => purpose === 'message');
  expect(message).toMatchObject({ number: 0, message_ids: [event.id], role: 'coder' });
});

test('so does context, and every agent after it knows it from the start', async () => {
  const { app, id, agents, go } = await openHeld();
  await app.execute({ command: 'inject_context', task_id: id, text: 'The database is read-only.' });
  go();
  await phaseIs(id, 'completed');
  expect(agents[1]?.prompts[1]).toContain('## Context\n- The database is read-only.');
  expect(agents[2]?.prompts[0]).toContain('The database is read-only.');
  expect((await invoked(id)).map(({ purpose }) => purpose)).toEqual([
    'plan',
    'chunk',
    'message',
    'chunk',
    'review',
  ]);
});

test('a prompt that must not wait interrupts what the agent does', async () => {
  const { app, id, agents, task } = await openHeld();
  await app.execute({ command: 'send_prompt', task_id: id, text: 'Stop that.', interrupt: true });
  await phaseIs(id, 'completed');
  expect(agents[1]?.prompts[1]).toContain('Stop that.');
  expect(task(id).chunks[0]).toMatchObject({ attempt: 1, summary: 'Done.' });
});

test('a prompt for an agent that is not at work yet waits for it', async () => {
  const { app, id, agents, go, task } = await openHeld();
  const reviewer = `reviewer-${id.slice(id.lastIndexOf('-') + 1)}`;
  await expect(
    app.execute({ command: 'send_prompt', agent_id: reviewer, text: 'Look at the tests.' }),
  ).rejects.toMatchObject({ code: 'agent_not_found' });
  const coder = coderOf(id)?.agent_id;
  await app.execute({ command: 'send_prompt', agent_id: coder, text: 'Only for you.' });
  go();
  await phaseIs(id, 'completed');
  expect(agents[2]?.prompts[0]).not.toContain('Only for you.');
  expect(task(id).messages).toEqual([]);
});

/** `T`: it stands still. Linux only. */
const stateOf = (pid: number): string =>
  fs
    .readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .charAt(0);

/** A coder of real processes at work, which it has named. */
async function openWorking(serve: (id: Workspace) => void) {
  workspace = await openWorkspace();
  serve(workspace);
  const id = await approved('Add a table of contents to README.md [slow]');
  for await (const event of workspace.app.tail({ after: 0, signal: AbortSignal.timeout(50_000) })) {
    const pids =
      event.type === 'agent.output' && /Working in processes (\d+) and (\d+)/.exec(event.data.text)?.slice(1);
    if (pids) return { ...workspace, id, pids: [coderOf(id)?.process?.pid ?? 0, ...pids.map(Number)] };
  }
  throw new Error('the coder did not begin');
}

test.runIf(process.platform === 'linux')(
  'a paused agent stands still with all that it started, goes on, and can be cancelled while it is paused',
  async () => {
    const { app, id, pids } = await openWorking((own) => void own.serve());
    const agent_id = coderOf(id)?.agent_id ?? '';
    await app.execute({ command: 'pause_agent', agent_id });
    await workspace.until(() => coderOf(id)?.status === 'paused');
    expect(coderOf(id)?.reason).toBe('paused by anna');
    // The signal is sent; a process that runs at this very moment obeys at its next one.
    await expect.poll(() => pids.map(stateOf)).toEqual(['T', 'T', 'T']);
    await expect(app.execute({ command: 'pause_agent', agent_id })).rejects.toMatchObject({
      message: expect.stringContaining('is paused already'),
    });
    await app.execute({ command: 'resume_agent', agent_id });
    await workspace.until(() => coderOf(id)?.status === 'working');
    await expect.poll(() => pids.map(stateOf)).not.toContain('T');
    await app.execute({ command: 'pause_agent', agent_id });
    await workspace.until(() => coderOf(id)?.status === 'paused');
    await app.execute({ command: 'cancel_task', task_id: id });
    await workspace.until((world) => world.tasks.get(id)?.cancelled?.stopped === true);
    expect(pids.filter((pid) => findProcess(pid))).toEqual([]);
    expect(coderOf(id)?.status).toBe('stopped');
  },
);

test('a paused agent whose orchestrator is killed is lost, and its chunk is begun again', async () => {
  let first: ReturnType<typeof spawn> | undefined;
  const { app, id } = await openWorking(({ root }) => {
    const file = path.join(import.meta.dirname, 'children', 'serve.ts');
    first = spawn(process.execPath, [file, root], { stdio: 'ignore' });
  });
  const before = coderOf(id)?.process;
  await app.execute({ command: 'pause_agent', agent_id: coderOf(id)?.agent_id ?? '' });
  await workspace.until(() => coderOf(id)?.status === 'paused');
  const died = first && once(first, 'exit');
  first?.kill('SIGKILL');
  await died;
  void workspace.serve();
  await workspace.until((world) => world.tasks.get(id)?.chunks[0]?.attempt === 2);
  expect(before && isAlive(before)).toBe(false);
  const events = await Array.fromAsync(app.events({ taskId: id }));
  const lost = events.filter(
    (event) => event.type === 'agent.health' && event.data.current_status === 'lost',
  );
  expect(lost).toHaveLength(1);
});
