import { type Priority, prioritySchema } from '../contract/event.ts';

/** A task as far as it matters who comes first. */
interface Candidate {
  readonly task_id: string;
  readonly priority: Priority;
  readonly created_at: string;
}

/** Lets so many tasks at a time have an agent's turn: the more urgent first, of equals the older. */
export interface TurnGate {
  /** Whether the task may go on now; it then holds a place. Otherwise it waits, and is woken to ask again. */
  enter(task: Candidate): boolean;
  /** Gives the place back, or does not wait for one any more. */
  leave(taskId: string): void;
  /** Takes a place though none may be free: for a turn that stood still while somebody thought. */
  comeBack(taskId: string): void;
  /** Lets nobody in any more. */
  close(): void;
}

/** From the least urgent on. */
const PRIORITIES = prioritySchema.options;

const inOrder = (a: Candidate, b: Candidate): number =>
  PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority) ||
  a.created_at.localeCompare(b.created_at) ||
  a.task_id.localeCompare(b.task_id);

export function createTurnGate(places: () => number, wake: (taskId: string) => void): TurnGate {
  const inside = new Set<string>();
  const waiting = new Map<string, Candidate>();
  let isClosed = false;

  /** Those whose turn it is. */
  const next = () => [...waiting.values()].toSorted(inOrder).slice(0, Math.max(0, places() - inside.size));

  return {
    enter(task) {
      const { task_id } = task;
      if (isClosed) return false;
      if (inside.has(task_id)) return true;
      waiting.set(task_id, task);
      if (!next().includes(task)) return false;
      waiting.delete(task_id);
      inside.add(task_id);
      return true;
    },
    leave(taskId) {
      const wasInside = inside.delete(taskId);
      if (!waiting.delete(taskId) && !wasInside) return;
      for (const { task_id } of next()) wake(task_id);
    },
    comeBack(taskId) {
      inside.add(taskId);
    },
    close() {
      isClosed = true;
    },
  };
}
