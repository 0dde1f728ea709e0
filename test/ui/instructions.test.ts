import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { useSession } from './fixture.ts';
import { makeSample, openHigh, shows } from './sample.ts';

const session = useSession();
const WAIT = { timeout: 30_000 };

test('instruction files get one section after a look at it; what somebody makes of it is taken over or undone', async () => {
  const folder = makeSample(session());
  const file = (name: string) => path.join(folder, name);
  const read = (name: string) => fs.readFileSync(file(name), 'utf8');
  fs.writeFileSync(file('CLAUDE.md'), '# Claude\n');
  fs.writeFileSync(file('AGENTS.md'), '# Agents');
  const app = await openApp({ root: folder, source: 'cli', create: true });
  onTestFinished(() => app.close());
  const memory = await app.memory();
  const text = '# Tests\n\nRun them before you say that it works.\n';
  const { note } = await memory.write({ domain: 'instructions', text }, app.author());

  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await shows(window, 'Memory', 'Tests');
  await window.command('Lineclear: Keep Instruction Files the Same…');
  const tab = window.page.getByRole('tab', { name: /^Instruction files/ });
  await tab.waitFor();
  await window.page.locator('.multiDiffEntry', { hasText: 'lineclear:end' }).nth(1).waitFor();
  await window.screenshot('instructions-preview');
  expect(read('CLAUDE.md')).toBe('# Claude\n');
  await window.pick('Switch On', { title: 'Keep Instruction Files the Same' });
  await expect
    .poll(() => [read('CLAUDE.md'), read('AGENTS.md')], WAIT)
    .toEqual([
      expect.stringMatching(/^# Claude\n\n<!-- lineclear:begin[^]*Run them before/),
      expect.stringMatching(/^# Agents\n\n<!-- lineclear:begin[^]*Run them before/),
    ]);
  await shows(window, 'Memory', 'Instruction files');

  fs.writeFileSync(file('CLAUDE.md'), read('CLAUDE.md').replace('before', 'twice before'));
  fs.rmSync(file('AGENTS.md'));
  await shows(window, 'Inbox', 'Instruction file deleted: AGENTS.md');
  await shows(window, 'Inbox', 'Instructions edited: CLAUDE.md');
  await window.treeItem('Memory', 'Instruction files').click();
  await shows(window, 'Memory', '2 changed\n  AGENTS.md  deleted\n  CLAUDE.md  edited\n');
  await window.treeItem('Inbox', 'Instructions edited: CLAUDE.md').click();
  await window.editorTab('CLAUDE.md: as the notes say').waitFor();
  await window.screenshot('instructions-drift');
  await window.treeAction('Inbox', 'Instructions edited: CLAUDE.md', 'Take Over Instructions');
  await window.answerDialog(/Take over what was made of CLAUDE\.md\?[^]*Changed: Tests/, 'Take Over');
  await expect.poll(async () => (await memory.get(note.note_id)).body, WAIT).toContain('twice before');
  await window.treeAction('Inbox', 'Instruction file deleted: AGENTS.md', 'Undo Instructions');
  await window.answerDialog(/Write the section of AGENTS\.md/, 'Undo');
  await shows(window, 'Inbox', /^$/);
  expect(read('AGENTS.md')).toMatch(/^<!-- lineclear:begin[^]*twice before/);
  await window.screenshot('instructions-settled');
});
