import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { waitsForTurn } from '../../src/state/waits-for-turn.ts';
import { openWorkspace } from './workspace.ts';

/** As editors save: the old file is there until the new one takes its place. */
function save(file: string, text: string): void {
  fs.writeFileSync(`${file}.new`, text);
  fs.renameSync(`${file}.new`, file);
}

test('an orchestrator takes over a changed configuration, and keeps the old one while the new one is wrong', async () => {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const { root, app, notes } = workspace;
  const file = path.join(root, '.lineclear', 'config.toml');
  const good = fs.readFileSync(file, 'utf8');
  const errors = async () => {
    const found: AgentEvent[] = [];
    for await (const event of app.events({ types: ['error.occurred'] })) found.push(event);
    return found;
  };
  const plannerOf = async (description: string) => {
    const id = await workspace.create(description);
    await workspace.until((world) => world.tasks.get(id)?.phase === 'plan_review');
    return workspace.task(id).assigned.planner?.agent_name;
  };
  void workspace.serve();
  expect(await plannerOf('first')).toBe('scripted');

  save(file, `${good}no_such_key = 1\n`);
  const line = good.split('\n').length;
  const wrong = `${file}:${line}: orchestrator.no_such_key: is not a known key`;
  await vi.waitFor(() => expect(notes).toContain(`${wrong}: the settings stay as they were`), 30_000);
  expect(await plannerOf('second')).toBe('scripted');

  save(file, good.replaceAll('[agents.scripted', '[agents.other').replaceAll('"scripted"', '"other"'));
  await vi.waitFor(() => expect(notes).toContain('the configuration was read again'), 30_000);
  expect(await plannerOf('third')).toBe('other');
  expect((await errors()).map(({ data }) => data)).toEqual([
    { code: 'invalid_config', message: wrong, next: 'Correct the named key in that file.' },
  ]);
}, 60_000);

test('a task that waits for a place begins when more may be at work at once', async () => {
  const workspace = await openWorkspace({ toml: '[orchestrator]\nconcurrency = 1\n' });
  onTestFinished(() => workspace.close());
  const { root, app } = workspace;
  void workspace.serve();
  const busy = await workspace.create('Add a table of contents to README.md [slow]');
  await workspace.until((world) => world.tasks.get(busy)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: busy });
  await workspace.until((world) => world.tasks.get(busy)?.chunks[0]?.status === 'running');
  const second = await workspace.create('second');
  await workspace.until((world) => {
    const task = world.tasks.get(second);
    return task !== undefined && waitsForTurn(world, task);
  });
  const file = path.join(root, '.lineclear', 'config.toml');
  save(file, fs.readFileSync(file, 'utf8').replace('concurrency = 1', 'concurrency = 2'));
  await workspace.until((world) => world.tasks.get(second)?.phase === 'plan_review');
  expect(workspace.task(busy).phase).toBe('executing');
}, 60_000);
