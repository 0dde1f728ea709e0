import { describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import type { ParkReason } from '../../src/contract/events/workspace.ts';
import { deadLettersModel } from '../../src/vscode/trees/dead-letters-model.ts';
import { inboxModel } from '../../src/vscode/trees/inbox-model.ts';
import { treeText } from '../../src/vscode/trees/tree-node.ts';
import { windowOn } from './window-on.ts';
import { type Step, momentAfter, worldOf } from './world-of.ts';

const idOf = (number: number): string => `01890000-0000-7000-9000-${String(number).padStart(12, '0')}`;

const parked = (number: number, reason: ParkReason, error_message: string, group = 'mail'): Step => [
  'user:maria',
  'delivery.parked',
  {
    group,
    event_id: idOf(number),
    event_sequence: number,
    ...(reason !== 'payload_lost' && { event_type: 'test.passed' }),
    reason,
    attempts: 1,
    error_message,
  },
];
const replayed = (number: number): Step => [
  'user:maria',
  'delivery.replayed',
  { group: 'mail', event_id: idOf(number) },
];

const some = () =>
  worldOf([
    parked(1, 'handler_failed', 'no connection'),
    parked(2, 'rejected', 'no such address'),
    parked(3, 'handler_failed', 'no connection'),
    parked(4, 'payload_lost', 'Event 4 is not in the log any more.'),
    replayed(3),
  ]);

/** What was asked of the log about dead letters. */
function spiedLetters() {
  const asked: string[] = [];
  const note = (what: string) => {
    asked.push(what);
    return true;
  };
  const letters: Partial<App['deadLetters']> = {
    replay: async (group, sequence) => note(`replay ${group} ${sequence}`),
    replayAll: async ({ group = 'all', reason = 'any' }) => note(`replay all of ${group}, ${reason}`),
    settle: async (group, sequence, how) => note(`${how} ${group} ${sequence}`),
  };
  return { asked, letters };
}

describe('the view Dead Letters', () => {
  test('has them by reason, the newest first, with what becomes of them', () => {
    expect(`\n${treeText(deadLettersModel(some(), momentAfter(6)))}\n`).toBe(`
Failed  2
  test.passed  mail · handed out again · 30 s
  test.passed  mail · no connection · 50 s
Lost  1
  an event that is lost  mail · Event 4 is not in the log any more. · 20 s
Rejected  1
  test.passed  mail · no such address · 40 s
`);
  });

  test('is one matter of the Inbox for each group', () => {
    expect(treeText(inboxModel(some(), momentAfter(6)))).toBe(
      '3 dead letters of mail  Event 4 is not in the log any more. · 50 s',
    );
  });

  test('offers to replay and to edit only what waits and is not lost', () => {
    const rows = deadLettersModel(some(), momentAfter(6)).flatMap(({ children = [] }) => children);
    expect(rows.map(({ context }) => context)).toEqual([
      'letter replayed',
      'letter waiting',
      'letter lost',
      'letter waiting',
    ]);
  });
});

describe('the commands for dead letters', () => {
  test('replay, edit, open and delete the one of the row', async () => {
    const { asked, letters } = spiedLetters();
    const { run, shown } = windowOn({ world: some(), letters, answers: ['Delete'] });
    const target = { group: 'mail', sequence: 2 };
    await run('lineclear.replayDeadLetter', { target });
    await run('lineclear.editDeadLetter', { target });
    await run('lineclear.openDeadLetter', { target });
    await run('lineclear.deleteDeadLetter', { target });
    expect(asked).toEqual(['replay mail 2', 'deleted mail 2']);
    expect(shown).toEqual([
      'Handed out again; it stays a dead letter until it is handled.',
      'edit 2 of mail',
      'dead letter 2 of mail',
      'Delete the dead letter “test.passed” of mail? Nobody gets it again. The event itself stays in the log. [Delete]',
      'Deleted the dead letter.',
    ]);
  });

  test('replay all of a reason or of a group', async () => {
    const { asked, letters } = spiedLetters();
    const { run } = windowOn({ world: some(), letters });
    await run('lineclear.replayDeadLetters', { target: { park_reason: 'rejected' } });
    await run('lineclear.replayDeadLetters', { target: { group: 'mail' } });
    expect(asked).toEqual(['replay all of all, rejected', 'replay all of mail, any']);
  });

  test('from the palette, ask which of those that can be replayed', async () => {
    const { asked, letters } = spiedLetters();
    const { run, shown } = windowOn({ world: some(), letters, answers: [undefined] });
    await run('lineclear.replayDeadLetter');
    expect(shown[0]?.replaceAll(/\d+ d/g, 'n d')).toBe(
      `Replay Dead Letter: Which dead letter?
test.passed  mail · rejected · n d
  no such address
test.passed  mail · failed · n d
  no connection`,
    );
    expect(asked).toEqual([]);
  });

  test('say that somebody was faster', async () => {
    const { asked, letters } = spiedLetters();
    const { run, shown } = windowOn({ world: some(), letters });
    await run('lineclear.replayDeadLetter', { group: 'mail', sequence: 3 });
    await run('lineclear.deleteDeadLetter', { group: 'mail', sequence: 9 });
    expect(asked).toEqual([]);
    expect(shown[0]).toMatch(/This was handed out again already, or its event is lost\./);
    expect(shown[1]).toMatch(/This was settled already\./);
  });
});
