import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, makeSample, openHigh, shows } from './sample.ts';

const session = useSession({ languages: ['de'] });

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

test('a person whose VS Code is German reads and decides in German', async () => {
  const user = await session().addUser({ viewport: { width: 1280, height: 1600 }, locale: 'de-DE' });
  const window = await openHigh(session(), makeSample(session()), user);
  await window.openContainer('Lineclear');
  await window.command('Lineclear: Aufgabe erstellen');
  await window.input(TASK, { title: 'Aufgabe erstellen' });
  await shows(window, 'Eingang', /Fassung 1 · planner \(scripted\) · 1 Abschnitt · ~\$0\.01 · /);
  await window.notification('Ein Plan wartet auf Sie').waitFor();
  await window.command('Lineclear: Leitstand öffnen');
  await window.webview().getByText('Kosten heute').waitFor();
  await window.screenshot('german-1-command-center');

  await window.treeAction('Eingang', `Plan: ${TASK}`, 'Plan öffnen');
  const plan = window.webview();
  await plan.getByText('Fassung 1 wartet auf Ihre Entscheidung').first().waitFor();
  await plan.getByRole('button', { name: 'Änderungen verlangen' }).waitFor();
  await window.screenshot('german-2-plan');

  // Its tab is in the background and has no page yet.
  await window.reload();
  await window.command('Lineclear: Leitstand öffnen');
  await window.webview().getByText('Kosten heute').waitFor();
  await expect.poll(() => window.editorTab('Leitstand').count()).toBe(1);
  await window.editorTab(`Plan: ${TASK}`).click();
  await plan.getByRole('button', { name: 'Freigeben' }).click();
  await plan.getByText('Freigegeben durch Sie').waitFor();
  await shows(window, 'Aktivität', 'schloss die Aufgabe ab');
  await window.tree('Aufgaben').expandAll();
  await window.screenshot('german-3-completed');
});
