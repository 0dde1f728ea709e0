import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { findLogServer, openApp } from '../../src/app.ts';
import { LogPasswords } from '../../src/vscode/log-passwords.ts';
import { type RedisServer, startRedis } from '../log/redis-server.ts';
import { windowOn } from './window-on.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis('--requirepass', 'open sesame');
});
afterAll(() => server.dispose());

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-passwords-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(path.join(root, '.lineclear'));
  vi.stubEnv('LINECLEAR_CONFIG_HOME', root);
  onTestFinished(() => void vi.unstubAllEnvs());
});
const setUrl = (url: string) =>
  fs.writeFileSync(path.join(root, '.lineclear/config.toml'), `[log]\nurl = "${url}"\n`);

/** What a window keeps in VS Code's store of secrets, which is `stored`. */
function keep() {
  const stored = new Map<string, string>();
  const passwords = new LogPasswords({
    secrets: {
      get: async (key) => stored.get(key),
      store: async (key, value) => void stored.set(key, value),
      delete: async (key) => void stored.delete(key),
    },
    serverOf: (folder) => findLogServer({ root: folder, overrides: {} }),
  });
  /** As a window opens its log. */
  async function open() {
    await passwords.load(root);
    const app = await openApp({ root, source: 'vscode', overrides: () => passwords.addTo({ user: 'ada' }) });
    await app.close();
    return app.userId;
  }
  return { stored, passwords, open };
}

test('a password that is entered opens the log, in the process that a window starts too, until it is forgotten', async () => {
  setUrl(server.url(0));
  const { stored, passwords, open } = keep();
  await expect(open()).rejects.toMatchObject({ code: 'log_denied' });
  const { run, shown } = windowOn({ roots: [root], passwords, answers: ['open sesame'] });
  await run('lineclear.enterLogPassword');
  const host = `127.0.0.1:${server.port}`;
  expect(shown).toEqual([expect.stringContaining(`Password for ${host}`)]);
  expect([...stored]).toEqual([[`lineclear.log.password:${host}`, 'open sesame']]);
  expect(await open()).toBe('ada');
  expect(passwords.environment).toEqual({
    LINECLEAR_LOG_URL: server.url(0),
    LINECLEAR_LOG_PASSWORD: 'open sesame',
  });
  expect(fs.readFileSync(path.join(root, '.lineclear/config.toml'), 'utf8')).not.toContain('sesame');

  // Another server, or another user of the same, does not get it.
  setUrl(`redis://bert@${host}/0`);
  await expect(open()).rejects.toMatchObject({ code: 'log_denied' });
  expect(passwords.environment).toEqual({});
  setUrl(server.url(0));
  expect(await open()).toBe('ada');

  await run('lineclear.forgetLogPassword');
  expect(stored.size).toBe(0);
  await expect(open()).rejects.toMatchObject({ code: 'log_denied' });
  await run('lineclear.forgetLogPassword');
  expect(shown.at(-1)).toContain(`VS Code keeps no password for ${host}.`);
});

test('a window hears of the password that another one entered; one of the environment or a file comes first', async () => {
  setUrl(server.url(0));
  const { stored, passwords, open } = keep();
  const key = `lineclear.log.password:127.0.0.1:${server.port}`;
  stored.set(key, 'wrong');
  await expect(open()).rejects.toMatchObject({ code: 'log_denied' });
  expect(await passwords.isOther(key, root)).toBe(false);
  stored.set(key, 'open sesame');
  expect(await passwords.isOther(key, root)).toBe(true);

  stored.set(key, 'wrong');
  vi.stubEnv('LINECLEAR_LOG_PASSWORD', 'open sesame');
  expect(await open()).toBe('ada');
  expect(passwords.environment).toEqual({});
  const { run, shown } = windowOn({ roots: [root], passwords });
  await run('lineclear.enterLogPassword');
  expect(shown.at(-1)).toContain('Change it there.');
  setUrl('sqlite:');
  await run('lineclear.enterLogPassword');
  expect(shown.at(-1)).toContain('The log is in a file, which needs no password.');
});
