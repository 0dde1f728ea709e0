import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { standingBy } from '../../src/state/standing-by.ts';
import { fileHolds } from '../../src/state/file-holds.ts';
import { fakeAgents, json, obey, roleIn } from './fake-agent.ts';
import { commitAll } from './git.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const CONTENTS = 'Add a table of contents to README.md';

/** A task with an approved plan for README.md, whose coder asks for leave before it begins. */
async function approvedTask(description: string, worktree = false): Promise<string> {
  const id = await workspace.create(description, { worktree });
  await workspace.until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

const asksLeave = (id: string) =>
  workspace.until((world) => (world.tasks.get(id)?.permissions.length ?? 0) > 0);
const isCompleted = (id: string) => workspace.until((world) => world.tasks.get(id)?.phase === 'completed');
const waits = (id: string) => workspace.until((world) => waitOf(id, world)?.includes('held by') === true);
const waitOf = (id: string, world = workspace.app.world) => {
  const task = world.tasks.get(id);
  return task && standingBy(world, task, { now: 0 });
};
const sequencesOf = async (id: string, type: string) =>
  (await Array.fromAsync(workspace.app.events({ taskId: id })))
    .filter((event) => event.type === type)
    .map(({ sequence }) => sequence);

test('of two tasks that name the same file the second waits, says for what, and goes on by itself', async () => {
  workspace = await openWorkspace();
  const { app } = workspace;
  void workspace.serve();
  const first = await approvedTask(`${CONTENTS} [permission: true]`);
  await asksLeave(first);
  expect(fileHolds(app.world).get('README.md')).toMatchObject({ task_id: first });
  const second = await approvedTask(CONTENTS);
  await waits(second);
  expect(waitOf(second)).toMatch(/^waits for README\.md, held by the coder of “Add a table of contents/);
  await app.execute({ command: 'decide_permission', task_id: first, decision: 'allow' });
  await isCompleted(first);
  await isCompleted(second);
  const [released = 0] = await sequencesOf(first, 'claim.released');
  const [begun = 0] = await sequencesOf(second, 'chunk.started');
  expect(begun).toBeGreaterThan(released);
  expect(await sequencesOf(second, 'claim.denied')).toHaveLength(1);
  expect([workspace.task(first).ignored.count, workspace.task(second).ignored.count]).toEqual([0, 0]);
  expect(fileHolds(app.world).size).toBe(0);
});

test('a holder that was killed goes on holding when it is begun again, and one that is cancelled lets go', async () => {
  workspace = await openWorkspace();
  const { app, root } = workspace;
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'children', 'serve.ts'), root], {
    stdio: 'ignore',
  });
  const first = await approvedTask(`${CONTENTS} [permission: true]`);
  await asksLeave(first);
  const second = await approvedTask(CONTENTS);
  await waits(second);
  child.kill('SIGKILL');
  await once(child, 'exit');
  void workspace.serve();
  await workspace.until((world) => world.tasks.get(first)?.chunks[0]?.attempt === 2);
  await asksLeave(first);
  expect(workspace.task(second).chunks[0]?.status).toBe('pending');
  await app.execute({ command: 'cancel_task', task_id: first });
  await isCompleted(second);
  const [released = 0] = await sequencesOf(first, 'claim.released');
  const [claimed = 0] = await sequencesOf(second, 'claim.acquired');
  expect(claimed).toBeGreaterThan(released);
});

test('tasks in worktrees of their own work at once', async () => {
  workspace = await openWorkspace();
  commitAll(workspace.root);
  void workspace.serve();
  const ids = [
    await approvedTask(`${CONTENTS} [permission: true]`, true),
    await approvedTask(`${CONTENTS} [permission: true]`, true),
  ];
  for (const id of ids) await asksLeave(id);
  for (const id of ids) expect(await sequencesOf(id, 'claim.acquired')).toEqual([]);
});

test('who mends what a reviewer found holds the files of the whole plan', async () => {
  const mended = Promise.withResolvers<void>();
  const plan = json({
    chunks: [
      { title: 'Words', files: ['README.md'] },
      { title: 'Code', files: ['src/'] },
    ],
  });
  const { startAgent } = fakeAgents({
    async play(prompt, agent, signal) {
      const role = roleIn(prompt);
      const isSentBack = prompt.includes('Review findings');
      if (role === 'planner') return plan;
      if (role === 'reviewer' && prompt.includes('First') && !isSentBack)
        return json({ verdict: 'changes', findings: ['Name the limit.'] });
      if (role === 'coder' && isSentBack) await mended.promise;
      return obey(prompt, agent, signal);
    },
  });
  workspace = await openWorkspace({ startAgent });
  const { app, task } = workspace;
  void workspace.serve();
  const first = await approvedTask('First');
  await workspace.until((world) => world.tasks.get(first)?.chunks[2]?.status === 'running');
  expect([...fileHolds(app.world)].map(([file, { chunk }]) => [file, chunk])).toEqual([
    ['src', 'Review findings, round 1'],
    ['README.md', 'Review findings, round 1'],
  ]);
  const second = await approvedTask('Second');
  await waits(second);
  expect(waitOf(second)).toBe('waits for README.md, held by the coder of “First”');
  mended.resolve();
  await isCompleted(first);
  await isCompleted(second);
  const released = await sequencesOf(first, 'claim.released');
  const [begun = 0] = await sequencesOf(second, 'chunk.started');
  expect(begun).toBeGreaterThan(Math.max(...released));
  expect(fileHolds(app.world).size).toBe(0);
  expect([task(first).ignored.count, task(second).ignored.count]).toEqual([0, 0]);
});
