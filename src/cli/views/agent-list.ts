import { agentName } from '../../state/agent-name.ts';
import { agentGroups, groupOf } from '../../state/agent-group.ts';
import { agentStatus, agentUsage } from '../../state/agent-status.ts';
import type { AgentState } from '../../state/agent.ts';
import { type Moment, cost, groupWords, joined, tokens } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { type Cell, type Line, alignColumns, row, whole } from '../line.ts';

/** What an agent does or why it does nothing, and what it used. */
export const agentStatusCell = (world: World, agent: AgentState, moment: Moment): Cell =>
  joined(
    ...agentStatus(world, agent, moment),
    ...agentUsage(agent),
    agent.tokens_used > 0 && tokens(agent.tokens_used),
    agent.cost_usd > 0 && cost(agent.cost_usd),
  );

/** Agents in groups, in the order in which the groups matter to a person. The id is what `stop-agent` takes. */
export function agentList(world: World, moment: Moment): readonly Line[] {
  if (world.agents.size === 0) return [whole('No agents yet: they appear when a task is worked on.')];
  const all = [...world.agents.values()];
  return agentGroups.flatMap((group) => {
    const agents = all.filter((agent) => groupOf(world, agent) === group);
    if (agents.length === 0) return [];
    const rows = agents.map((agent): readonly Cell[] => [
      { text: agent.agent_id, style: 'dim' },
      agentName(agent),
      (agent.task_id !== undefined && world.tasks.get(agent.task_id)?.title) || '',
      agentStatusCell(world, agent, moment),
    ]);
    return [
      row({ text: `${groupWords[group]} (${agents.length})`, style: 'bold' }),
      ...alignColumns(rows, '  '),
    ];
  });
}
