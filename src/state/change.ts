import type { AgentEvent } from '../contract/event.ts';
import type { ChunkPlan } from '../contract/events/task.ts';
import type { ChunkState, TaskPhase, TaskState } from './task.ts';

/** What an event does to a task: new values of some fields, or nothing, with the reason. */
export type Change = Partial<TaskState> | { readonly ignored_because: string };

export const ignore = (reason: string): Change => ({ ignored_because: reason });

/** The event fits and leaves the task as it is. */
export const NOTHING: Change = {};

/** A change of phase: moves the task on, so later decisions are derived from this event. */
export const moveTo = (
  phase: TaskPhase,
  event: AgentEvent,
  more: Partial<TaskState> = {},
): Partial<TaskState> => ({
  ...more,
  phase,
  phase_since: event.timestamp,
  cause_id: event.id,
  failed_tries: 0,
  limited_tries: 0,
});

export const freshChunks = (plans: readonly ChunkPlan[]): ChunkState[] =>
  plans.map((plan) => ({ ...plan, status: 'pending', attempt: 0, changed_files: [] }));

export const mergeFiles = (task: TaskState, files: readonly string[]): readonly string[] => {
  const fresh = files.filter((file) => !task.changed_files.includes(file));
  return fresh.length === 0 ? task.changed_files : [...task.changed_files, ...fresh];
};
