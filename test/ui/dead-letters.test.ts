import { expect, onTestFinished, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { LineclearError } from '../../src/contract/errors.ts';
import { useSession } from './fixture.ts';
import { makeSample, openHigh, rows, shows } from './sample.ts';

const WHO = 'user:anna';

const session = useSession();

test('dead letters are read, edited until they fit, handed out again and deleted', async () => {
  const folder = makeSample(session());
  const app = await openApp({ root: folder, source: 'cli', create: true });
  const stop = new AbortController();
  const got: string[] = [];
  const consuming = app.consume(
    { group: 'mail', types: ['test.passed'], signal: stop.signal },
    ({ data }) => {
      const name = 'name' in data ? data.name : '';
      if (name.startsWith('no')) throw new LineclearError('delivery_rejected', `there is no ${name}`);
      got.push(name);
    },
  );
  onTestFinished(async () => {
    stop.abort();
    await consuming;
    await app.close();
  });
  for (const name of ['nobody', 'nowhere'])
    await app.emit({
      type: 'test.passed',
      data: { name },
      source: 'test',
      source_agent_id: WHO,
      call_chain: [WHO],
    });

  const window = await openHigh(session(), folder);
  await window.openContainer('Lineclear');
  await shows(window, 'Inbox', '2 dead letters of mail');
  await shows(window, 'Dead Letters', 'nobody');
  expect(await rows(window, 'Dead Letters')).toBe(`Rejected  2
  test.passed  mail · there is no nowhere · AGE
  test.passed  mail · there is no nobody · AGE`);
  const row = (why: string) =>
    window
      .tree('Dead Letters')
      .root.getByRole('treeitem')
      .filter({ hasText: `there is no ${why}` });
  const action = async (why: string, button: string) => {
    await row(why).hover();
    await row(why).getByRole('button', { name: button, exact: true }).click();
  };

  await window.command('Lineclear: Check Health');
  const health = await window.options({ title: 'Health' });
  expect(health).toEqual([
    'Log',
    'Durability',
    'History',
    'Outbox',
    'Group mail',
    'Dead letters',
    'Orchestrator',
    'Agents',
    'Disk',
  ]);
  await window.screenshot('health');
  await window.dismiss();

  await row('nowhere').click();
  await window.editorTab('2 dead letter.txt').waitFor();
  expect(await window.editorText()).toContain('there is no nowhere');
  await row('nowhere').hover();
  await window.screenshot('dead-letters');

  await action('nowhere', 'Edit Dead Letter');
  await window.editorTab('2 data.json').waitFor();
  const write = async (text: string) => {
    await window.page.keyboard.press('ControlOrMeta+A');
    await window.page.keyboard.insertText(text);
    // What the editor closed by itself.
    await window.page.keyboard.press('ControlOrMeta+Shift+End');
    await window.page.keyboard.press('Delete');
    await window.page.keyboard.press('ControlOrMeta+S');
  };
  await write('{"nam": "somewhere"}');
  await window.notification(/Failed to save.*data\.name/).waitFor();
  await window.screenshot('dead-letters-refused');
  await write('{"name": "somewhere"}');
  await window.answer('Saved for the next replay.', 'Replay');
  await shows(window, 'Dead Letters', /^Rejected {2}1\n.*nobody/);
  await shows(window, 'Inbox', '1 dead letter of mail');
  expect(got).toEqual(['somewhere']);

  await action('nobody', 'Delete Dead Letter');
  await window.answerDialog(/Delete the dead letter/, 'Delete');
  await window.tree('Dead Letters').root.waitFor({ state: 'detached' });
  await shows(window, 'Inbox', /^$/);
});
