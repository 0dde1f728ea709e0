import type { TaskState } from '../state/task.ts';
import { planTooLate } from '../state/too-late.ts';
import { Refusal } from './refusal.ts';

/**
 * The revision that waits now. A decision is bound to it, so that a newer one, which nobody has read, is not decided
 * on when it comes in the same moment.
 */
export function waitingRevision(task: TaskState): number {
  if (task.phase === 'plan_review') return task.revision;
  throw new Refusal(
    'not_waiting',
    planTooLate(task, task.revision),
    'See what waits for you: lineclear list --inbox',
  );
}
