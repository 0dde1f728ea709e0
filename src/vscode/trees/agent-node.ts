import * as l10n from '@vscode/l10n';
import { type AgentGroup, groupOf } from '../../state/agent-group.ts';
import { roleName } from '../../state/agent-name.ts';
import { agentStatus, agentUsage } from '../../state/agent-status.ts';
import { type AgentState, isLive } from '../../state/agent.ts';
import { type Moment, cost, groupWords, joined, memory, timeOfDay, tokens } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
import { roleWords } from '../name-words.ts';
import type { Target } from '../target.ts';
import { commandLink, fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

export const groupIcons: Readonly<Record<AgentGroup, NodeIcon>> = {
  waiting: { id: 'bell', color: 'charts.yellow' },
  working: { id: 'play-circle', color: 'charts.blue' },
  idle: { id: 'circle-large-outline' },
  lost: { id: 'debug-disconnect', color: 'list.warningForeground' },
  done: { id: 'archive' },
};

const endingIcons: Readonly<Partial<Record<AgentState['status'], NodeIcon>>> = {
  completed: { id: 'pass', color: 'testing.iconPassed' },
  failed: { id: 'error', color: 'list.errorForeground' },
};

function iconOf(group: AgentGroup, agent: AgentState): NodeIcon {
  if (group === 'done') return endingIcons[agent.status] ?? { id: 'circle-slash' };
  if (agent.status === 'paused') return { id: 'debug-pause' };
  return groupIcons[group];
}

const taskTitle = (world: World, agent: AgentState): string | undefined =>
  agent.task_id === undefined ? undefined : world.tasks.get(agent.task_id)?.title;

function usageFacts({ usage }: AgentState, moment: Moment): readonly (string | undefined)[] {
  if (!usage) return [];
  const { memory_mb, cpu_percent, file_count, disk_usage_mb, at } = usage;
  return [
    fact(l10n.t('Memory'), memory(memory_mb)),
    fact(l10n.t('CPU'), l10n.t('{0} % of a core', Math.round(cpu_percent))),
    fact(l10n.t('Open files'), file_count?.toString()),
    fact(
      l10n.t('Disk'),
      disk_usage_mb === undefined ? undefined : l10n.t('{0} read and written', memory(disk_usage_mb)),
    ),
    fact(l10n.t('Measured'), timeOfDay(at, moment, 'second')),
  ];
}

function contextOf({ status }: AgentState): string {
  if (!isLive(status)) return 'agent ended';
  return status === 'paused' ? 'agent live paused' : 'agent live';
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
    tooltip: () => ({
      markdown: paragraphs(
        heading(agent.agent_id),
        fact(l10n.t('Role'), agent.role && roleWords[agent.role]),
        fact(l10n.t('Agent'), agent.agent_name),
        fact(l10n.t('Task'), title),
        fact(l10n.t('Status'), l10n.t('{0} since {1}', agent.status, at(agent.since))),
        fact(l10n.t('Doing'), agent.doing),
        fact(l10n.t('File'), agent.current_file),
        fact(l10n.t('Why'), agent.error_message ?? agent.reason, 2000),
        fact(l10n.t('Last seen'), at(agent.last_seen_at)),
        fact(l10n.t('Process'), process && l10n.t('{0} on {1}', String(process.pid), process.host)),
        tokens_used > 0
          ? fact(l10n.t('Used'), joined(tokens(tokens_used), cost_usd > 0 && cost(cost_usd)))
          : undefined,
        ...usageFacts(agent, moment),
        agent.task_id === undefined
          ? undefined
          : commandLink(l10n.t('Show Events'), 'lineclear.showEvents', { task_id: agent.task_id }),
      ),
      commands: ['lineclear.showEvents'],
    }),
    spoken: `${label}, ${groupWords[group]}, ${description.replaceAll(' · ', ', ')}`,
    context: contextOf(agent),
    target,
  };
}
