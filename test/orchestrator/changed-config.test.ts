import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { openWorkspace } from './workspace.ts';

test('an orchestrator takes over a changed configuration, and keeps the old one while the new one is wrong', async () => {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const { root, app, notes } = workspace;
  const file = path.join(root, '.lineclear', 'config.toml');
  const good = fs.readFileSync(file, 'utf8');
  /** As editors save: the old file is there until the new one takes its place. */
  const save = (text: string) => {
    fs.writeFileSync(`${file}.new`, text);
    fs.renameSync(`${file}.new`, file);
  };
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

  save(`${good}no_such_key = 1\n`);
  const line = good.split('\n').length;
  const wrong = `${file}:${line}: orchestrator.no_such_key: is not a known key`;
  await vi.waitFor(() => expect(notes).toContain(`${wrong}: the settings stay as they were`), 10_000);
  expect(await plannerOf('second')).toBe('scripted');

  save(good.replaceAll('[agents.scripted', '[agents.other').replaceAll('"scripted"', '"other"'));
  await vi.waitFor(() => expect(notes).toContain('the configuration was read again'), 10_000);
  expect(await plannerOf('third')).toBe('other');
  expect((await errors()).map(({ data }) => data)).toEqual([
    { code: 'invalid_config', message: wrong, next: 'Correct the named key in that file.' },
  ]);
}, 60_000);
