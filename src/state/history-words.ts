import * as l10n from '@vscode/l10n';
import { counted } from './counted.ts';
import type { RemovedEvents } from './history.ts';
import type { World } from './world.ts';

/** What became of the events of a task. */
export function removedWords({ at, file, host = '' }: RemovedEvents): string {
  const day = at.slice(0, 10);
  return file === undefined
    ? l10n.t('The events of this task were deleted on {0}.', day)
    : l10n.t('The events of this task were archived on {0}, in {1} on {2}.', day, file, host);
}

/** `108160 events of 520 tasks, up to event 108234`; empty for a log that is whole, as far as it tells. */
export const historyWords = ({ history }: Pick<World, 'history'>): string =>
  history
    ? l10n.t(
        '{0} of {1}, up to event {2}',
        counted(history.events, 'event'),
        counted(history.tasks, 'task'),
        history.upto,
      )
    : '';
