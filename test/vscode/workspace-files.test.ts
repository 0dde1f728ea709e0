import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFile } from '../../src/vscode/workspace-files.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear files ')));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const workspace = path.join(scratch, 'workspace');
fs.mkdirSync(path.join(workspace, 'src'), { recursive: true });
fs.mkdirSync(path.join(scratch, 'workspace-2'));
fs.writeFileSync(path.join(workspace, 'src/a.ts'), '');
fs.writeFileSync(path.join(scratch, 'secret'), '');
fs.writeFileSync(path.join(scratch, 'workspace-2/b.ts'), '');
fs.symlinkSync(path.join(scratch, 'secret'), path.join(workspace, 'link'));
fs.symlinkSync(scratch, path.join(workspace, 'up'));
fs.symlinkSync(path.join(workspace, 'src'), path.join(workspace, 'inner'));
fs.symlinkSync(workspace, path.join(scratch, 'door'));

test.each([
  ['src/a.ts', 'inside'],
  [path.join(workspace, 'src/a.ts'), 'inside'],
  ['inner/a.ts', 'inside'],
  ['src/../src/a.ts', 'inside'],
  ['src/gone.ts', 'missing'],
  ['../secret', 'outside'],
  ['link', 'outside'],
  ['up/secret', 'outside'],
  [path.join(scratch, 'secret'), 'outside'],
  [path.join(scratch, 'workspace-2/b.ts'), 'outside'],
  ['../gone', 'outside'],
  ['/etc/hosts', 'outside'],
])('%s is %s', async (named, kind) => {
  expect(await findFile([workspace], named)).toMatchObject({ kind });
});

test('a workspace that is itself opened through a symbolic link has its files inside', async () => {
  const found = await findFile([path.join(scratch, 'door')], 'src/a.ts');
  expect(found).toEqual({ kind: 'inside', path: path.join(workspace, 'src/a.ts') });
});
