import {
  deleteDeadLetter,
  editDeadLetter,
  openDeadLetter,
  replayDeadLetter,
  replayDeadLetters,
} from '../handlers/dead-letters.ts';
import { targetSchema } from '../target.ts';
import { type Command, inMenu, inline, row, withLog } from './define-command.ts';

const some = 'lineclear.deadLetters > 0';

/** Commands about events that a group of workers could not handle. */
export const deadLetterCommands = {
  'lineclear.showDeadLetters': withLog({
    title: 'Show Dead Letters',
    icon: 'mail',
    palette: some,
    placements: [inMenu(row('inbox dead_letters'), '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: ({ screen }) => screen.showDeadLetters(),
  }),
  'lineclear.openDeadLetter': withLog({
    title: 'Open Dead Letter',
    palette: some,
    placements: [inMenu(row('letter '), '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: openDeadLetter,
  }),
  'lineclear.replayDeadLetter': withLog({
    title: 'Replay Dead Letter',
    icon: 'debug-rerun',
    palette: some,
    placements: [inline(row('letter waiting'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: replayDeadLetter,
  }),
  'lineclear.replayDeadLetters': withLog({
    title: 'Replay All Dead Letters',
    icon: 'run-all',
    palette: some,
    placements: [inline(row('letters waiting'), 1), inline(row('inbox dead_letters'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: replayDeadLetters,
  }),
  'lineclear.editDeadLetter': withLog({
    title: 'Edit Dead Letter',
    icon: 'edit',
    palette: some,
    placements: [inline(row('letter waiting'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: editDeadLetter,
  }),
  'lineclear.deleteDeadLetter': withLog({
    title: 'Delete Dead Letter',
    icon: 'trash',
    palette: some,
    placements: [inline(row('letter '), 3)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: deleteDeadLetter,
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
