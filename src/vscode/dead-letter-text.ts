import * as l10n from '@vscode/l10n';
import { type LetterFacts, letterHistory, letterTitle } from '../state/dead-letter-words.ts';

const json = (data: unknown): string => JSON.stringify(data, undefined, 2);

const section = (title: string, ...lines: readonly string[]): readonly string[] => ['', title, ...lines];

/** A dead letter as a text: what it is about, every attempt, and the data. */
export function deadLetterText(letter: LetterFacts): string {
  const { event, edited_data, attempts } = letter;
  return [
    letterTitle(event?.type),
    ...letterHistory(letter),
    ...section(
      l10n.t('Attempts'),
      ...attempts.flatMap(({ at, worker, error }, index) => [
        `${index + 1}  ${at}  ${worker}`,
        ...error.split('\n').map((line) => `   ${line}`),
      ]),
    ),
    ...(event ? section(l10n.t('Data'), json(event.data)) : []),
    ...(edited_data === undefined ? [] : section(l10n.t('Edited'), json(edited_data))),
    '',
  ].join('\n');
}
