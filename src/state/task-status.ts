import * as l10n from '@vscode/l10n';
import { exceededOf, exceededWords } from './budget.ts';
import { counted } from './counted.ts';
import { type TaskState, isSettled } from './task.ts';
import { type Moment, phaseWords, untilWords } from './wording.ts';

/** `chunk 2 of 3`: the one that runs, else the first that is not done. */
function chunkPosition({ chunks }: TaskState): string[] {
  const running = chunks.findIndex((chunk) => chunk.status === 'running');
  const current = running === -1 ? chunks.findIndex((chunk) => !isSettled(chunk)) : running;
  return current === -1 ? [] : [l10n.t('chunk {0} of {1}', current + 1, chunks.length)];
}

function detailOf(task: TaskState): string[] {
  switch (task.phase) {
    case 'planning':
    case 'plan_review':
      return task.revision > 1 ? [l10n.t('rev {0}', task.revision)] : [];
    case 'executing':
      return chunkPosition(task);
    case 'reviewing':
      return task.review_round > 0 ? [l10n.t('round {0}', task.review_round + 1)] : [];
    case 'created':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return [];
  }
}

/** Whether there is nothing left to do; a failed task can be retried. */
export const isOver = ({ phase }: TaskState): boolean => phase === 'completed' || phase === 'cancelled';

/** Why a task stands still and when it goes on: parts. */
export function parkedWords(task: TaskState, moment: Moment): readonly string[] {
  if (!task.parked) return [];
  const { kind, reason, until } = task.parked;
  if (kind === 'dependency') return [reason];
  if (kind === 'retry') return [l10n.t('tries again: {0}', reason)];
  const exceeded = exceededOf(task);
  const limit = kind === 'rate_limit' ? l10n.t('rate limited') : exceeded && exceededWords(exceeded);
  const why = limit ?? l10n.t('parked: {0}', reason);
  return until === undefined ? [why] : [why, untilWords(until, moment)];
}

/** Where a task is and what it waits for: parts, in the order in which a person asks. */
export const taskStatus = (task: TaskState, moment: Moment): readonly string[] => [
  phaseWords[task.phase],
  ...detailOf(task),
  ...(isOver(task) ? [] : parkedWords(task, moment)),
  // With `scope = "hold"` this is why it stands still.
  ...(task.excess.length > 0 ? [counted(task.excess.length, 'change outside the plan')] : []),
  ...(task.questions.length > 0 ? [l10n.t('waits for an answer')] : []),
  ...(task.permissions.length > 0 ? [l10n.t('waits for permission')] : []),
];
