import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findRoot } from '../../src/app.ts';
import { createWorktree } from '../../src/workspace/worktrees.ts';
import { type Play, fakeAgents, json, roleIn } from './fake-agent.ts';
import { commitAll, git } from './git.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const placeOf = (id: string) => path.join(workspace.root, '.lineclear', 'worktrees', id);
const read = (file: string) => fs.readFileSync(path.join(workspace.root, file), 'utf8');

/** A task whose coder changes README.md and adds a file in the folder that it was started in. */
async function workInWorktree(): Promise<string> {
  let folder = '';
  const play: Play = (prompt) => {
    const role = roleIn(prompt);
    if (role === 'planner')
      return Promise.resolve(
        `# Plan\n${json({ chunks: [{ title: 'One', files: ['README.md', 'new.txt'] }] })}`,
      );
    if (role === 'reviewer') return Promise.resolve(json({ verdict: 'approved' }));
    fs.writeFileSync(path.join(folder, 'README.md'), '# Changed\n');
    fs.writeFileSync(path.join(folder, 'new.txt'), 'new\n');
    return Promise.resolve('Done.');
  };
  const { startAgent } = fakeAgents({ play });
  workspace = await openWorkspace({
    startAgent: (launch, handlers, signal) => {
      folder = launch.cwd;
      return startAgent(launch, handlers, signal);
    },
  });
  commitAll(workspace.root);
  void workspace.serve();
  const { app, until } = workspace;
  const event = await app.execute({ command: 'create_task', description: 'Change it', worktree: true });
  const id = event.task_id ?? '';
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  await until((world) => world.tasks.get(id)?.phase === 'completed');
  return id;
}

test('the agents of a task work in its worktree, what they did is shown, and merging brings it in', async () => {
  const id = await workInWorktree();
  const { app, root, task } = workspace;
  const base = git(root, 'rev-parse', 'HEAD');
  expect(task(id).worktree).toEqual({
    path: placeOf(id),
    branch: `lineclear/${id}`,
    base_commit: base,
    status: 'open',
  });
  expect(read('README.md')).toContain('# Sample');
  expect(git(root, 'status', '--porcelain')).toBe('');
  // Paths are relative to the worktree, so what the plan names is what changed.
  expect(task(id).changed_files).toEqual(['README.md', 'new.txt']);
  expect(task(id).excess).toEqual([]);

  const [changes, same] = await Promise.all([app.changes(id), app.changes(id)]);
  expect(same).toMatchObject({ before: changes.before, now: changes.now });
  expect(changes.files).toMatchObject([
    { file_path: 'README.md', operation: 'modify' },
    { file_path: 'new.txt', operation: 'create', lines_added: 1 },
  ]);
  expect(await app.textInTree(changes.before, 'README.md')).toContain('# Sample');
  expect(await app.textInTree(changes.before, 'new.txt')).toBe('');
  expect(await changes.patch()).toContain('+# Changed');

  await app.execute({ command: 'merge_worktree', task_id: id });
  expect([read('README.md'), read('new.txt')]).toEqual(['# Changed\n', 'new\n']);
  expect(task(id).worktree).toMatchObject({ status: 'merged', commit: git(root, 'rev-parse', 'HEAD') });
  expect(git(root, 'log', '--topo-order', '--format=%s')).toBe('Merge “Change it”\nChange it\nBegin');
  expect([fs.existsSync(placeOf(id)), git(root, 'branch', '--list', 'lineclear/*')]).toEqual([false, '']);
  // The comparison stays when the worktree is gone, also one that was made before.
  expect(await app.textInTree(changes.now, 'README.md')).toBe('# Changed\n');
  expect((await app.changes(id)).files.map(({ file_path }) => file_path)).toEqual(['README.md', 'new.txt']);
  await expect(app.execute({ command: 'merge_worktree', task_id: id })).rejects.toMatchObject({
    code: 'not_waiting',
  });
});

const refused = (words: string) => ({ code: 'worktree_failed', message: expect.stringContaining(words) });

test('a dirty main tree and a conflict are refused with the reason, and nothing is half done', async () => {
  const id = await workInWorktree();
  const { app, root, task } = workspace;
  const merge = () => app.execute({ command: 'merge_worktree', task_id: id });

  fs.writeFileSync(path.join(root, 'README.md'), 'half written');
  await expect(merge()).rejects.toMatchObject(refused('changes that are not committed: README.md'));
  expect(read('README.md')).toBe('half written');

  git(root, 'commit', '-q', '-a', '-m', 'Another way');
  const head = git(root, 'rev-parse', 'HEAD');
  await expect(merge()).rejects.toMatchObject(
    refused('conflicts with what was committed meanwhile in README.md'),
  );
  expect([git(root, 'rev-parse', 'HEAD'), git(root, 'status', '--porcelain'), read('README.md')]).toEqual([
    head,
    '',
    'half written',
  ]);

  git(root, 'reset', '-q', '--hard', 'HEAD~1');
  fs.writeFileSync(path.join(root, 'new.txt'), 'in the way');
  await expect(merge()).rejects.toMatchObject(refused('new.txt'));
  expect([git(root, 'status', '--porcelain'), read('new.txt')]).toEqual(['?? new.txt', 'in the way']);

  git(root, 'checkout', '-q', '--detach');
  fs.rmSync(path.join(root, 'new.txt'));
  await expect(merge()).rejects.toMatchObject(refused('no branch is checked out'));
  expect(task(id).worktree?.status).toBe('open');

  // Nothing of all that was lost or done twice.
  git(root, 'checkout', '-q', 'main');
  await merge();
  expect([read('README.md'), read('new.txt')]).toEqual(['# Changed\n', 'new\n']);
});

