import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from '../../scripts/targets.ts';
import { useSession } from './fixture.ts';
import { TASK, makeSample, shows } from './sample.ts';

const session = useSession({ workspaceTrust: true });

test('in Restricted Mode everything is shown and nothing is run, until the folder is trusted', async () => {
  const folder = makeSample(session());
  execFileSync(process.execPath, [path.join(root, 'dist/cli.cjs'), '--root', folder, 'create', TASK], {
    stdio: 'pipe',
  });
  const window = await session().open({ folder });
  await window.openContainer('Lineclear');
  await shows(window, 'Tasks', TASK);
  expect(await window.offersCommand('Lineclear: Approve Plan')).toBe(false);
  await window.screenshot('restricted');
  expect(fs.existsSync(path.join(folder, '.lineclear/orchestrator.log'))).toBe(false);
  await window.trustFolder();
  await shows(window, 'Inbox', 'Plan: ');
});
