import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { copyLog } from '../../src/copy-log.ts';
import { createWorkspace } from './workspace.ts';

test('a log is copied to another folder, which shows the same; what cannot be copied is refused with the reason', async () => {
  const { root, run, planWaits } = createWorkspace();
  await planWaits('fix-login', 'Fix the login');
  const other = path.join(root, 'other');
  fs.mkdirSync(other);
  const copied = await run(['copy', '--from', 'sqlite:', '--to', 'sqlite:other', '--json']);
  expect([copied.code, copied.stderr]).toEqual([0, '']);
  expect(JSON.parse(copied.stdout)).toMatchObject({ events: 3, appended: 3, missingBlobs: 0 });
  expect((await run(['--root', other, 'export'])).stdout).toBe((await run(['export'])).stdout);

  const again = await run(['copy', '--from', 'sqlite:', '--to', 'sqlite:other/.lineclear/log.db']);
  expect(again.stdout).toMatch(/^Copied 0 events .*\nBoth have the same 3 events: SHA-256 [0-9a-f]{64}\n/);

  const refused = async (from: string, to: string) =>
    await copyLog({ root, from, to, signal: new AbortController().signal }).catch(String);
  expect(await refused('sqlite:', 'sqlite:')).toContain('Both addresses are of the same log');
  expect(await refused('sqlite:missing.db', 'sqlite:other')).toContain('There is no log at');
  expect(fs.existsSync(path.join(root, 'missing.db'))).toBe(false);
  expect(await refused('sqlite:', 'redis://me:secret@host')).toMatch(/password on a command line/);
  expect(await refused('sqlite:', 'http://host')).toContain(
    "'http://host' is no address of a log: it must be",
  );
});
