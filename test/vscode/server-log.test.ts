import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { emitLater } from '../../src/api.ts';
import { hasLog, openApp } from '../../src/app.ts';
import { workspaceConfigFile } from '../../src/config.ts';
import { outboxIn } from '../../src/later.ts';
import { LogSession } from '../../src/vscode/log-session.ts';
import { problemStatusOf, statusOf } from '../../src/vscode/status.ts';
import { type RedisServer, startRedis } from '../log/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.dispose());

/** A folder that names the server. */
function createRoot(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-server-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(path.join(root, '.lineclear'));
  fs.writeFileSync(workspaceConfigFile(root), `[log]\nurl = "${server.url(1)}"\n`);
  return root;
}

function openWindow(root: string) {
  const seen: string[] = [];
  const session = new LogSession({
    root,
    openApp,
    overrides: () => ({}),
    hasLog: () => hasLog({ root, overrides: {}, mayConnect: true }),
    whyNoLog: () => undefined,
    onState: ({ kind }) => seen.push(kind),
    onChange: () => undefined,
    onConfig: () => undefined,
    onBroken: ({ code }) => seen.push(code),
  });
  onTestFinished(() => session.close());
  return { session, seen };
}

test('a window goes on by itself when the server of its log comes back, also one that opened without it', async () => {
  const root = createRoot();
  expect(hasLog({ root, overrides: {}, mayConnect: false })).toBe(false);
  const { session, seen } = openWindow(root);
  expect(session.hasLog()).toBe(true);
  const app = await session.open();
  await app.execute({ command: 'create_task', description: 'Fix login' });
  expect(problemStatusOf(app)).toBeUndefined();

  const changes: boolean[] = [];
  app.connection?.onState(({ connected }) => changes.push(connected));
  await server.kill();
  await expect.poll(() => changes).toContain(false);
  expect(problemStatusOf(app)).toMatchObject({
    text: '$(debug-disconnect) Lineclear: not connected',
    tooltip: expect.stringContaining('goes on by itself'),
    spoken: expect.stringMatching(/127\.0\.0\.1:\d+\/1 cannot be reached/),
  });

  const late = openWindow(root);
  await expect(late.session.open()).rejects.toMatchObject({ code: 'log_unreachable' });
  await late.session.retry();
  expect(late.seen).toEqual(['opening', 'failed']);
  expect(statusOf(late.session.state, late.session.world)?.text).toContain('not connected');

  emitLater({ type: 'test.passed', data: { name: 'unit' } }, { folder: root });
  const { state } = late.session;
  expect(statusOf(state, late.session.world, 0, outboxIn(root).status())?.tooltip).toContain(
    'Stored until the log can be reached',
  );
  const emptied = new Promise<void>((done) => app.keepOutboxEmpty(() => app.outbox.waiting === 0 && done()));

  await server.start();
  await emptied;
  expect(await Array.fromAsync(app.events({ types: ['test.passed'] }))).toHaveLength(1);
  await late.session.retry();
  expect(late.seen).toEqual(['opening', 'failed', 'open']);
  await late.session.app?.execute({ command: 'create_task', description: 'From the other window' });
  await expect.poll(() => app.world.tasks.size).toBe(2);
  // The connection that follows the log may be back before the one that is spoken of.
  await expect.poll(() => problemStatusOf(app)).toBeUndefined();
  expect(seen).toEqual(['opening', 'open']);
});
