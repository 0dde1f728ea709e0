import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, isMarked, makeSample, openHigh, rows, shows } from './sample.ts';

const session = useSession();

const PATIENT = { timeout: 20_000 };

test('revisions and changes are compared, and what an agent prints is followed', async () => {
  const folder = makeSample(session());
  const window = await openHigh(session(), folder);
  await createPlanned(window);
  await window.command('Lineclear: Request Changes…');
  await window.input('Mention the licence');
  await shows(window, 'Inbox', 'rev 2');

  await window.command('Lineclear: Compare Plan Revisions…');
  await window.editorTab(`${TASK}: revision 1 and 2`).waitFor();
  await expect.poll(() => window.editorText(), PATIENT).toContain('licence');
  await window.screenshot('compare-revisions');

  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'Ended');
  await shows(window, 'Activity', 'modified README.md');
  // The change is shown as it was, whatever became of the file.
  fs.writeFileSync(path.join(folder, 'README.md'), 'Something else.\n');
  const [label = ''] = /modified README\.md [+−\d ]*\d/.exec(await window.treeText('Activity')) ?? [];
  await window.tree('Activity').click(label);
  await window.editorTab('README.md').waitFor();
  await expect.poll(() => window.editorText(), PATIENT).toContain('Contents');
  await window.screenshot('change-of-a-file');

  await window.command('Lineclear: Show Agent Output');
  await window.pick('planner');
  await expect
    .poll(() => window.page.locator('.xterm-rows').first().innerText(), PATIENT)
    .toContain('Taken up: Mention the licence');
  await window.screenshot('agent-output');
});

test('how the views are filtered, grouped and sorted survives a reload', async () => {
  const window = await openHigh(session(), makeSample(session()));
  await createPlanned(window);
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Tasks', 'Ended');
  await window.command('Lineclear: Filter Activity…');
  await window.pick('By kind…');
  await window.pick('files');
  await expect.poll(() => rows(window, 'Activity'), PATIENT).toMatch(/^modified README\.md .*$/);
  await window.command('Lineclear: Group Agents…');
  await window.pick('By task');
  await shows(window, 'Agents', new RegExp(`^${TASK.replace('.', String.raw`\.`)} {2}3`));
  const agents = async () => (await rows(window, 'Agents')).match(/^ *(?:planner|coder|reviewer)/gm)?.join();
  await window.tree('Agents').expandAll();
  expect(await agents()).not.toBe('  coder,  planner,  reviewer');
  await window.command('Lineclear: Sort Agents…');
  await window.pick('By name');
  await expect.poll(agents, PATIENT).toBe('  coder,  planner,  reviewer');
  await window.reload();
  await window.openContainer('Lineclear');
  await expect.poll(() => rows(window, 'Activity'), PATIENT).toMatch(/^modified README\.md .*$/);
  await shows(window, 'Agents', TASK);
  await window.tree('Agents').expandAll();
  await expect.poll(agents, PATIENT).toBe('  coder,  planner,  reviewer');
  await window.screenshot('filtered-and-grouped');
  await window.command('Lineclear: Clear Activity Filter');
  await shows(window, 'Activity', 'created the task');
});

test('the Explorer marks what agents changed, and warns of a file that two tasks changed', async () => {
  const folder = makeSample(session());
  const window = await openHigh(session(), folder);
  await createPlanned(window, 'Describe the parser');
  await window.command('Lineclear: Create Task');
  await window.input('Describe the query', { title: 'Create Task' });
  await shows(window, 'Inbox', 'Plan: Describe the query');
  const app = await openApp({ root: folder, source: 'cli' });
  try {
    await app.refresh();
    const change = (task_id: string, by: string, file_path: string) =>
      app.emit({
        type: 'file.modified',
        task_id,
        source: 'test',
        source_agent_id: by,
        call_chain: [by],
        data: { operation: 'modify', file_path },
      });
    const [first = '', second = ''] = app.world.tasks.keys();
    await change(first, 'coder-1', 'README.md');
    await change(second, 'coder-2', 'README.md');
    await change(first, 'coder-1', 'package.json');
    await shows(window, 'Activity', /^2 tasks changed README\.md/);
    expect(await window.tree('Activity').tooltip('2 tasks changed README.md')).toContain('Changed by');
    await window.screenshot('shared-file');
    for (const file of ['src/parser.ts', 'src/query.ts', 'src/index.ts']) {
      await change(first, 'coder-1', file);
      await change(second, 'coder-2', file);
    }
  } finally {
    await app.close();
  }
  await shows(window, 'Activity', 'Several tasks changed 4 files');
  await window.tree('Activity').expand('Several tasks changed 4 files');
  await shows(window, 'Activity', /^ {2}2 tasks changed src\/index\.ts/m);
  await window.screenshot('shared-files');
  await window.openContainer('Explorer');
  await isMarked(window, 'README.md', '⚠');
  await isMarked(window, 'package.json', 'C');
  await window.screenshot('explorer-marks');
});
