import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openWorkspace } from '../../src/open-workspace.ts';
import { oldAndNewTasks } from '../retention/old-tasks.ts';
import { useSession } from './fixture.ts';
import { makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

/** One goes alone, as a second part of history. */
const OLD = 160;

test('old history is archived, in two goes because it is stopped in the middle, and read in its archive', async () => {
  const folder = makeSample(session());
  const { backend } = await openWorkspace({ root: folder, create: true });
  onTestFinished(() => backend.close());
  await oldAndNewTasks(backend.log, { old: OLD, recent: 10, isBrief: true });
  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await shows(window, 'Activity', 'completed the task');
  await window.command('Lineclear: Show Events');
  await window.pick('All events');
  await expect.poll(() => window.editorText()).toContain('completed the task');
  const lineNumbers = window.page.locator('.part.editor .line-numbers');
  const lastLine = async () => Math.max(...(await lineNumbers.allInnerTexts()).map(Number));
  await expect.poll(lastLine).toBeGreaterThan(5000);

  // A disk on which removing takes a while, until it is told to stop.
  const database = new Database(path.join(folder, '.lineclear/log.db'), { timeout: 10_000 });
  onTestFinished(() => void database.close());
  database.exec(`CREATE TRIGGER slow AFTER DELETE ON events WHEN OLD.type = 'task.completed' BEGIN
    SELECT length(hex(randomblob(5000000))); END`);
  await window.command('Lineclear: Archive Old History…');
  await window.dialog(`of ${OLD} tasks that ended`).waitFor();
  await window.screenshot('history-question');
  await window.answerDialog('Archive', 'Archive');
  await window.notification(/4\d{3} of 4480 events/).waitFor();
  await window.screenshot('history-progress');
  await window.answer('Archiving history', 'Cancel');
  await window
    .notification(/Stopped\. Archived are 4\d{3} events of 15\d tasks; the next time goes on\./)
    .waitFor();
  await window.screenshot('history-stopped');
  database.exec('DROP TRIGGER slow');

  await window.command('Lineclear: Archive Old History…');
  await window.answerDialog('Archive', 'Archive');
  await window.notification(/Archived \d+ events of \d task/).waitFor();
  // The text is less than half as long as it was, and its end is still to be seen.
  await expect.poll(lastLine, { timeout: 20_000 }).toBeLessThan(2500);
  expect(await window.editorText()).toMatch(/archived 4\d{3} events of 15\d tasks/);
  await window.screenshot('history-archived');
  await window.page.locator('.part.editor .view-lines').click();
  await window.page.keyboard.press('ControlOrMeta+Home');
  await expect
    .poll(() => window.editorText())
    .toMatch(/archived \(4480 events of 160 tasks, up to event \d+\)/);

  await window.answer(/Archived \d/, 'Open Archive');
  const label = /^4\d{3} events of 15\d tasks$/;
  const archives = await window.options({ title: 'Open Archive' });
  expect(archives).toEqual([expect.stringMatching(/^\d+ events of \d task/), expect.stringMatching(label)]);
  await window.screenshot('history-archives');
  await window.pick(archives[1] ?? '');
  await expect.poll(() => window.editorText()).toMatch(/completed the task\s*$/);
  await window.screenshot('history-archive');
  await window.command('Lineclear: Show Events');
  await window.page.keyboard.type('module-0-00000');
  await window.pick('Rework of rework-of-module-0-00000: the callers, the…');
  await expect.poll(() => window.editorText()).toContain('The events of this task were archived on');
  expect(await window.editorText()).toContain('completed the task');
  await window.screenshot('history-task');
});
