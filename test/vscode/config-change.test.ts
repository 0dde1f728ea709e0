import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openApp } from '../../src/app.ts';
import { ConfigNotice } from '../../src/vscode/config-notice.ts';
import { LogSession } from '../../src/vscode/log-session.ts';
import { problemStatusOf } from '../../src/vscode/status.ts';
import { fakeScreen } from './fake-screen.ts';

/** A window on a workspace with this configuration, and what is said and shown in it. */
async function openWindow(config: string) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-window-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  const file = path.join(root, '.lineclear', 'config.toml');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, config);
  const { shown, ...screen } = fakeScreen();
  const notice = new ConfigNotice(screen);
  const states: string[] = [];
  let settings: unknown = {};
  const session = new LogSession({
    root,
    openApp,
    overrides: () => settings,
    hasLog: () => false,
    whyNoLog: () => undefined,
    onState: ({ kind }) => states.push(kind),
    onChange: () => undefined,
    onConfig: () => notice.heard(session.app?.configProblem),
    onBroken: ({ code }) => states.push(code),
  });
  const app = await session.open();
  onTestFinished(() => session.close());
  return {
    file,
    app,
    shown,
    states,
    status: () => problemStatusOf(app),
    set(changed: unknown) {
      settings = changed;
      app.readConfig();
    },
    async createTask() {
      const { source_agent_id } = await app.execute({ command: 'create_task', description: 'Fix login' });
      return source_agent_id;
    },
  };
}

test('a mistake in a changed configuration is named, and the log stays open with the earlier settings', async () => {
  const { file, app, shown, states, status, createTask } = await openWindow('user = "ada"\n');
  expect([await createTask(), status()]).toEqual(['user:ada', undefined]);

  fs.writeFileSync(file, 'user = "bo"\nno_such_key = 1\n');
  const wrong = `${file}:2: no_such_key: is not a known key`;
  await vi.waitFor(() => expect(shown).toHaveLength(1), 30_000);
  expect(shown[0]).toBe(
    `warning: ${wrong}. Correct the named key in that file. The earlier settings stay in force. [Open Configuration]`,
  );
  expect(status()).toMatchObject({
    text: '$(warning) config.toml',
    spoken: expect.stringContaining(wrong),
    severity: 'warning',
    command: 'lineclear.openConfiguration',
  });
  expect([await createTask(), app.userId]).toEqual(['user:ada', 'ada']);

  // Saved again with the same mistake: said already.
  app.readConfig();
  fs.writeFileSync(file, 'user = "bo"\n');
  await vi.waitFor(() => expect(shown).toHaveLength(2), 30_000);
  expect([shown[1], status()]).toEqual(['The configuration is in order again.', undefined]);
  expect([await createTask(), app.userId]).toEqual(['user:bo', 'bo']);
  expect(states).toEqual(['opening', 'open']);
});

test('settings of VS Code that make no sense are named in the same way', async () => {
  const { app, set, shown, status, states } = await openWindow('user = "ada"\n');
  set({ roles: { planner: 7 } });
  expect(shown[0]).toMatch(/^warning: the settings: roles\.planner: /);
  expect([status()?.severity, app.userId]).toEqual(['warning', 'ada']);
  set({ user: 'bo' });
  expect([status(), app.userId]).toEqual([undefined, 'bo']);
  expect(states).toEqual(['opening', 'open']);
});
