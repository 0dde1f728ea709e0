import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emitLater } from '../../src/api.ts';
import { openApp } from '../../src/app.ts';
import { startRedis } from '../log/redis-server.ts';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, rows, shows } from './sample.ts';

const session = useSession();

test('two windows on one workspace: what one approves the other shows', async () => {
  const folder = makeSample(session());
  const first = await openHigh(session(), folder);
  const second = await openHigh(session(), folder);
  await second.openContainer('Lineclear');
  await createPlanned(first);
  await shows(second, 'Inbox', 'Plan: ');
  await second.command('Lineclear: Open Plan');
  await second.webview().getByText('Revision 1 waits for your decision').first().waitFor();
  await first.command('Lineclear: Approve Plan');
  // A notification cannot be taken back; its button decides nothing any more, and says who did.
  await first.command('Notifications: Show Notifications');
  await first.answer('A plan waits for you', 'Approve');
  await first.notification(/revision 1 was approved by anna on \d+ \w+ at \d\d:\d\d\./).waitFor();
  await first.screenshot('decided-already');
  await shows(second, 'Tasks', 'Ended');
  await second.webview().getByText('Completed').first().waitFor();
  await second.screenshot('second-window');
  await expect
    .poll(async () => (await rows(second, 'Activity')) === (await rows(first, 'Activity')))
    .toBe(true);
});

test('two windows on two folders with one server: what runs in one is approved in the other, also after the server was away', async () => {
  const server = await startRedis('--requirepass', 'open sesame');
  onTestFinished(() => server.dispose());
  const makeMember = (name: string): string => {
    const folder = makeSample(session(), name);
    const url = `redis://127.0.0.1:${server.port}/0`;
    fs.appendFileSync(path.join(folder, '.lineclear/config.toml'), `\n[log]\nurl = "${url}"\n`);
    return folder;
  };
  const [near, far] = [makeMember('near'), makeMember('far')];
  // Nobody has told the password yet.
  const first = await openHigh(session(), near);
  await first.openContainer('Lineclear');
  await first.sidebar.getByText('The server of the log refuses the user or the password.').waitFor();
  await first.screenshot('server-1-denied');
  const title = `Password for 127.0.0.1:${server.port}`;
  await first.answer('wants a password', 'Enter Password');
  await first.quickInput.getByText(title).waitFor();
  await first.screenshot('server-1-password');
  await first.input('open sesame', { title });
  const second = await openHigh(session(), far);
  await second.openContainer('Lineclear');
  await second.command('Lineclear: Enter Log Password…');
  await second.input('open sesame', { title });
  await createPlanned(first);
  await shows(second, 'Inbox', 'Plan: ');
  await second.screenshot('server-2-plan');
  await second.command('Lineclear: Approve Plan');
  await shows(first, 'Tasks', 'Ended');
  await shows(second, 'Tasks', 'Ended');
  // Done once, in the folder that the task was created for.
  const done = [near, far].filter((folder) =>
    fs.readFileSync(path.join(folder, 'README.md'), 'utf8').includes('Contents'),
  );
  expect(done).toEqual([near]);
  await expect
    .poll(async () => (await rows(second, 'Activity')) === (await rows(first, 'Activity')))
    .toBe(true);

  await server.kill();
  const away = second.status(/cannot be reached/);
  await away.waitFor();
  await second.sidebar.getByText('what waits for you now is not known').waitFor();
  // A hook that reports something now neither waits nor fails.
  emitLater({ type: 'test.passed', data: { name: 'timetable' } }, { folder: far });
  await second.status(/Stored until the log can be reached: 1 event/).waitFor();
  await away.hover();
  await second.screenshot('server-3-away');
  await server.start();
  await away.waitFor({ state: 'detached' });
  await shows(first, 'Activity', 'timetable');
  await second.command('Lineclear: Forget Log Password');
  await second.sidebar.getByText('The server of the log refuses the user or the password.').waitFor();
});

test('a reload in the middle of a task ends nothing, and the plan panel is there again', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window, `${TASK} [permission: npm test]`);
  await window.command('Lineclear: Open Plan');
  await window.webview().getByText('Revision 1 waits for your decision').first().waitFor();
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Inbox', 'npm test');
  const waiting = /^Waiting for you {2}1\n {2}coder.*permission.*\nDone {2}1$/;
  await shows(window, 'Agents', waiting);
  await window.reload();
  await window.openContainer('Lineclear');
  await shows(window, 'Inbox', 'npm test');
  await shows(window, 'Agents', waiting);
  await window.webview().getByText('Being carried out').first().waitFor();
  await window.command('Lineclear: Allow Permission');
  await shows(window, 'Tasks', 'Ended');
});

test('markup in everything that an agent says is shown as text', async () => {
  const window = await openHigh(session(), makeSample(session()));
  const dialogs: string[] = [];
  window.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await createPlanned(window, `${TASK} <script>alert(1)</script> <img src=x onerror=alert(2)> [script]`);
  await window.command('Lineclear: Open Plan');
  await window.webview().getByText('<script>').first().waitFor();
  await window.screenshot('markup-is-text');
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'Ended');
  expect(dialogs).toEqual([]);
});

test.each([
  ['a damaged log', 'SQLite format 3\0 but then nothing that SQLite would know', /The log is damaged/],
  [
    'a foreign file in the place of the log',
    'just some text '.repeat(100),
    /not a Lineclear log|The log is damaged/,
  ],
])('%s is said and left alone', async (_, content, message) => {
  const folder = makeSample(session());
  const log = path.join(folder, '.lineclear/log.db');
  fs.writeFileSync(log, content);
  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await window.sidebar.getByText(message).waitFor();
  expect(fs.readFileSync(log, 'utf8')).toBe(content);
});

test('a mistake in config.toml is named with file, line and key, and repaired without a reload', async () => {
  const folder = makeSample(session());
  const config = path.join(folder, '.lineclear/config.toml');
  const good = fs.readFileSync(config, 'utf8');
  fs.writeFileSync(config, `${good}\n[orchestrator]\nidle_exti = 3\n`);
  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await window.command('Lineclear: Create Task');
  await window.notification(/config\.toml:\d+: orchestrator\.idle_exti: is not a known key/).waitFor();
  await window.screenshot('bad-configuration');
  fs.writeFileSync(config, good);
  await window.sidebar.getByText('Describe what should be done.').waitFor();
  await createPlanned(window);

  // The open log goes on with what it has read; the button opens the one of the two files that is wrong.
  const own = path.join(session().server.home, '.config/lineclear/config.toml');
  fs.mkdirSync(path.dirname(own), { recursive: true });
  fs.writeFileSync(own, '# Of anna everywhere.\nrolls = "none"\n');
  const problem = /config\.toml:2: rolls: is not a known key.*The earlier settings stay in force/;
  await window.answer(problem, 'Open Configuration');
  await expect.poll(() => window.editorText()).toContain('Of anna everywhere.');
  await window.status(/^Ln 2, Col 1/).waitFor();
  fs.rmSync(own);
});

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
