import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from '../../src/agents/process-tree.ts';
import { openApp } from '../../src/app.ts';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, isMarked, makeSample, openHigh, shows } from './sample.ts';

const session = useSession({ theme: 'light' });

/** Agents of the workspace whose processes the operating system still has. */
async function livingAgents(root: string): Promise<string[]> {
  const app = await openApp({ root, source: 'cli', create: false });
  try {
    await app.refresh();
    const agents = [...app.world.agents.values()];
    return agents.filter((agent) => agent.process && isAlive(agent.process)).map((agent) => agent.agent_id);
  } finally {
    await app.close();
  }
}

test('a question is answered with one of its options, and the plan goes by it', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await window.openContainer('Lineclear');
  await window.command('Lineclear: Create Task');
  await window.input(`${TASK} [ask: Which tone?|formal|friendly]`, { title: 'Create Task' });
  await shows(window, 'Inbox', 'Which tone?');
  await window.screenshot('question-light');
  await window.command('Lineclear: Answer Question…');
  await window.pick('friendly');
  await shows(window, 'Inbox', 'Plan: ');
  await window.command('Lineclear: Open Plan');
  await window.webview().getByText('Which tone? friendly').waitFor();
});

test.each([
  ['Allow', 'allowed it'],
  ['Deny', 'denied it'],
])('a permission is decided in its row: %s', async (button, told) => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window, `${TASK} [permission: npm test]`);
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Inbox', 'npm test');
  await window.screenshot(`permission-light`);
  // As long as its chunk runs, the coder holds the file.
  await window.openContainer('Explorer');
  await isMarked(window, 'README.md', 'C');
  await window.page.locator('.explorer-folders-view [role=treeitem]', { hasText: 'README.md' }).hover();
  await window.page.getByText(/holds this for the chunk/).waitFor();
  await window.screenshot('explorer-held');
  await window.openContainer('Lineclear');
  await window.tree('Inbox').root.getByRole('treeitem').first().hover();
  await window
    .tree('Inbox')
    .root.getByRole('button', { name: `${button} Permission` })
    .click();
  await shows(window, 'Tasks', 'Ended');
  await shows(window, 'Activity', told);
});

test('a cancelled task leaves no process behind, in a folder with spaces and quotes', async () => {
  const folder = makeSample(session(), `it's a "quoted" path`);
  const window = await openHigh(session(), folder);
  await createPlanned(window, `${TASK} [slow]`);
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Agents', /Working {2}1\n {2}coder/);
  expect(await livingAgents(folder)).toEqual([expect.stringMatching(/^coder-/)]);
  await window.screenshot('working-light');
  await window.command('Lineclear: Cancel Task');
  await window.answerDialog(/Cancel “/, 'Cancel Task');
  await shows(window, 'Tasks', 'Ended');
  await window.tree('Tasks').expandAll();
  await shows(window, 'Tasks', 'cancelled');
  await shows(window, 'Agents', /^Done/);
  expect(await livingAgents(folder)).toEqual([]);
});

test('a failed task waits in the inbox with the reason, and is retried from there', async () => {
  const folder = makeSample(session());
  fs.appendFileSync(path.join(folder, '.lineclear/config.toml'), '\n[orchestrator]\nretry_delays = []\n');
  const window = await openHigh(session(), folder);
  await createPlanned(window, `${TASK} [crash]`);
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Inbox', 'Failed');
  await window.screenshot('failed-light');
  await window.command('Lineclear: Retry Task');
  await shows(window, 'Activity', 'asked for another try');
  await shows(window, 'Inbox', 'Failed');
});
