import type { EarlierSession } from '../agents/agent.ts';
import type { AgentState } from '../state/agent.ts';

/**
 * The session that a new process of an agent goes on with. One that failed by its own words may fail again for what is
 * in its session; so only one whose process ended, or was ended, is taken up. Undefined: it begins anew.
 */
export function resumableSession(
  agent: AgentState | undefined,
  agentName: string,
): EarlierSession | undefined {
  if (agent?.agent_name !== agentName) return undefined;
  const processEnded = agent.exit_code !== undefined || agent.signal !== undefined;
  if (agent.session_id === undefined || (agent.status === 'failed' && !processEnded)) return undefined;
  return { sessionId: agent.session_id, costUsd: agent.cost_usd };
}
