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

[budget]
task_tokens = 40000
`;

test('what waits is put off, a rule answers, a rate limit is waited out, and a budget is raised', async () => {
  const folder = makeSample(session());
  fs.appendFileSync(path.join(folder, '.lineclear/config.toml'), RULE);
  const window = await openHigh(session(), folder);
  await createPlanned(window, `${TASK} [permission: node --version] [rate-limit: 3h]`);

  await window.command('Lineclear: Snooze…');
  await window.pick('1 hour');
  await shows(window, 'Inbox', /^Snoozed {2}1/);
  await window.screenshot('limits-snoozed');
  await window.command('Lineclear: Approve Plan');

  await shows(window, 'Tasks', 'Until TIME, in AGE · rate limited');
  await shows(window, 'Agents', 'rate limited · until TIME, in AGE');
  await shows(window, 'Activity', 'until TIME, in AGE');
  await window.screenshot('limits-rate-limited');
  await window.command('Lineclear: Resume Task');

  await shows(window, 'Tasks', 'Ended');
  await shows(window, 'Activity', 'allowed by rule node');
  expect(await rows(window, 'Inbox')).not.toContain('Permission');
  await window.screenshot('limits-rule');

  await createPlanned(window, `${TASK} [tokens: 50000 wait]`);
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Inbox', `Budget: ${TASK}`);
  await shows(window, 'Tasks', 'the budget, 40.0k tokens, is used up');
  await window.screenshot('limits-budget');
  await window.command('Lineclear: Raise Budget…');
  await window.screenshot('limits-raise-budget');
  await window.pick('80000');
  await shows(window, 'Tasks', /^Ended {2}2/m);
  expect(await rows(window, 'Inbox')).not.toContain('Budget');
});
