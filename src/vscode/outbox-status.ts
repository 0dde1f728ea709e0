import * as l10n from '@vscode/l10n';
import type { App } from '../app.ts';
import { counted } from '../state/counted.ts';
import { markdownText } from './inert-text.ts';
import { sentences } from './sentences.ts';
import type { Status } from './status.ts';

/** What was stored to be recorded later, as far as it is told. */
export type WaitingOutbox = Pick<App['outbox'], 'waiting' | 'refused'>;

export const NOTHING_WAITS: WaitingOutbox = { waiting: 0, refused: [] };

/** That something waits for the log. */
export const waitingWordsOf = ({ waiting }: WaitingOutbox): string[] =>
  waiting === 0 ? [] : [l10n.t('Stored until the log can be reached: {0}.', counted(waiting, 'event'))];

/** What is stored and not recorded, while the log can be reached. */
export function outboxStatusOf({ waiting, refused, cause }: App['outbox']): Status | undefined {
  const command = 'lineclear.checkHealth';
  if (refused.length > 0) {
    const words = [
      l10n.t('What was stored to be recorded later was refused: {0}.', counted(refused.length, 'event')),
      l10n.t('Check Health names the files, which say why.'),
    ];
    return {
      text: `$(warning) ${l10n.t('{0} not recorded', refused.length)}`,
      tooltip: words.map((part) => markdownText(part)).join('\n\n'),
      spoken: `Lineclear: ${sentences(...words)}`,
      severity: 'warning',
      command,
    };
  }
  if (waiting === 0 || !cause) return undefined;
  const words = [l10n.t('{0} not recorded yet: {1}', counted(waiting, 'event'), cause.message), cause.next];
  return {
    text: `$(sync-ignored) ${l10n.t('{0} not recorded yet', waiting)}`,
    tooltip: words.map((part) => markdownText(part)).join('\n\n'),
    spoken: `Lineclear: ${sentences(...words)}`,
    severity: 'warning',
    command,
  };
}
