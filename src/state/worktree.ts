import type { EventData } from '../contract/catalog.ts';
import type { EventOf } from '../contract/event.ts';
import { LineclearError } from '../contract/errors.ts';
import { type Change, ignore } from './change.ts';
import { isAtRest } from './archive.ts';
import type { TaskState } from './task.ts';

/** The git worktree that a task's agents work in. */
export interface TaskWorktree extends EventData<'worktree.created'> {
  readonly status: 'open' | 'merged' | 'discarded';
  /** The commit that brought its work in. */
  readonly commit?: string | undefined;
}

export function onWorktree(
  task: TaskState,
  event: EventOf<'worktree.created' | 'worktree.merged' | 'worktree.discarded'>,
): Change {
  const { worktree } = task;
  if (event.type === 'worktree.created')
    return worktree
      ? ignore('the task has a worktree already')
      : { worktree: { ...event.data, status: 'open' } };
  if (!worktree) return ignore('the task has no worktree');
  if (worktree.status !== 'open') return ignore(`the worktree is ${worktree.status} already`);
  return event.type === 'worktree.merged'
    ? { worktree: { ...worktree, status: 'merged', commit: event.data.commit } }
    : { worktree: { ...worktree, status: 'discarded' } };
}

/** Whether nobody works in the worktree of a task any more, so that it can be merged or thrown away. */
const isFree = (task: TaskState): boolean => task.phase === 'failed' || isAtRest(task);

/** Whether the worktree can be merged or thrown away now. */
export const canSettleWorktree = (task: TaskState): boolean =>
  task.worktree?.status === 'open' && isFree(task);

/** The worktree that can be merged or thrown away now. Throws `not_waiting`. */
export function openWorktreeOf(task: TaskState): TaskWorktree {
  const { worktree } = task;
  if (!worktree) throw new LineclearError('not_waiting', `“${task.title}” has no worktree of its own.`);
  if (worktree.status !== 'open')
    throw new LineclearError('not_waiting', `The worktree of “${task.title}” is ${worktree.status} already.`);
  if (!isFree(task))
    throw new LineclearError(
      'not_waiting',
      `“${task.title}” is still at work in its worktree: wait for its end, or cancel it.`,
    );
  return worktree;
}
