import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ensureUserConfigFile, hasLog, logFileOf, openApp, whyNoLog } from '../../src/app.ts';
import { contextKeys } from '../../src/vscode/context-keys.ts';
import { errorNotice, readonlyNotice } from '../../src/vscode/error-notice.ts';
import { LogSession } from '../../src/vscode/log-session.ts';
import { problemStatusOf, statusOf } from '../../src/vscode/status.ts';
import { createWorkspace } from '../cli/workspace.ts';

const open = (root: string) => {
  const session = new LogSession({
    root,
    openApp,
    overrides: () => ({}),
    hasLog: () => hasLog({ root, overrides: {}, mayConnect: false }),
    whyNoLog: () => whyNoLog({ root, overrides: {} }),
    onState: () => undefined,
    onChange: () => undefined,
    onConfig: () => undefined,
    onBroken: () => undefined,
  });
  onTestFinished(() => session.close());
  return session;
};

const contextsOf = ({ state, world }: LogSession) => contextKeys(state, world, { activityFilter: {} }, 1);

test('a log of a newer version says in a window that the extension is to be updated, and is opened after that', async () => {
  const { root, run } = createWorkspace();
  await run(['create', 'Fix login']);
  /** Returns the one before. */
  const setVersion = (version: unknown): unknown => {
    const db = new Database(logFileOf(root));
    const before = db.pragma('user_version', { simple: true });
    db.pragma(`user_version = ${String(version)}`);
    db.close();
    return before;
  };
  const version = setVersion(99);
  const session = open(root);
  const error: unknown = await session.open().catch((thrown: unknown) => thrown);
  expect(errorNotice(error)).toEqual({
    severity: 'error',
    message: expect.stringMatching(/log\.db has schema version 99; .* knows \d+\. Update Lineclear/),
    actions: [{ title: 'Reload Window', command: 'workbench.action.reloadWindow' }],
  });
  expect(session.state).toMatchObject({ kind: 'failed', error: { code: 'log_newer' } });
  expect(statusOf(session.state, session.world)).toMatchObject({
    text: '$(error) Lineclear',
    tooltip: expect.stringContaining('Update Lineclear'),
  });
  setVersion(version);
  expect((await session.open()).world.tasks.size).toBe(1);
});

/** The same folder at another place, where nothing can be written; false where that is not possible. */
function mountReadonly(folder: string): string | undefined {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-readonly-'));
  onTestFinished(() => fs.rmdirSync(at));
  if (process.platform !== 'linux' || spawnSync('mount', ['--bind', folder, at]).status !== 0)
    return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', at]));
  return spawnSync('mount', ['-o', 'remount,ro,bind', at]).status === 0 ? at : undefined;
}

test('where nothing can be written, a log is shown and says why nothing is recorded', async (context) => {
  const { root, run } = createWorkspace();
  const at = mountReadonly(root);
  if (at === undefined) return context.skip('only root can mount a folder read-only');
  const before = open(at);
  before.look();
  expect(contextsOf(before)).toMatchObject({ 'lineclear.log': 'none', 'lineclear.logError': 'log_readonly' });
  await expect(before.open()).rejects.toMatchObject({
    code: 'log_readonly',
    message: expect.stringContaining(`${path.join(at, '.lineclear')} cannot be written`),
    next: expect.stringContaining('writable'),
  });
  expect(fs.readdirSync(root)).toEqual([]);

  const writing = await openApp({ root, source: 'cli' });
  await writing.execute({ command: 'create_task', description: 'Fix login' });
  const files = fs.readdirSync(path.join(root, '.lineclear'));
  const session = open(at);
  const app = await session.open();
  expect([session.state.kind, app.world.tasks.size, app.hasWork()]).toEqual(['open', 1, false]);
  expect(problemStatusOf(app)).toMatchObject({ text: '$(lock) Lineclear: read only', severity: 'warning' });
  expect(app.readonly && readonlyNotice(app.readonly)).toMatchObject({
    message: expect.stringMatching(
      /cannot be written: .*What is there is shown, and nothing can be recorded\./,
    ),
    actions: [{ title: 'Open the Log Again' }],
  });
  await expect(app.execute({ command: 'create_task', description: 'No' })).rejects.toMatchObject({
    code: 'log_readonly',
  });
  await writing.execute({ command: 'create_task', description: 'Elsewhere' });
  await vi.waitFor(() => expect(app.world.tasks.size).toBe(2), 30_000);

  const list = await run(['--root', at, 'list']);
  expect([list.code, list.stderr]).toEqual([0, '']);
  expect(list.stdout).toContain('Fix login');
  const refused = await run(['--root', at, 'create', 'No']);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /log\.db cannot be written: .* Make that folder and its files writable/,
  );
  expect(fs.readdirSync(path.join(root, '.lineclear'))).toEqual(files);

  // Closed by the last one, it has nothing beside it that SQLite needs to read it.
  await session.close();
  await writing.close();
  await expect(open(at).open()).rejects.toMatchObject({ code: 'log_readonly' });
});

