import type { EventOf } from '../contract/event.ts';
import { type Change, ignore } from './change.ts';
import { type TaskState, isEnded } from './task.ts';

const isOver = (phase: TaskState['phase']): boolean => phase === 'completed' || phase === 'cancelled';

/** The task waits, and goes on when its time has come or a person says so. */
export function onParking(
  task: TaskState,
  event: EventOf<'task.parked' | 'task.resumed' | 'user.resumed_task' | 'user.reassigned_role'>,
): Change {
  const cause_id = event.id;
  if (event.type === 'task.parked') {
    if (isEnded(task.phase)) return ignore(`the task is ${task.phase} already`);
    const parked = { ...event.data, since: event.timestamp };
    switch (parked.kind) {
      case 'retry':
        return { parked, cause_id, failed_tries: task.failed_tries + 1 };
      case 'rate_limit':
        return { parked, cause_id, limited_tries: task.limited_tries + 1 };
      default:
        return { parked, cause_id };
    }
  }
  if (event.type === 'user.reassigned_role') {
    if (isOver(task.phase)) return ignore(`the task is ${task.phase} already`);
    const { role, agent_name, rule } = event.data;
    const parked = task.parked?.kind === 'rate_limit' ? undefined : task.parked;
    // Who takes over by itself may be refused as well, and then the task waits.
    const limited_tries = rule === undefined ? 0 : task.limited_tries + 1;
    return { chosen_agents: { ...task.chosen_agents, [role]: agent_name }, parked, cause_id, limited_tries };
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
