import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

test('what happened is read as a document and exported as JSON lines', async () => {
  const folder = makeSample(session());
  const window = await openHigh(session(), folder);
  await createPlanned(window);
  await window.command('Lineclear: Show Events');
  await window.pick('All events');
  await expect.poll(() => window.editorText()).toMatch(/plan ready: revision 1, 1 chunk/);
  await window.screenshot('events-as-lines');

  await window.command('Lineclear: Export Events…');
  // The dialog proposes a name in the folder.
  const proposal = window.quickInput.locator('.quick-input-box input');
  await expect.poll(() => proposal.inputValue()).toMatch(/\.jsonl$/);
  await proposal.press('Enter');
  await window.statusMessage(/Exported \d+ events/).waitFor();
  const file = path.join(folder, fs.readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '');
  const types = fs
    .readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(types).toContainEqual(expect.objectContaining({ type: 'plan.ready', version: 2 }));
});

test('agents are given context and stopped, and the task says who stopped them', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window, `${TASK} [slow]`);
  await window.command('Lineclear: Inject Context…');
  await window.input('Keep the tone friendly');
  await shows(window, 'Activity', 'gave context: “Keep the tone friendly”');
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Agents', /Working {2}1\n {2}coder/);
  await window.command('Lineclear: Stop Agent');
  await shows(window, 'Inbox', /Failed: .*stopped by anna/);
});

test('the orchestrator stays stopped until it is started again, and then the work goes on', async () => {
  const folder = makeSample(session());
  const window = await openHigh(session(), folder);
  await createPlanned(window);
  await window.command('Lineclear: Stop Orchestrator');
  await window.notification('Stopped the orchestrator').waitFor();
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'executing');
  const notes = fs.readFileSync(path.join(folder, '.lineclear/orchestrator.log'), 'utf8');
  expect(notes.match(/orchestrating/g)).toHaveLength(1);
  await window.command('Lineclear: Start Orchestrator');
  await shows(window, 'Tasks', 'Ended');
});

test('an orchestrator that ended for lack of work comes back when a plan is approved', async () => {
  const folder = makeSample(session());
  fs.appendFileSync(path.join(folder, '.lineclear/config.toml'), '\n[orchestrator]\nidle_exit = 1\n');
  const log = path.join(folder, '.lineclear/orchestrator.log');
  const window = await openHigh(session(), folder);
  await createPlanned(window);
  await expect.poll(() => fs.readFileSync(log, 'utf8'), { timeout: 10_000 }).toContain('ended: idle');
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'Ended');
  expect(fs.readFileSync(log, 'utf8').match(/orchestrating/g)).toHaveLength(2);
});

test('a planner of the settings that is not there is said before the task is made, and again when it fails', async () => {
  const folder = makeSample(session());
  session().server.changeSettings({ 'lineclear.agents.planner': 'nobody' });
  try {
    const window = await openHigh(session(), folder);
    await window.openContainer('Lineclear');
    await window.command('Lineclear: Create Task');
    await window.answerDialog(/The planner nobody is neither configured nor installed/, 'Create Anyway');
    await window.input(TASK, { title: 'Create Task' });
    await shows(window, 'Inbox', /Failed: .*'nobody' is not configured/);
  } finally {
    session().server.changeSettings({ 'lineclear.agents.planner': undefined });
  }
});
