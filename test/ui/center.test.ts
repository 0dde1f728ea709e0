import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

test('a task is created, approved and watched in the command center, whose events open where they stand', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await window.openContainer('Lineclear');
  await window.command('Lineclear: Open Command Center');
  const center = window.webview();
  await center.getByText('Nothing has happened here yet').waitFor();
  await window.screenshot('center-1-nothing-yet');

  await center.getByRole('button', { name: 'Create Task' }).click();
  await window.input(TASK, { title: 'Create Task' });
  await shows(window, 'Inbox', 'Plan: ');
  await center.getByRole('button', { name: /^planner \(scripted\)/ }).waitFor();
  await expect.poll(() => center.locator('dl').innerText()).toMatch(/waiting for you\s+1\b/);
  await window.screenshot('center-2-plan-waits');

  const whom = center.getByRole('combobox', { name: 'Of whom' });
  await whom.selectOption({ label: `${TASK} — task · plan in review` });
  const what = center.getByRole('combobox', { name: 'What', exact: true });
  await expect
    .poll(() => what.locator('option').allInnerTexts())
    .toEqual([
      'Approve Plan, revision 1',
      'Request Changes',
      'Reject Plan',
      'Send Prompt',
      'Inject Context',
      'Cancel Task',
      'Snooze Plan for an Hour',
    ]);
  await center.getByRole('textbox').fill('Keep it short');
  await center.getByRole('button', { name: 'Approve Plan, revision 1' }).click();
  await shows(window, 'Tasks', 'Ended');
  await center.getByRole('button', { name: /^coder \(scripted\)/ }).waitFor();
  await expect.poll(() => center.locator('dl').innerText()).toMatch(/waiting for you\s+0\b/);
  await window.screenshot('center-3-completed');

  const timeline = center.getByRole('application');
  await timeline.focus();
  await timeline.press('End');
  await timeline.press('ArrowLeft');
  await expect.poll(() => center.getByRole('status').innerText()).toMatch(/^\S+.*, \d\d:\d\d:\d\d: ./);
  const said = await center.getByRole('status').innerText();
  await window.screenshot('center-4-keyboard');
  await timeline.press('Enter');
  await window.editorTab('All events.log').waitFor();
  expect(await window.editorText()).toContain(said.replace(/^.*?\d\d:\d\d:\d\d: /, '').slice(0, 30));
  await window.screenshot('center-5-event');

  await window.reload();
  await center.getByRole('button', { name: /^coder \(scripted\)/ }).waitFor({ timeout: 30_000 });
  await center.getByRole('button', { name: 'Show as a list' }).click();
  await center.getByRole('button', { name: 'completed the task' }).waitFor();
  await window.screenshot('center-6-restored-list');
});
