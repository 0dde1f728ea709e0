import type { EventOf } from '../contract/event.ts';
import { type Change, ignore } from './change.ts';
import { type TaskState, isEnded } from './task.ts';

/** The task waits, and goes on when its time has come or a person says so. */
export function onParking(
  task: TaskState,
  event: EventOf<'task.parked' | 'task.resumed' | 'user.resumed_task'>,
): Change {
  const cause_id = event.id;
  if (event.type === 'task.parked') {
    if (isEnded(task.phase)) return ignore(`the task is ${task.phase} already`);
    const parked = { ...event.data, since: event.timestamp };
    return parked.kind === 'retry'
      ? { parked, cause_id, failed_tries: task.failed_tries + 1 }
      : { parked, cause_id };
  }
  if (!task.parked) return ignore('the task is not parked');
  // Who lets a task go on that waits for others does not want it to wait for them again.
  const is_unbound = task.is_unbound || (task.phase === 'created' && event.type === 'user.resumed_task');
  if (task.parked.kind !== 'retry') return { parked: undefined, is_unbound, cause_id };
  const chunks = task.chunks.map((chunk) =>
    chunk.status === 'failed' ? { ...chunk, status: 'pending' as const } : chunk,
  );
  return { parked: undefined, cause_id, chunks };
}
