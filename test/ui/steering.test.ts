import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

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
