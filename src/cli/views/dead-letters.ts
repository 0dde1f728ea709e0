import type { DeadLetter } from '../../app.ts';
import { HANDED_OUT_AGAIN, letterHistory, letterTitle, reasonWords } from '../../state/dead-letter-words.ts';
import { type Moment, age } from '../../state/wording.ts';
import { type Cell, type Line, alignColumns, blank, paragraph, row, whole } from '../line.ts';
import { shortIds } from '../short-ids.ts';

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
          ? { text: reasonWords[letter.reason], style: 'red' }
          : { text: HANDED_OUT_AGAIN, style: 'yellow' },
        errorOf(letter),
      ]),
    ),
    ...(left > 0 ? [row({ text: `${left} more: --page`, style: 'dim' })] : []),
  ];
}

/** All that is known about one. */
export function deadLetterDetails(letter: DeadLetter): readonly Line[] {
  const { event, edited_data, attempts } = letter;
  return [
    row({ text: letterTitle(event?.type), style: 'bold' }),
    ...letterHistory(letter).map((line) => row(line)),
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
