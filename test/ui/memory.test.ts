import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { useSession } from './fixture.ts';
import { makeSample, openHigh, rows, shows } from './sample.ts';

const session = useSession();

test('notes are written, opened as files, compared, settled, searched and restored; contexts are seen', async () => {
  const folder = makeSample(session());
  const app = await openApp({ root: folder, source: 'cli', create: true });
  onTestFinished(() => app.close());
  const memory = await app.memory();
  const coder = app.author('coder-1');
  const { note } = await memory.write({ domain: 'api', text: '# Rate limits\n\nTen a second.\n' }, coder);
  await memory.updateAgentContext({ agentId: 'mary', patch: { status: 'active' } }, app.author('mary'));

  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await shows(window, 'Memory', 'Rate limits');
  await window.treeItem('Memory', 'Rate limits').click();
  await window.editorTab('rate-limits.md').waitFor();
  expect(await window.editorText()).toContain('Ten a second.');

  // What the person writes is a version of the note; what an agent writes at the same time is another one.
  await window.page.keyboard.press('ControlOrMeta+End');
  await window.page.keyboard.insertText('And a hundred a minute.\n');
  await window.page.keyboard.press('ControlOrMeta+S');
  await expect
    .poll(async () => (await memory.get(note.note_id)).body, { timeout: 30_000 })
    .toContain('hundred');
  await memory.update(note.note_id, { text: '# Rate limits\n\nTwenty a second.\n' }, coder, note.event_id);
  await shows(window, 'Memory', 'two versions');
  await shows(window, 'Inbox', /^Two versions: Rate limits {2}anna · coder-1 · AGE$/);
  await window.treeItem('Memory', 'Contexts of agents').click();
  await shows(window, 'Memory', 'mary');
  await window.treeItem('Memory', 'mary').click();
  await shows(window, 'Memory', 'active');
  expect(await rows(window, 'Memory')).toBe(`api  1 · 1 in two versions
  Rate limits  two versions · anna · AGE
Contexts of agents  1
  mary  AGE
    status  active · mary · AGE`);
  await window.treeAction('Memory', 'Rate limits', 'Compare Versions of Note');
  await window.editorTab('Rate limits: anna').waitFor();
  await window.screenshot('memory');
  await window.treeAction('Memory', 'Rate limits', 'Take a Version of Note');
  await window.screenshot('memory-take');
  await window.pick('coder-1', { title: 'Take a Version of “Rate limits”' });
  await expect
    .poll(() => fs.readFileSync(path.join(folder, '.lineclear/memory/api/rate-limits.md'), 'utf8'), {
      timeout: 30_000,
    })
    .toContain('Twenty a second.');
  await shows(window, 'Inbox', /^$/);

  // Once more, and this time the person makes one text of both.
  const settled = await memory.get(note.note_id);
  await memory.update(note.note_id, { text: '# Rate limits\n\nThirty a second.\n' }, coder);
  await memory.update(
    note.note_id,
    { text: '# Rate limits\n\nForty a second.\n' },
    app.author('mary'),
    settled.event_id,
  );
  await memory.updateAgentContext({ agentId: 'mary', patch: { status: 'idle' } }, app.author('mary'));
  const base = memory.state.contexts.get('mary')?.event_id;
  for (const [who, status] of [
    ['mary', 'busy'],
    ['tom', 'away'],
  ] as const)
    await memory.updateAgentContext({ agentId: 'mary', patch: { status }, base }, app.author(who));
  await shows(window, 'Inbox', 'Two values: status of mary  away by tom · busy by mary');
  await window.status(/2 things waiting/).waitFor();
  await window.screenshot('memory-conflicts');
  await window.treeAction('Inbox', 'Two versions: Rate limits', 'Merge Versions of Note');
  await window.editorTab('Rate limits: mary and merged').waitFor();
  await expect.poll(() => window.editorText()).toContain('>>>>>>> mary');
  await window.screenshot('memory-merge');
  await window.page
    .locator('.part.editor .editor-group-container.active .modified .view-line')
    .last()
    .click();
  await window.page.keyboard.press('ControlOrMeta+A');
  await window.page.keyboard.insertText('# Rate limits\n\nThirty-five a second.\n');
  await window.page
    .locator('.part.editor')
    .getByRole('button', { name: 'Accept Merged Note' })
    .last()
    .click();
  await expect.poll(async () => (await memory.get(note.note_id)).body).toContain('Thirty-five');
  await window.treeItem('Inbox', 'Two values: status of mary').click();
  await window.screenshot('memory-value');
  await window.pick('busy', { title: 'Take a Value for “status” of mary' });
  await shows(window, 'Inbox', /^$/);
  await window.command('View: Close All Editors');

  await window.contextMenu('Memory', 'Rate limits', 'Pin Note');
  await shows(window, 'Memory', /^Pinned {2}1\n {2}Rate limits {2}api · anna/);
  await window.treeItem('Memory', 'Rate limits').first().hover();
  const hover = window.page.locator('.monaco-hover', { hasText: 'History' });
  await hover.waitFor();
  await window.screenshot('memory-hover');
  await window.restMouse();
  await window.command('Lineclear: Show Note History');
  await window.page.locator('.quick-input-widget:visible', { hasText: 'History of “Rate limits”' }).waitFor();
  await window.screenshot('memory-history');
  await window.dismiss();

  await window.command('Lineclear: New Note');
  await window.input('Deploy on Fridays', { title: 'New Note' });
  await window.input('ops', { title: 'New Note' });
  await window.editorTab('deploy-on-fridays.md').waitFor();
  await window.command('Lineclear: Search Notes');
  await window.input('frid', { title: 'Search Notes' });
  await window.pick('Deploy on Fridays', { title: 'Search Notes' });

  await window.treeAction('Memory', 'Deploy on Fridays', 'Delete Note');
  await window.answerDialog(/Delete the note/, 'Delete');
  await shows(window, 'Memory', /^Pinned/);
  await window.command('Lineclear: Restore Note');
  await shows(window, 'Memory', 'Deploy on Fridays');
  await window.screenshot('memory-restored');
});
