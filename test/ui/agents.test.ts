import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/targets.ts';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

const command = (...words: string[]) => JSON.stringify([process.execPath, ...words]);

test('an agent that works is given its roles, and one that nobody is signed in to leads to a terminal', async () => {
  const folder = session().makeFolder();
  fs.writeFileSync(path.join(folder, 'README.md'), '# Sample\n\n## Install\n\n## Limits\n');
  const file = path.join(folder, '.lineclear/config.toml');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(
    file,
    [
      '# Kept as it is.',
      'user = "anna"',
      // Nobody listens there: the list that came with the extension is taken.
      'registry = "http://127.0.0.1:9/"',
      '[agents.mine]',
      `command = ${command(path.join(root, 'examples/scripted-agent/agent.ts'))}`,
      '[agents.stranger]',
      `command = ${command(path.join(root, 'test/agents/children/odd-agent.ts'), 'not-signed-in')}`,
      '',
    ].join('\n'),
  );
  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');

  await window.command('Lineclear: Connect Agent…');
  const offered = await window.options({ title: 'Connect Agent' });
  expect(offered.slice(0, 2)).toEqual(['mine', 'stranger']);
  await window.screenshot('connect-1-list');
  await window.pick('stranger');
  const problem = /stranger does not work yet.*sign in there/;
  await window.notification(problem).waitFor({ timeout: 30_000 });
  await window.screenshot('connect-2-not-signed-in');
  await window.answer(problem, 'Open Terminal');
  await window.page.locator('.part.panel .xterm').waitFor();

  await window.command('Lineclear: Connect Agent…');
  await window.pick('goose', { title: 'Connect Agent' });
  await window.notification('goose is not installed. Install it: https://github.com/block/goose').waitFor();
  await window.screenshot('connect-3-not-installed');

  await window.command('Lineclear: Connect Agent…');
  await window.pick('mine', { title: 'Connect Agent' });
  await window.options({ title: 'mine works' });
  await window.screenshot('connect-4-roles');
  await window.pick('Plan, code and review');
  await window.notification('mine is connected as planner, coder, reviewer.').waitFor();
  await window.screenshot('connect-5-connected');
  const written = fs.readFileSync(file, 'utf8');
  expect(written).toMatch(/^# Kept as it is\.\nuser = "anna"\n/);
  expect(written).toMatch(/planner = "mine"[^]*coder = "mine"[^]*reviewer = "mine"/);

  // It counts without a reload.
  await window.command('Lineclear: Create Task');
  await window.input(TASK, { title: 'Create Task' });
  await shows(window, 'Inbox', 'Plan: ');
});

test('an agent is paused, resumed, prompted and stopped in its row; the failed chunk is tried again, then skipped', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window, `${TASK} [slow]`);
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Agents', /Working {2}1\n {2}coder/);
  const coder = window.treeItem('Agents', 'coder');
  const buttons = async (): Promise<string[]> => {
    await coder.hover();
    const labels = await coder
      .getByRole('button')
      .evaluateAll((found) => found.map((button) => button.getAttribute('aria-label')));
    return labels.filter((label) => label !== null);
  };
  await expect.poll(buttons).toEqual(['Pause Agent', 'Stop Agent', 'Show Agent Output']);
  await window.screenshot('steering-1-working');
  await window.treeAction('Agents', 'coder', 'Pause Agent');
  await shows(window, 'Agents', /Idle {2}1\n {2}coder {2}paused by anna · AGE/);
  await expect.poll(buttons).toEqual(['Resume Agent', 'Stop Agent', 'Show Agent Output']);
  await window.screenshot('steering-2-paused');
  await window.treeAction('Agents', 'coder', 'Resume Agent');
  await shows(window, 'Agents', /Working {2}1\n {2}coder/);

  await window.treeAction('Agents', 'coder', 'Show Agent Output');
  const output = window.page.locator('.xterm-rows').first();
  await expect.poll(() => output.innerText()).toContain('Working in processes');
  await window.contextMenu('Agents', 'coder', 'Send Prompt…');
  await window.input('Keep it short');
  await window.pick('At once');
  await shows(window, 'Activity', 'Keep it short');
  await expect.poll(async () => (await output.innerText()).match(/Working in processes/g)?.length).toBe(2);
  // The second answer does not run into the first.
  await expect.poll(() => output.innerText()).toMatch(/\.\s+── is given a prompt ──\s+── says ──/);
  await window.screenshot('steering-3-prompted');
  await window.treeAction('Agents', 'coder', 'Stop Agent');
  await shows(window, 'Inbox', /Failed: .*stopped by anna/);
  await window.screenshot('steering-4-stopped');

  const failed = `Failed: ${TASK} [slow]`;
  await window.contextMenu('Inbox', failed, 'Retry with Prompt…');
  await window.input('Do it in another way');
  await shows(window, 'Agents', /Working {2}1\n {2}coder/);
  await shows(window, 'Activity', 'Do it in another way');
  await window.treeAction('Agents', 'coder', 'Stop Agent');
  await shows(window, 'Inbox', /Failed: .*stopped by anna/);
  await window.contextMenu('Inbox', failed, 'Skip Chunk…');
  await shows(window, 'Tasks', 'Ended');
  await window.tree('Tasks').expandAll();
  await shows(window, 'Tasks', /skipped/);
  await window.screenshot('steering-5-skipped');
});
