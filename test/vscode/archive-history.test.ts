import { expect, test } from 'vitest';
import { windowOn } from './window-on.ts';

const question =
  'Archive 600 events (3 MB) of 3 tasks that ended more than 30 days ago? They go to .lineclear/archive. Titles, dates and ends of the tasks stay here; tasks that go on, notes and what is waited for stay whole. [Archive]';

test('history is archived once the person has seen how much; without anything old it says so', async () => {
  const sure = windowOn({ old: 3, answers: ['Archive'] });
  await sure.run('lineclear.archiveHistory');
  expect(sure.shown).toEqual([question, 'information: Archived 600 events of 3 tasks. [Open Archive]']);
  const unsure = windowOn({ old: 3, answers: [undefined] });
  await unsure.run('lineclear.archiveHistory');
  expect(unsure.shown).toEqual([question]);
  const none = windowOn({ old: 0 });
  await none.run('lineclear.archiveHistory');
  expect(none.shown).toEqual(['Nothing to archive: no task ended more than 30 days ago that nothing needs.']);
});
