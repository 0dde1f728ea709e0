import { expect, test } from 'vitest';
import { windowOn } from './window-on.ts';

test('health is a list with what to do; going to what is not well opens the configuration', async () => {
  const health = [
    { level: 'ok', subject: 'Disk', text: '9.0 GB free' },
    { level: 'failure', subject: 'Log', text: 'cannot be reached', next: 'Start the server.' },
  ] as const;
  const list = `Health: What is not well says what to do. Enter opens the configuration.
Disk  ok: 9.0 GB free
Log  failure: cannot be reached
  Start the server.`;
  const well = windowOn({ health, answers: ['Disk'] });
  await well.run('lineclear.checkHealth');
  expect(well.shown).toEqual([list]);
  const ill = windowOn({ health, answers: ['Log'] });
  await ill.run('lineclear.checkHealth');
  expect(ill.shown).toEqual([list, 'configuration']);
});
