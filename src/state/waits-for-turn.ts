import { isLive } from './agent.ts';
import type { TaskState } from './task.ts';
import type { World } from './world.ts';

const NEEDS_AGENT: ReadonlySet<TaskState['phase']> = new Set([
  'created',
  'planning',
  'executing',
  'reviewing',
]);

/** Whether a task has something to do and no agent for it yet, because the agents of others are at work. */
export function waitsForTurn({ agents }: Pick<World, 'agents'>, task: TaskState): boolean {
  if (!NEEDS_AGENT.has(task.phase) || task.parked || task.questions.length > 0) return false;
  const own = Object.values(task.assigned).map(({ agent_id }) => agent_id);
  if (own.some((id) => isLive(agents.get(id)?.status ?? 'deleted'))) return false;
  return agents.values().some(({ status, task_id }) => isLive(status) && task_id !== task.task_id);
}
