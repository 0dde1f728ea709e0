import * as l10n from '@vscode/l10n';
import { type ParkReason, parkReasonSchema } from '../../contract/events/workspace.ts';
import { HANDED_OUT_AGAIN, letterTitle, reasonWords } from '../../state/dead-letter-words.ts';
import type { DeadLetterState } from '../../state/dead-letters.ts';
import { formatTime } from '../../state/time-format.ts';
import { type Moment, age, capitalized, joined } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
import { cutRows } from './cut-rows.ts';
import { fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

const icons: Readonly<Record<ParkReason, NodeIcon>> = {
  handler_failed: { id: 'error', color: 'list.errorForeground' },
  payload_lost: { id: 'circle-slash', color: 'list.errorForeground' },
  invalid: { id: 'warning', color: 'list.warningForeground' },
  rejected: { id: 'close', color: 'list.errorForeground' },
  predecessor_parked: { id: 'debug-pause' },
};

const contextOf = ({ replayed, event_type }: DeadLetterState): string => {
  if (replayed) return 'letter replayed';
  return event_type === undefined ? 'letter lost' : 'letter waiting';
};

function letterNode(letter: DeadLetterState, moment: Moment): TreeNode {
  const { group, event_id, event_sequence, event_type, error_message, replayed, since, attempts } = letter;
  const label = oneLine(letterTitle(event_type), 60);
  const what = replayed ? HANDED_OUT_AGAIN : oneLine(error_message, 90);
  const description = joined(oneLine(group, 40), what, age(since, moment));
  return {
    id: `letter:${group}/${event_id}`,
    label,
    description,
    icon: replayed ? { id: 'sync' } : icons[letter.reason],
    tooltip: () => ({
      markdown: paragraphs(
        heading(label),
        fact(l10n.t('Group'), group),
        fact(l10n.t('Event'), String(event_sequence)),
        fact(l10n.t('Why'), error_message, 2000),
        fact(l10n.t('Tried'), attempts === 1 ? l10n.t('once') : l10n.t('{0} times', attempts)),
        fact(l10n.t('Since'), formatTime(new Date(since), 'full', moment.timeZone)),
        fact(l10n.t('State'), replayed ? HANDED_OUT_AGAIN : undefined),
      ),
      commands: [],
    }),
    spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
    context: contextOf(letter),
    target: { group, sequence: event_sequence },
    command: 'lineclear.openDeadLetter',
  };
}

function reasonNode(reason: ParkReason, letters: readonly DeadLetterState[], moment: Moment): TreeNode {
  const label = capitalized(reasonWords[reason]);
  const count = String(letters.length);
  return {
    id: `letters:${reason}`,
    label,
    description: count,
    icon: icons[reason],
    spoken: `${label}, ${count}`,
    context: reason === 'payload_lost' ? 'letters lost' : 'letters waiting',
    target: { park_reason: reason },
    expanded: true,
    children: cutRows(
      letters.map((letter) => () => letterNode(letter, moment)),
      `more:${reason}`,
    ),
  };
}

/** What groups of workers could not handle, by reason, the newest first. */
export function deadLettersModel({ deadLetters }: World, moment: Moment): readonly TreeNode[] {
  const byReason = Map.groupBy(deadLetters.toReversed(), ({ reason }) => reason);
  return parkReasonSchema.options.flatMap((reason) => {
    const letters = byReason.get(reason);
    return letters ? [reasonNode(reason, letters, moment)] : [];
  });
}
