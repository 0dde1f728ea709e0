import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, git } from '../orchestrator/git.ts';
import { createWorkspace } from './workspace.ts';

const ID = 'fix-k3f9a';

/** A task that ended, with a real worktree, in which one file was changed and one was made. */
async function withWorktree() {
  const workspace = createWorkspace();
  const { root, record } = workspace;
  fs.writeFileSync(path.join(root, 'README.md'), '# Begin\n');
  commitAll(root);
  const folder = path.join(root, '.lineclear/worktrees', ID);
  git(root, 'worktree', 'add', '-q', '-b', `lineclear/${ID}`, folder);
  fs.writeFileSync(path.join(folder, 'README.md'), '# Changed\n\nMore.\n');
  fs.writeFileSync(path.join(folder, 'new.txt'), 'new\n');
  const base_commit = git(root, 'rev-parse', 'HEAD');
  const created = { path: folder, branch: `lineclear/${ID}`, base_commit };
  const task = { task_id: ID, who: 'orchestrator' };
  await record(
    {
      ...task,
      who: 'user:maria',
      type: 'task.created',
      data: { description: 'Fix it', interactive: true, worktree: true },
    },
    { ...task, type: 'task.started', data: {} },
    { ...task, type: 'worktree.created', data: created },
    { ...task, type: 'task.failed', data: { error_message: 'The tests fail.' } },
  );
  return { ...workspace, folder };
}

it('diff shows the work, merge lists it first and brings it in when told to', async () => {
  const { run, root, folder } = await withWorktree();
  const { stdout } = await run(['diff']);
  expect(stdout).toContain('-# Begin\n+# Changed\n');
  expect(JSON.parse((await run(['diff', 'k3f9a', '--json'])).stdout)).toMatchObject({
    task_id: ID,
    files: [{ file_path: 'README.md' }, { file_path: 'new.txt', operation: 'create' }],
  });

  expect(await run(['merge'])).toEqual({
    code: 1,
    stdout: '',
    stderr: [
      'lineclear: Merging brings in the changes of 2 files of “Fix it”:',
      '  +3 −1  README.md',
      '  +1 −0  new.txt',
      `  Read it with "lineclear diff ${ID}", then do it with "lineclear merge ${ID} --yes".`,
      '',
    ].join('\n'),
  });
  expect(fs.existsSync(path.join(root, 'new.txt'))).toBe(false);

  expect((await run(['merge', '--yes'])).stdout).toBe('Merged the worktree of “Fix it”.\n');
  expect(fs.readFileSync(path.join(root, 'README.md'), 'utf8')).toBe('# Changed\n\nMore.\n');
  expect(fs.existsSync(folder)).toBe(false);
  expect((await run(['diff'])).stdout).toContain('+# Changed\n');
  expect((await run(['merge', ID, '--yes'])).code).toBe(3);
});

it('discard lists what would be lost, and throws it away only when told to', async () => {
  const { run, root, folder } = await withWorktree();
  const asked = await run(['discard', 'fix', '--json']);
  expect(asked.code).toBe(1);
  expect(JSON.parse(asked.stderr)).toMatchObject({
    error: {
      field: 'yes',
      message: expect.stringContaining('Discarding throws away the changes of 2 files'),
    },
  });
  expect(fs.existsSync(folder)).toBe(true);
  expect((await run(['discard', 'fix', '--yes'])).stdout).toBe('Discarded the worktree of “Fix it”.\n');
  expect([fs.existsSync(folder), git(root, 'branch', '--list', 'lineclear/*')]).toEqual([false, '']);
  expect((await run(['diff'])).code).toBe(3);
});
