import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openWorkspace } from './workspace.ts';

test('what was always allowed is answered by the rule that was written, and recorded as such', async () => {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const { app, root, notes } = workspace;
  const file = path.join(root, '.lineclear', 'config.toml');
  fs.appendFileSync(file, '# mine\n');
  const before = fs.readFileSync(file, 'utf8');
  void workspace.serve();
  const work = async () => {
    const id = await workspace.create('Add a table of contents to README.md [permission: node --version]');
    await workspace.until((world) => world.tasks.get(id)?.phase === 'plan_review');
    await app.execute({ command: 'approve_plan', task_id: id });
    return id;
  };
  const first = await work();
  await workspace.until((world) => world.tasks.get(first)?.permissions.length === 1);
  const [asked] = workspace.task(first).permissions;
  const offered = asked && app.rules.offer(asked);
  if (!offered) throw new Error('no rule is offered');
  app.rules.write(offered);
  expect(fs.readFileSync(file, 'utf8')).toBe(`${before}
[[rules]]
name = "scripted node --version"
action = "allow"
commands = [ "node --version" ]
agents = [ "scripted" ]
`);
  const wrote_rule = offered.rule.name;
  await app.execute({ command: 'decide_permission', task_id: first, decision: 'allow', wrote_rule });
  await vi.waitFor(() => expect(notes).toContain('the configuration was read again'), 30_000);

  const second = await work();
  await workspace.until((world) => world.tasks.get(second)?.phase === 'completed');
  const decisions = [];
  for await (const { task_id, data } of app.events({ types: ['user.decided_permission'] }))
    decisions.push([task_id, data]);
  expect(decisions).toMatchObject([
    [first, { user_id: 'anna', decision: 'allow', wrote_rule }],
    [second, { user_id: `rule:${wrote_rule}`, decision: 'allow', rule: wrote_rule }],
  ]);
}, 60_000);
