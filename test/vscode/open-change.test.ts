import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { openChange } from '../../src/vscode/handlers/open-change.ts';
import { fakeScreen } from './fake-screen.ts';
import { logContext } from './log-context.ts';

const BEFORE = `blob:${'a'.repeat(64)}`;
const AFTER = `blob:${'b'.repeat(64)}`;

async function open() {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s a change '));
  const app: App = await openApp({ root, source: 'vscode' });
  onTestFinished(async () => {
    await app.close();
    fs.rmSync(root, { recursive: true, force: true });
  });
  const screen = fakeScreen();
  const context = logContext(app, screen);
  return {
    shown: screen.shown,
    async show(type: string, data: object) {
      const by = 'coder-1';
      const { sequence } = await app.emit({
        type,
        source: 'test',
        source_agent_id: by,
        call_chain: [by],
        data,
      });
      await openChange(context, { sequence });
    },
  };
}

test('a change whose sides were kept is compared', async () => {
  const { show, shown } = await open();
  const data = { operation: 'modify', file_path: 'src/a.ts', before_ref: BEFORE, after_ref: AFTER };
  await show('file.modified', data);
  expect(shown).toEqual([
    expect.stringMatching(new RegExp(`^change src/a.ts \\(coder-1, \\d\\d:\\d\\d\\): ${BEFORE} → ${AFTER}$`)),
  ]);
});

test('a file that came or went is compared with nothing', async () => {
  const { show, shown } = await open();
  await show('file.created', { operation: 'create', file_path: 'a', after_ref: AFTER });
  await show('file.deleted', { operation: 'delete', file_path: 'a', before_ref: BEFORE });
  expect(shown.map((line) => line.replace(/^.*: /, ''))).toEqual([
    `nothing → ${AFTER}`,
    `${BEFORE} → nothing`,
  ]);
});

test('where what changed was not recorded, that is said and the file is shown', async () => {
  const { show, shown } = await open();
  await show('file.modified', { operation: 'modify', file_path: 'src/a.ts', after_ref: AFTER });
  expect(shown).toEqual([
    'What changed in src/a.ts was not recorded: this is the file as it is now.',
    'file src/a.ts',
  ]);
  await expect(show('file.deleted', { operation: 'delete', file_path: 'b' })).rejects.toThrow(
    'What was in b was not recorded, and it was deleted.',
  );
});
