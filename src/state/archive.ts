import { isLive, type AgentState } from './agent.ts';
import type { RemovedEvents } from './history.ts';
import { isOver } from './task-status.ts';
import type { TaskState } from './task.ts';
import type { World } from './world.ts';

/** What stays at hand of a task that ended long ago; everything else is in its events. */
export interface ArchivedTask extends Pick<
  TaskState,
  'task_id' | 'title' | 'phase' | 'phase_since' | 'created_at' | 'updated_at' | 'version'
> {
  /** Its events are not in the log any more. */
  readonly removed?: RemovedEvents;
}

export function archived(task: TaskState): ArchivedTask {
  const { task_id, title, phase, phase_since, created_at, updated_at, version } = task;
  return { task_id, title, phase, phase_since, created_at, updated_at, version };
}

/** All tasks, the oldest first, as far as they are at hand. */
export const allTasks = ({ tasks, archive }: World): readonly (TaskState | ArchivedTask)[] => [
  ...[...archive.values()].filter(({ task_id }) => !tasks.has(task_id)),
  ...tasks.values(),
];

export const titleOf = ({ tasks, archive }: World, taskId: string): string | undefined =>
  (tasks.get(taskId) ?? archive.get(taskId))?.title;

/** Whether a task is over, and all that ran for it was ended. */
export const isAtRest = (task: TaskState): boolean =>
  isOver(task) && (task.phase !== 'cancelled' || task.cancelled?.stopped === true);

/** Whether nothing will come of a task any more: nothing of it waits for a person, nor does its worktree. */
export const canBeArchived = (task: TaskState): boolean =>
  isAtRest(task) && task.excess.length === 0 && task.worktree?.status !== 'open';

/** How many agents that worked for no task are kept after their end. */
const LONERS = 200;

/** Ended agents without a task, beyond those that are kept: the ones that were seen first. */
export function surplusLoners(agents: Iterable<AgentState>): readonly AgentState[] {
  const loners = [...agents].filter((agent) => agent.task_id === undefined && !isLive(agent.status));
  return loners.slice(0, Math.max(0, loners.length - LONERS));
}
