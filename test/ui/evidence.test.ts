import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trimEnd();

function makeRepository(): string {
  const folder = makeSample(session());
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Begin');
  return folder;
}

test('a file outside the plan waits in the inbox and is put back; a claim without a change is shown as one', async () => {
  const folder = makeRepository();
  const file = path.join(folder, 'package.json');
  const before = fs.readFileSync(file, 'utf8');
  const window = await openHigh(session(), folder);
  await createPlanned(window, `${TASK} [outside: package.json]`);
  await window.command('Lineclear: Approve Plan');
  await shows(
    window,
    'Inbox',
    'Outside the plan: package.json  modified +1 · chunk 1 · seen on disk, not reported',
  );
  await shows(window, 'Tasks', 'Ended');
  expect(fs.readFileSync(file, 'utf8')).not.toBe(before);
  await window.screenshot('outside-the-plan');
  await window.treeAction('Inbox', 'Outside the plan: package.json', 'Revert Change Outside the Plan');
  await window.sidebar.getByText('Nothing waits for you.').waitFor();
  expect(fs.readFileSync(file, 'utf8')).toBe(before);
  await shows(window, 'Activity', 'put package.json back as it was');

  await createPlanned(window, 'Write an overview of the source files [idle]');
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', /claimed, nothing changed/);
  await window.command('Lineclear: Open Plan');
  await window.pick('Write an overview of the source files [idle]');
  await window.webview().getByText('Claimed, nothing changed').waitFor();
  await window.webview().getByText('Seen on the disk').first().click();
  await window.screenshot('claimed-nothing-changed');
});

test('a task works in a worktree, its changes are shown, and merging brings them in', async () => {
  const folder = makeRepository();
  const readme = path.join(folder, 'README.md');
  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await window.command('Lineclear: Create Task in a Worktree');
  await window.input(TASK, { title: 'Create Task' });
  await shows(window, 'Inbox', 'Plan: ');
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'Ended');
  await window.tree('Tasks').expandAll();
  await shows(window, 'Tasks', 'Worktree  separate from your files');
  expect(fs.readFileSync(readme, 'utf8')).not.toContain('Contents');
  await window.treeAction('Tasks', 'Worktree', 'Merge Worktree…');
  // The comparison is opened first.
  await window.dialog(/Merge the work of/).waitFor({ timeout: 30_000 });
  const comparison = window.page.getByRole('tab', { name: /^Changes: / });
  await comparison.waitFor();
  await window.screenshot('merge-worktree');
  await window.answerDialog(/Merge the work of/, 'Merge');
  await shows(window, 'Tasks', 'Worktree  merged');
  expect(fs.readFileSync(readme, 'utf8')).toContain('Contents');
  expect(git(folder, 'log', '-1', '--format=%s')).toBe(`Merge “${TASK}”`);
  // It stays readable when the worktree is gone, and can be opened anew.
  const names = window.page.locator('.part.editor .multiDiffEntry .monaco-icon-label');
  const readable = async () => {
    await comparison.waitFor();
    await expect.poll(() => window.editorText()).toContain('- [Install](#install)');
    const looks = await names.evaluateAll((labels) => labels.map((label) => label.textContent));
    expect(looks.join()).toContain('README.md');
    expect(looks.join()).not.toContain('worktrees');
    const struck = names.locator('xpath=descendant-or-self::*[contains(@class, "strikethrough")]');
    expect(await struck.count()).toBe(0);
  };
  await readable();
  await window.command('View: Close All Editors');
  await comparison.waitFor({ state: 'detached' });
  await window.treeAction('Tasks', 'Worktree', 'Show Changes');
  await readable();
  await window.screenshot('worktree-changes');
});
