import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, rows, shows } from './sample.ts';

const session = useSession();

test('a newcomer is led from an empty view to a finished task', async () => {
  const folder = makeSample(session());
  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await window.sidebar.getByText('Describe what should be done.').waitFor();
  await window.screenshot('1-welcome');

  await window.sidebar.getByRole('button', { name: 'Create Task' }).click();
  await window.input(TASK, { title: 'Create Task' });
  await shows(window, 'Inbox', 'Plan: ');
  await expect
    .poll(() => rows(window, 'Inbox'))
    .toBe(`Plan: ${TASK}  rev 1 · planner (scripted) · 1 chunk · ~$0.01 · AGE`);
  await shows(window, 'Agents', /^Waiting for you {2}1\n {2}planner {2}plan in review/);
  await window.notification('A plan waits for you').waitFor();
  await window.statusMessage('1 waiting').waitFor();
  expect(fs.readFileSync(path.join(folder, 'README.md'), 'utf8')).not.toContain('Contents');
  await window.screenshot('2-plan-waits');

  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'Ended');
  await window.tree('Tasks').expandAll();
  await expect
    .poll(() => rows(window, 'Tasks'))
    .toBe(
      [
        'Ended  1',
        `  ${TASK}  completed · AGE`,
        '    Plan  approved by anna · ~$0.01',
        '    Table of contents in README.md  README.md',
      ].join('\n'),
    );
  await window.sidebar.getByText('Nothing waits for you.').waitFor();
  await shows(window, 'Agents', /^Done {2}3$/);
  expect(fs.readFileSync(path.join(folder, 'README.md'), 'utf8')).toContain('Contents');
  await shows(window, 'Activity', 'modified README.md');
  await window.screenshot('3-completed');

  await window.tree('Tasks').click('Table of contents in README.md');
  await window.editorTab('README.md').waitFor();
});

test('without a mouse: a plan is read, commented, sent back and approved, and its file is opened', async () => {
  const window = await openHigh(session(), makeSample(session()));
  const { keyboard } = window.page;
  await window.commandByKeyboard('Lineclear: Create Task');
  await window.input(TASK, { title: 'Create Task' });
  await window.commandByKeyboard('Lineclear: Focus on Inbox View');
  await shows(window, 'Inbox', 'Plan: ');
  const spoken = (view: string, label: string) => window.treeItem(view, label).getAttribute('aria-label');
  expect(await spoken('Inbox', `Plan: ${TASK}`)).toMatch(
    /^Plan: Add a table of contents to README\.md, rev 1, planner \(scripted\), 1 chunk, ~\$0\.01, /,
  );
  await window.commandByKeyboard('Lineclear: Focus on Inbox View');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');

  const plan = window.webview();
  await plan.getByText('Revision 1 waits for your decision').first().waitFor();
  const tabTo = async (name: string): Promise<void> => {
    for (let step = 0; step < 30; step += 1) {
      await keyboard.press('Tab');
      if ((await plan.locator('body').evaluate(focusedName)) === name) return;
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await tabTo('Comment on the whole plan');
  await window.screenshot('plan-panel-dark');
  await keyboard.type('Mention the licence');
  await tabTo('Request changes');
  await keyboard.press('Enter');
  await plan.getByText('Revision 2 waits for your decision').first().waitFor();
  await shows(window, 'Inbox', 'rev 2');
  await plan.getByText('Mention the licence').first().waitFor();
  await window.screenshot('plan-panel-revision-2');
  await keyboard.press('Control+Enter');
  await shows(window, 'Tasks', 'Ended');
  await plan.getByText('Completed').first().waitFor();
  expect(await spoken('Agents', 'Done')).toMatch(/^Done, \d agents/);
  await tabTo('README.md');
  await keyboard.press('Enter');
  await window.editorTab('README.md').waitFor();
});

/** Runs in the page: the accessible name of what has the focus, through the shadow roots. */
function focusedName(): string {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
}

test('a plan is rejected from the palette with a comment', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window);
  await window.command('Lineclear: Reject Plan…');
  await window.input('Write docs/contents.md instead');
  await shows(window, 'Inbox', 'rev 2');
  await window.treeAction('Inbox', `Plan: ${TASK}`, 'Open Plan');
  await window.webview().getByText('docs/contents.md').first().waitFor();
});

test('with several plans waiting the palette offers them with enough to decide', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window);
  await createPlanned(window, 'Write an overview of the source files');
  await shows(window, 'Inbox', /Plan: .*\nPlan: /);
  await window.command('Lineclear: Approve Plan');
  await window.option('Plan: Write an overview of the source files').waitFor();
  await window.screenshot('approve-one-of-several');
  await window.pick(`Plan: ${TASK}`);
  await shows(window, 'Tasks', 'Ended');
  await shows(window, 'Inbox', 'Plan: Write an overview');
});
