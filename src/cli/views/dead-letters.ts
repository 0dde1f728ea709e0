import type { DeadLetter } from '../../app.ts';
import { type Moment, age, counted } from '../../state/wording.ts';
import { type Cell, type Line, alignColumns, blank, paragraph, row, whole } from '../line.ts';
import { shortIds } from '../short-ids.ts';

const REASONS: Readonly<Record<DeadLetter['reason'], string>> = {
  handler_failed: 'failed',
  payload_lost: 'lost',
  invalid: 'not readable',
  rejected: 'rejected',
  predecessor_parked: 'behind a dead letter',
};

const errorOf = ({ attempts }: DeadLetter): string => attempts.at(-1)?.error ?? '';

/** One line each, the oldest of each group first. */
export function deadLetterList(
  letters: readonly DeadLetter[],
  left: number,
  { now }: Moment,
): readonly Line[] {
  if (letters.length === 0) return [whole('No dead letters.')];
  const short = shortIds(letters.map(({ event_id }) => event_id));
  return [
    ...alignColumns(
      letters.map((letter): readonly Cell[] => [
        { text: short.get(letter.event_id) ?? letter.event_id, style: 'dim' },
        letter.group,
        letter.event?.type ?? '',
        { text: age(letter.parked_at, { now }), style: 'dim' },
        letter.replayed_at === undefined
          ? { text: REASONS[letter.reason], style: 'red' }
          : { text: 'handed out again', style: 'yellow' },
        errorOf(letter),
      ]),
    ),
    ...(left > 0 ? [row({ text: `${left} more: --page`, style: 'dim' })] : []),
  ];
}

/** All that is known about one. */
export function deadLetterDetails(letter: DeadLetter): readonly Line[] {
  const { event, edited_data, attempts, group, sequence, parked } = letter;
  return [
    row(
      { text: event?.type ?? 'an event that is lost', style: 'bold' },
      `  event ${sequence}, group ${group}`,
    ),
    row(`${REASONS[letter.reason]}, parked ${counted(parked, 'time')}, last at ${letter.parked_at}`),
    ...(letter.replayed_at === undefined ? [] : [row(`handed out again at ${letter.replayed_at}`)]),
    blank,
    ...attempts.flatMap(({ at, worker, error }) => [
      row({ text: `${at}  ${worker}`, style: 'dim' }),
      ...paragraph(error, '  '),
    ]),
    blank,
    ...(event === undefined ? [] : paragraph(JSON.stringify(event.data, undefined, 2))),
    ...(edited_data === undefined
      ? []
      : [blank, row('Edited:'), ...paragraph(JSON.stringify(edited_data, undefined, 2))]),
  ];
}
