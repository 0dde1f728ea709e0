import { expect, test } from 'vitest';
import { windowOn } from './window-on.ts';

const health = [
  { level: 'ok', subject: 'Disk', text: '9.0 GB free' },
  { level: 'failure', subject: 'Log', text: 'cannot be reached', next: 'Start the server.' },
] as const;
const list = `Health: Enter tells all of a line, and what to do where it is not well.
Disk  ok
  9.0 GB free
Log  failure
  cannot be reached. Start the server.`;

test('health is a list; going to a line tells all of it, and what to do where it is not well', async () => {
  const well = windowOn({ health, answers: ['Disk'] });
  await well.run('lineclear.checkHealth');
  expect(well.shown).toEqual([list, 'information: Disk: 9.0 GB free.']);
  const ill = windowOn({ health, answers: ['Log'] });
  await ill.run('lineclear.checkHealth');
  expect(ill.shown).toEqual([list, 'error: Log: cannot be reached. Start the server. [Open Configuration]']);
});

test('who does not want to wait for it leaves', async () => {
  const { run, shown } = windowOn({ health: new Promise(() => undefined), isImpatient: true });
  await run('lineclear.checkHealth');
  expect(shown).toEqual([]);
});
