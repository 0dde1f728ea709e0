import { type AgentGroup, groupOf } from '../../state/agent-group.ts';
import { roleName } from '../../state/agent-name.ts';
import { agentStatus, agentUsage } from '../../state/agent-status.ts';
import { type AgentState, isLive } from '../../state/agent.ts';
import { type Moment, cost, groupWords, joined, memory, timeOfDay, tokens } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
import type { Target } from '../target.ts';
import { commandLink, fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

export const groupIcons: Readonly<Record<AgentGroup, NodeIcon>> = {
  waiting: { id: 'bell', color: 'charts.yellow' },
  working: { id: 'play-circle', color: 'charts.blue' },
  idle: { id: 'circle-large-outline' },
  lost: { id: 'debug-disconnect', color: 'list.warningForeground' },
  done: { id: 'pass', color: 'testing.iconPassed' },
};

function iconOf(group: AgentGroup, agent: AgentState): NodeIcon {
  if (group === 'done' && agent.status === 'failed') return { id: 'error', color: 'list.errorForeground' };
  if (group === 'done' && agent.status !== 'completed') return { id: 'circle-slash' };
  if (agent.status === 'paused') return { id: 'debug-pause' };
  return groupIcons[group];
}

const taskTitle = (world: World, agent: AgentState): string | undefined =>
  agent.task_id === undefined ? undefined : world.tasks.get(agent.task_id)?.title;

function usageFacts({ usage }: AgentState, moment: Moment): readonly (string | undefined)[] {
  if (!usage) return [];
  const { memory_mb, cpu_percent, file_count, disk_usage_mb, at } = usage;
  return [
    fact('Memory', memory(memory_mb)),
    fact('CPU', `${Math.round(cpu_percent)} % of a core`),
    fact('Open files', file_count?.toString()),
    fact('Disk', disk_usage_mb === undefined ? undefined : `${memory(disk_usage_mb)} read and written`),
    fact('Measured', timeOfDay(at, moment, 'second')),
  ];
}

/** One agent as a row. */
export function agentNode(world: World, agent: AgentState, moment: Moment): TreeNode {
  const group = groupOf(world, agent);
  const label = oneLine(roleName(agent), 60);
  const title = taskTitle(world, agent);
  const description = joined(
    ...agentStatus(world, agent, moment).map((part) => oneLine(part, 90)),
    title && oneLine(title, 60),
    agent.agent_name === label ? undefined : oneLine(agent.agent_name, 40),
    ...agentUsage(agent),
  );
  const target: Target = { agent_id: agent.agent_id, task_id: agent.task_id };
  const { process, tokens_used, cost_usd } = agent;
  const at = (timestamp: string) => timeOfDay(timestamp, moment);
  return {
    id: `agent:${agent.agent_id}`,
    label,
    description,
    icon: iconOf(group, agent),
    tooltip: {
      markdown: paragraphs(
        heading(agent.agent_id),
        fact('Role', agent.role),
        fact('Agent', agent.agent_name),
        fact('Task', title),
        fact('Status', `${agent.status} since ${at(agent.since)}`),
        fact('Doing', agent.doing),
        fact('File', agent.current_file),
        fact('Why', agent.error_message ?? agent.reason, 2000),
        fact('Last seen', at(agent.last_seen_at)),
        fact('Process', process && `${process.pid} on ${process.host}`),
        tokens_used > 0
          ? fact('Used', joined(tokens(tokens_used), cost_usd > 0 && cost(cost_usd)))
          : undefined,
        ...usageFacts(agent, moment),
        agent.task_id === undefined
          ? undefined
          : commandLink('Show Events', 'lineclear.showEvents', { task_id: agent.task_id }),
      ),
      commands: ['lineclear.showEvents'],
    },
    spoken: `${label}, ${groupWords[group]}, ${description.replaceAll(' · ', ', ')}`,
    context: isLive(agent.status) ? 'agent live' : 'agent ended',
    target,
  };
}
