import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './fixture.ts';
import { TASK, createPlanned, makeSample, openHigh, rows, shows } from './sample.ts';

const session = useSession({ theme: 'dark' });

const RULE = `
[[rules]]
name = "node"
action = "allow"
commands = ["node *"]
`;

test('what waits is put off, a rule answers for the person, and a rate limit is waited out', async () => {
  const folder = makeSample(session());
  fs.appendFileSync(path.join(folder, '.lineclear/config.toml'), RULE);
  const window = await openHigh(session(), folder);
  await createPlanned(window, `${TASK} [permission: node --version] [rate-limit: 3h]`);

  await window.command('Lineclear: Snooze…');
  await window.pick('1 hour');
  await shows(window, 'Inbox', /^Snoozed {2}1/);
  await window.screenshot('limits-snoozed');
  await window.command('Lineclear: Approve Plan');

  await shows(window, 'Tasks', 'rate limited · resumes in AGE');
  await shows(window, 'Agents', 'rate limited · resumes in AGE');
  await window.screenshot('limits-rate-limited');
  await window.command('Lineclear: Resume Task');

  await shows(window, 'Tasks', 'Ended');
  await shows(window, 'Activity', 'allowed by rule node');
  expect(await rows(window, 'Inbox')).not.toContain('Permission');
  await window.screenshot('limits-rule');
});
