import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

/** An orchestrator of a version in a process of its own. */
function start(version: string) {
  const file = path.join(import.meta.dirname, 'children', 'serve-as.ts');
  const child = spawn(process.execPath, [file, workspace.root, version], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trimEnd().split('\n')));
  const exited = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, lines, ended: exited.then(() => lines.at(-1)) };
}

const holder = async () => (await workspace.app.orchestrator())?.version;

test('a newer orchestrator takes over from an older one when that one has finished its turn', async () => {
  workspace = await openWorkspace();
  const { app, until, task } = workspace;
  const old = start('1.9.0');
  const id = await workspace.create(
    'Add a table of contents to README.md [permission: node -e "setTimeout(String,7000)"]',
  );
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  await until((world) => world.tasks.get(id)?.permissions.length === 1);
  await app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' });
  await until((world) => world.tasks.get(id)?.permissions.length === 0);
  const newer = start('1.10.0');
  expect(await old.ended).toBe('retired');
  // The turn that was going on was finished by the old one.
  expect(task(id).chunks[0]).toMatchObject({ status: 'completed', attempt: 1 });
  expect(old.lines).toContain('version 1.10.0 waits to take over: ending after the current turns');
  await until((world) => world.tasks.get(id)?.phase === 'completed');
  expect(task(id).chunks.map(({ attempt }) => attempt)).toEqual(task(id).chunks.map(() => 1));
  expect(task(id).ignored).toEqual({ count: 0 });
  await vi.waitFor(async () => expect(await holder()).toBe('1.10.0'), 30_000);
  newer.child.kill('SIGTERM');
  expect(await newer.ended).toBe('stopped');
});

test('one of the same or an older version is not needed', async () => {
  workspace = await openWorkspace();
  const first = start('2.0.0');
  await once(first.child.stdout, 'data');
  await expect(start('1.10.0').ended).resolves.toBe('not needed');
  await expect(start('2.0.0').ended).resolves.toBe('not needed');
  expect(await holder()).toBe('2.0.0');
});

/** Appends an event as a newer version would: past this version's checks. */
function appendAsNewer(type: string): void {
  const db = new Database(path.join(workspace.root, '.lineclear', 'log.db'));
  const id = '01990000-0000-7000-8000-000000000001';
  db.prepare(
    `INSERT INTO events (sequence, id, type, version, timestamp, source, source_agent_id, call_chain, priority,
       correlation_id, context_refs, data)
     SELECT max(sequence) + 1, ?, ?, 1, '2026-03-01T12:00:00.000Z', 'vscode', 'user:anna', '["user:anna"]', 'normal',
       'c', '[]', '{}' FROM events`,
  ).run(id, type);
  db.close();
}

test('an orchestrator that meets an event of a newer version ends, and says so where people look', async () => {
  workspace = await openWorkspace();
  const { app, until } = workspace;
  const old = start('1.0.0');
  const id = await workspace.create('Add a table of contents to README.md');
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  appendAsNewer('task.teleported');
  expect(await old.ended).toBe('outdated');
  await until((world) => world.activity.some(({ text }) => text.includes('a newer Lineclear has written')));
  expect(await app.orchestrator()).toBeUndefined();
  // Nor does one that starts later, and it is said once.
  await expect(start('1.0.0').ended).resolves.toBe('outdated');
  const events = await Array.fromAsync(app.events());
  expect(events.filter(({ type }) => type === 'error.occurred')).toHaveLength(1);
});
