import type { AgentState } from './agent.ts';
import { personName } from './wording.ts';
import type { World } from './world.ts';

type Named = Pick<AgentState, 'agent_id' | 'role'> & { readonly agent_name?: string | undefined };

/** `coder`: enough where the task is clear. An agent without a role is called by its id. */
export const roleName = ({ agent_id, role }: Named): string => role ?? agent_id;

/** `coder (gemini)` */
export function agentName(agent: Named): string {
  const name = roleName(agent);
  return agent.agent_name === undefined || agent.agent_name === name ? name : `${name} (${agent.agent_name})`;
}

/** {@link agentName}; of an agent that nothing is known of, its id. */
export const agentNameOf = ({ agents }: Pick<World, 'agents'>, agentId: string): string =>
  agentName(agents.get(agentId) ?? { agent_id: agentId });

/** Who did something, for a row in which the task is clear: `coder`, `maria`, `orchestrator`. */
export function doerName({ agents }: Pick<World, 'agents'>, id: string): string {
  const agent = agents.get(id);
  return agent ? roleName(agent) : personName(id);
}
