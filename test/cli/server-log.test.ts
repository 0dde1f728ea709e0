import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../log/redis-server.ts';
import { type Workspace, createWorkspace } from './workspace.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis('--requirepass', 'open sesame');
});
afterAll(() => server.dispose());

/** A folder whose log is on the server, and a person who knows the password or not. */
function createMember(name: string, password?: string): Workspace {
  const workspace = createWorkspace(name);
  const folder = path.join(workspace.root, '.lineclear');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'config.toml'), `[log]\nurl = "redis://127.0.0.1:${server.port}/0"\n`);
  if (password === undefined) return workspace;
  const own = path.join(workspace.root, '../config');
  fs.mkdirSync(own);
  const text = `[log.passwords]\n"127.0.0.1:${server.port}" = "${password}"\n`;
  fs.writeFileSync(path.join(own, 'config.toml'), text, { mode: 0o600 });
  return workspace;
}

test('two folders share a log on a server; one without the password, and all while it is away, are told what to do', async () => {
  const [near, far] = [createMember('near', 'open sesame'), createMember('far', 'open sesame')];
  expect((await near.run(['create', 'Fix the login'])).code).toBe(0);
  const listed = JSON.parse((await far.run(['list', '--json'])).stdout);
  expect(listed).toMatchObject([{ title: 'Fix the login' }]);
  const where = await far.run(['where', '--json']);
  expect(JSON.parse(where.stdout)).toMatchObject({ log: `redis://127.0.0.1:${server.port}/0` });
  expect(fs.existsSync(far.logFile)).toBe(false);

  const stranger = await createMember('stranger').run(['list']);
  expect(stranger.code).not.toBe(0);
  expect(stranger.stderr).toContain(`redis://127.0.0.1:${server.port}/0 wants a password`);
  expect(stranger.stderr).toContain('Correct the user and the password');
  expect((await createMember('wrong', 'sesame').run(['list'])).stderr).toContain('does not know that user');

  await server.kill();
  const away = await far.run(['create', 'Another']);
  expect(away.stderr).toContain(`redis://127.0.0.1:${server.port}/0 cannot be reached: `);
  expect(away.stderr).toMatch(/ECONNREFUSED[\s\S]*Start the server/);
  await server.start();
  expect((await far.run(['create', 'Another'])).code).toBe(0);
  expect(JSON.parse((await near.run(['list', '--json'])).stdout)).toHaveLength(2);
});
