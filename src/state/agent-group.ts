import { type AgentState, isLive } from './agent.ts';
import { type TaskState, isEnded, workingRole } from './task.ts';
import type { World } from './world.ts';

/** How a person looks at agents: who works, who waits for me, who has nothing to do, who is gone. */
export type AgentGroup = 'waiting' | 'working' | 'idle' | 'lost' | 'done';

/** In the order in which they matter. */
export const agentGroups: readonly AgentGroup[] = ['waiting', 'working', 'idle', 'lost', 'done'];

/** What of an agent waits for a person: its plan, its question or its request. */
export function waitsForPerson(
  world: World,
  agent: AgentState,
): 'plan' | 'question' | 'permission' | undefined {
  for (const item of world.inbox) {
    // An agent does not wait for what is decided about its work.
    if (item.kind !== 'plan' && item.kind !== 'question' && item.kind !== 'permission') continue;
    if (item.agent_id === agent.agent_id) return item.kind;
  }
  return undefined;
}

/** The task that goes on with this agent by itself, or with one like it: parked until a time. */
export function parkedTaskOf(world: World, agent: AgentState): TaskState | undefined {
  const task = agent.task_id === undefined ? undefined : world.tasks.get(agent.task_id);
  if (task?.parked?.until === undefined || isEnded(task.phase)) return undefined;
  const role = workingRole(task);
  return role && task.assigned[role]?.agent_id === agent.agent_id ? task : undefined;
}

export function groupOf(world: World, agent: AgentState): AgentGroup {
  if (agent.status === 'lost' || agent.unresponsive_since !== undefined) return 'lost';
  const waits = waitsForPerson(world, agent);
  // A plan waits also when its planner has finished; a question of a dead agent waits in the inbox only.
  if (waits === 'plan' || (waits && isLive(agent.status))) return 'waiting';
  switch (agent.status) {
    case 'created':
    case 'starting':
    case 'working':
      return 'working';
    case 'waiting':
    case 'paused':
    case 'idle':
      return 'idle';
    case 'completed':
    case 'failed':
    case 'stopped':
    case 'deleted':
      return parkedTaskOf(world, agent) ? 'idle' : 'done';
  }
}