test('a merge that a crash cut off before it was recorded is recorded by the next one, and not made twice', async () => {
  const id = await workInWorktree();
  const { app, root, task } = workspace;
  git(placeOf(id), 'add', '-A');
  git(placeOf(id), 'commit', '-q', '-m', 'Change it');
  git(root, 'merge', '-q', '--no-ff', '-m', 'Merge', `lineclear/${id}`);
  const head = git(root, 'rev-parse', 'HEAD');
  await app.execute({ command: 'merge_worktree', task_id: id });
  expect(git(root, 'rev-parse', 'HEAD')).toBe(head);
  expect(task(id).worktree).toMatchObject({ status: 'merged', commit: head });
});

test('a discarded worktree is gone with its branch, and the main tree is as it was', async () => {
  const id = await workInWorktree();
  const { app, root, task } = workspace;
  await app.execute({ command: 'discard_worktree', task_id: id });
  expect(task(id).worktree?.status).toBe('discarded');
  expect([
    fs.existsSync(placeOf(id)),
    git(root, 'branch', '--list', 'lineclear/*'),
    git(root, 'worktree', 'list').split('\n').length,
  ]).toEqual([false, '', 1]);
  expect(read('README.md')).toContain('# Sample');
  await expect(app.changes(id)).rejects.toMatchObject({ code: 'not_waiting' });
});

test('a worktree is made once, whenever whoever makes it dies', async () => {
  workspace = await openWorkspace();
  const { root } = workspace;
  commitAll(root);
  const first = await createWorktree(root, 'task-1');
  fs.writeFileSync(path.join(first.path, 'work.txt'), 'begun');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'Meanwhile');
  expect(await createWorktree(root, 'task-1')).toEqual(first);
  expect(fs.existsSync(path.join(first.path, 'work.txt'))).toBe(true);
  // Killed while git was at it: half of it is there, and nothing says that it was made.
  git(root, 'config', '--unset', `branch.${first.branch}.lineclearBase`);
  fs.rmSync(path.join(first.path, 'README.md'));
  const second = await createWorktree(root, 'task-1');
  expect(second).toEqual({ ...first, base_commit: git(root, 'rev-parse', 'HEAD') });
  expect(fs.readdirSync(second.path).toSorted()).toEqual(['.git', '.lineclear', 'README.md']);
  expect(git(root, 'worktree', 'list').split('\n')).toHaveLength(2);
});

test('an orchestrator that dies right after it made the worktree is followed by one that uses it', async () => {
  workspace = await openWorkspace();
  const { root, app, until, task } = workspace;
  commitAll(root);
  const event = await app.execute({
    command: 'create_task',
    description: 'Add a table of contents to README.md',
    worktree: true,
  });
  const id = event.task_id ?? '';
  // Event 2 is task.started; the next append is worktree.created, before which it kills itself.
  const child = path.join(import.meta.dirname, 'children', 'serve-until.ts');
  const first = spawn(process.execPath, [child, root, '2', 'acted'], { stdio: 'ignore' });
  await once(first, 'exit');
  expect(first.signalCode).toBe('SIGKILL');
  expect(fs.existsSync(placeOf(id))).toBe(true);
  expect(app.world.tasks.get(id)?.worktree).toBeUndefined();
  void workspace.serve();
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  await until((world) => world.tasks.get(id)?.phase === 'completed');
  expect(git(root, 'worktree', 'list').split('\n')).toHaveLength(2);
  expect(task(id).ignored.count).toBe(0);
  expect(fs.readFileSync(path.join(placeOf(id), 'README.md'), 'utf8')).toContain('Contents');
  expect(read('README.md')).not.toContain('Contents');
  const events = await Array.fromAsync(app.events({ taskId: id }));
  expect(events.filter(({ type }) => type === 'worktree.created')).toHaveLength(1);
});

test('inside the worktree of a task everybody finds the log of the main one, also where .lineclear is committed', async () => {
  workspace = await openWorkspace();
  const { root } = workspace;
  commitAll(root);
  const { path: folder } = await createWorktree(root, 'task-1');
  fs.mkdirSync(path.join(folder, 'src'));
  expect(fs.existsSync(path.join(folder, '.lineclear', 'config.toml'))).toBe(true);
  expect([findRoot(folder), findRoot(path.join(folder, 'src'))]).toEqual([root, root]);
});

test('without a repository, or without a commit in it, the task fails and says what to do', async () => {
  workspace = await openWorkspace();
  const { app, until, task } = workspace;
  void workspace.serve();
  const { task_id: id = '' } = await app.execute({
    command: 'create_task',
    description: 'Anything',
    worktree: true,
  });
  await until((world) => world.tasks.get(id)?.phase === 'failed');
  expect(task(id).failure).toMatchObject({
    error_code: 'worktree_failed',
    error_message: expect.stringContaining('needs a git repository with a commit'),
  });
});
