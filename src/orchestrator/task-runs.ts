import { isEnded } from '../state/task.ts';
import type { TaskState } from '../state/task.ts';
import type { World } from '../state/world.ts';
import type { WatchedAgent } from './resource-watch.ts';
import type { TaskRun } from './task-run.ts';

/** The tasks that run in this process. */
export interface TaskRuns {
  /** Lets each of these tasks decide and act, if it is one of ours. */
  step(taskIds: Iterable<string>): void;
  find(taskId: string): TaskRun | undefined;
  all(): readonly TaskRun[];
  /** Those that spend from the budget of the day, or wait for it. */
  ofTheDay(): readonly string[];
  /** Agents that have processes. */
  watched(): readonly WatchedAgent[];
  /** What has ended is forgotten, so that memory does not grow with the tasks; an event of it makes a new run. Whether it was. */
  forgetEnded(taskId: string): boolean;
  /** Another orchestrator carries the task on: ends what is done for it here. */
  close(taskId: string): Promise<void>;
  closeAll(): Promise<void>;
}

interface TaskRunsOptions {
  readonly world: Pick<World, 'tasks'>;
  readonly isOurs: (task: TaskState) => boolean;
  readonly start: (taskId: string) => TaskRun;
}

export function createTaskRuns({ world, isOurs, start }: TaskRunsOptions): TaskRuns {
  const runs = new Map<string, TaskRun>();

  function runOf(taskId: string): TaskRun {
    const known = runs.get(taskId);
    if (known) return known;
    const run = start(taskId);
    runs.set(taskId, run);
    return run;
  }

  return {
    step(taskIds) {
      for (const taskId of taskIds) {
        const task = world.tasks.get(taskId);
        if (task && isOurs(task)) runOf(taskId).step();
      }
    },
    find: (taskId) => runs.get(taskId),
    all: () => [...runs.values()],
    ofTheDay: () =>
      [...runs]
        .filter(([taskId, run]) => run.isActive() || world.tasks.get(taskId)?.parked?.kind === 'budget')
        .map(([taskId]) => taskId),
    watched: () => [...runs.values()].flatMap((run) => run.watched()),
    forgetEnded(taskId) {
      const task = world.tasks.get(taskId);
      if (runs.get(taskId)?.isActive() || (task && !isEnded(task.phase))) return false;
      runs.delete(taskId);
      return true;
    },
    async close(taskId) {
      const run = runs.get(taskId);
      runs.delete(taskId);
      await run?.close();
    },
    async closeAll() {
      await Promise.all([...runs.values()].map((run) => run.close()));
    },
  };
}
