import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { useSession } from './fixture.ts';
import { makeSample, shows } from './sample.ts';

const session = useSession();

/** Leaves a task behind that waits for an orchestrator, in a log that is there before the window. */
async function addTask(root: string, description: string): Promise<void> {
  const app = await openApp({ root, source: 'cli' });
  await app.execute({ command: 'create_task', description, priority: 'low' });
  await app.close();
}

function workspaceOf(...folders: readonly string[]): string {
  const file = path.join(session().makeFolder('workspaces'), 'both.code-workspace');
  fs.writeFileSync(file, JSON.stringify({ folders: folders.map((folder) => ({ path: folder })) }));
  return file;
}

test('of two folders with a log each one is chosen, and stays chosen after a reload', async () => {
  const [first, second] = [makeSample(session(), 'first'), makeSample(session(), 'second')];
  await addTask(first, 'Describe the parser');
  await addTask(second, 'Describe the query');
  const window = await session().open({ workspace: workspaceOf(first, second) });
  await window.openContainer('Lineclear');
  await shows(window, 'Tasks', 'Describe the parser');
  await window.command('Lineclear: Choose Log…');
  expect(await window.options({ title: 'Choose Log' })).toEqual(['first', 'second']);
  await window.screenshot('choose-log');
  await window.pick('second');
  await shows(window, 'Tasks', 'Describe the query');
  expect(await window.treeText('Tasks')).not.toContain('parser');
  await window.reload();
  await window.openContainer('Lineclear');
  await shows(window, 'Tasks', 'Describe the query');
});

test('two worktrees of one repository have one log, and there is nothing to choose', async () => {
  const main = makeSample(session(), 'main');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', ...args], {
      cwd: main,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Begin');
  const linked = path.join(session().makeFolder(), 'linked');
  git('worktree', 'add', '-q', linked);
  await addTask(main, 'Describe the parser');
  const window = await session().open({ workspace: workspaceOf(linked, main) });
  await window.openContainer('Lineclear');
  await shows(window, 'Tasks', 'Describe the parser');
  expect(await window.offersCommand('Lineclear: Choose Log…')).toBe(false);
});
