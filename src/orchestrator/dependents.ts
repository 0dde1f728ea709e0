import type { TaskState } from '../state/task.ts';

/** Which tasks wait for which: who is to be looked at when another one moves on. */
export interface Dependents {
  note(task: Pick<TaskState, 'task_id' | 'depends_on'>): void;
  /** The tasks themselves, and those that depend on them. */
  with(taskIds: Iterable<string>): ReadonlySet<string>;
}

export function createDependents(): Dependents {
  const known = new Map<string, Set<string>>();
  return {
    note({ task_id, depends_on }) {
      for (const id of depends_on) {
        const others = known.get(id) ?? new Set();
        known.set(id, others.add(task_id));
      }
    },
    with: (taskIds) => new Set([...taskIds].flatMap((id) => [id, ...(known.get(id) ?? [])])),
  };
}