const SFTP_SERVERS = ['/usr/lib/openssh/sftp-server', '/usr/libexec/openssh/sftp-server'];

/** The same folder at another place, by sshfs and the SFTP server of OpenSSH; undefined where those are missing. */
async function mountSshfs(folder: string): Promise<string | undefined> {
  const server = SFTP_SERVERS.find((program) => fs.existsSync(program));
  if (!server || spawnSync('sshfs', ['--version']).status !== 0) return undefined;
  const at = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'lineclear-sshfs-'));
  const pipe = `${at}.pipe`;
  // The two speak through pipes of the system: this process waits for the files and could not carry their words.
  const script = 'mkfifo "$3"; "$0" <"$3" | sshfs ":$1" "$2" -f -o passive >"$3"';
  const pair = spawn('sh', ['-c', script, server, folder, at, pipe], { stdio: 'ignore' });
  const ended = new Promise((resolve) => pair.once('exit', resolve));
  onTestFinished(async () => {
    if (spawnSync('umount', [at]).status !== 0) spawnSync('fusermount3', ['-u', at]);
    await ended;
    fs.rmdirSync(at);
    fs.rmSync(pipe);
  });
  await vi.waitFor(() => expect(fs.readFileSync('/proc/self/mountinfo', 'utf8')).toContain(at), 30_000);
  return at;
}

test('on a network file system a log is refused with the reason, until it is kept elsewhere or allowed', async (context) => {
  const { root, run } = createWorkspace();
  const at = await mountSshfs(root);
  if (at === undefined) return context.skip('needs sshfs and the SFTP server of OpenSSH');
  const home = path.join(path.dirname(root), 'config');
  vi.stubEnv('LINECLEAR_CONFIG_HOME', home);
  onTestFinished(() => void vi.unstubAllEnvs());

  const refused = open(at);
  expect(refused.hasLog()).toBe(false);
  refused.look();
  expect(contextsOf(refused)).toMatchObject({
    'lineclear.log': 'none',
    'lineclear.logError': 'log_on_network',
  });
  // Nobody has asked for anything yet: the Inbox says it, and nothing else does, or is made.
  expect([statusOf(refused.state, refused.world), fs.readdirSync(root)]).toEqual([undefined, []]);
  const error: unknown = await refused.open().catch((thrown: unknown) => thrown);
  expect(errorNotice(error)).toEqual({
    severity: 'error',
    message: expect.stringMatching(
      /log\.db is on a network file system \(fuse\.sshfs, :\/.*\), where .* Keep your logs/,
    ),
    actions: [{ title: 'Open Configuration', command: 'lineclear.openConfiguration' }],
  });
  expect(refused.state).toMatchObject({ kind: 'failed', error: { code: 'log_on_network' } });
  expect([refused.hasLog(), fs.readdirSync(path.join(root, '.lineclear'))]).toEqual([false, ['.gitignore']]);
  const listed = await run(['--root', at, 'list']);
  expect([listed.code, listed.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
    1,
    expect.stringContaining('is on a network file system'),
  ]);
  const told = await run(['--root', at, 'create', 'No']);
  expect([told.code, told.stdout]).toEqual([1, '']);
  expect(told.stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /network file system .* \(folder in \[log\] of your own config/,
  );

  // Deliberately; what SQLite does without memory that all share works there, and the other side sees it.
  fs.writeFileSync(path.join(root, '.lineclear', 'config.toml'), '[log]\nnetwork = "allow"\n');
  const window = open(at);
  window.look();
  expect(contextsOf(window)).toMatchObject({ 'lineclear.log': 'none', 'lineclear.logError': '' });
  const allowed = await window.open();
  await allowed.execute({ command: 'create_task', description: 'Over there' });
  expect(fs.readdirSync(path.join(root, '.lineclear')).toSorted()).toEqual([
    '.gitignore',
    'config.toml',
    'log.db',
    'log.db-bell',
  ]);

  const file = ensureUserConfigFile();
  expect(path.dirname(file)).toBe(home);
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(/^# (?=\[|\w+ =)/gm, ''));
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('~/lineclear-logs', path.join(home, 'logs')));
  const elsewhere = open(at);
  expect(elsewhere.hasLog()).toBe(false);
  const app = await elsewhere.open();
  expect([app.logPlace, elsewhere.hasLog(), app.world.tasks.size]).toEqual([logFileOf(at), true, 0]);
  expect(app.logPlace).toMatch(/config\/logs\/lineclear-sshfs-\w+-[0-9a-f]{12}\/log\.db$/);
  const seen = await run(['--root', at, 'create', 'Here', '--json']);
  expect([seen.code, seen.stderr]).toEqual([0, '']);
  await app.refresh();
  expect([...app.world.tasks.values()].map(({ title }) => title)).toEqual(['Here']);
});
