import * as l10n from '@vscode/l10n';
import { agentGroups, groupOf } from '../../state/agent-group.ts';
import { roleName } from '../../state/agent-name.ts';
import type { AgentState } from '../../state/agent.ts';
import { type Moment, groupWords, joined } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
import type { AgentGrouping, AgentSorting, ViewOptions } from '../view-options.ts';
import { agentNode, groupIcons } from './agent-node.ts';
import { cutRows } from './cut-rows.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

type Order = (a: AgentState, b: AgentState) => number;

/** Later first. As texts: all times of one log have the same form. */
const later = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

const orders: Readonly<Record<AgentSorting, (world: World) => Order>> = {
  // Those that wait come first, then those that work; the newest first of those that are over, while the others stay
  // where they are.
  waiting: (world) => (a, b) => {
    const [one, other] = [groupOf(world, a), groupOf(world, b)];
    if (one !== other) return agentGroups.indexOf(one) - agentGroups.indexOf(other);
    return one === 'done' || one === 'lost' ? later(a.since, b.since) : 0;
  },
  name: () => (a, b) => roleName(a).localeCompare(roleName(b)) || a.agent_id.localeCompare(b.agent_id),
  seen: () => (a, b) => later(a.last_seen_at, b.last_seen_at),
};

interface Group {
  readonly id: string;
  readonly label: string;
  readonly icon: NodeIcon;
  readonly expanded: boolean;
}

const groupings: Readonly<
  Record<Exclude<AgentGrouping, 'none'>, (world: World, agent: AgentState) => Group>
> = {
  state: (world, agent) => {
    const group = groupOf(world, agent);
    return { id: group, label: groupWords[group], icon: groupIcons[group], expanded: group !== 'done' };
  },
  task: ({ tasks }, { task_id }) => {
    const title = task_id === undefined ? l10n.t('No task') : (tasks.get(task_id)?.title ?? task_id);
    return {
      id: `task:${task_id ?? ''}`,
      label: oneLine(title, 60),
      icon: { id: 'tasklist' },
      expanded: true,
    };
  },
  kind: (_, { agent_name }) => ({
    id: `kind:${agent_name}`,
    label: oneLine(agent_name, 60),
    icon: { id: 'robot' },
    expanded: true,
  }),
};

function groupNode(world: World, group: Group, agents: readonly AgentState[], moment: Moment): TreeNode {
  const { id, label, icon, expanded } = group;
  const count =
    agents.length === 1 ? l10n.t('{0}, 1 agent', label) : l10n.t('{0}, {1} agents', label, agents.length);
  // What has failed must not hide behind a group that is closed.
  const failures = agents.filter(({ status }) => status === 'failed').length;
  const failed = failures > 0 && l10n.t('{0} of them failed', failures);
  return {
    id: `group:${id}`,
    label,
    description: joined(String(agents.length), failed),
    icon,
    spoken: failed ? `${count}, ${failed}` : count,
    context: 'group',
    target: {},
    expanded,
    children: rowsOf(world, agents, moment, `more:${id}`),
  };
}

const rowsOf = (world: World, agents: readonly AgentState[], moment: Moment, more: string) =>
  cutRows(
    agents.map((agent) => () => agentNode(world, agent, moment)),
    more,
  );

/** Agents as the person wants to see them. Groups are in the order of their states, or of their newest agent. */
export function agentsModel(
  world: World,
  { groupAgents, sortAgents }: Pick<ViewOptions, 'groupAgents' | 'sortAgents'>,
  moment: Moment,
): readonly TreeNode[] {
  const agents = [...world.agents.values()].toSorted(orders[sortAgents](world));
  if (groupAgents === 'none') return rowsOf(world, agents, moment, 'more:agents');
  const groups = new Map<string, { readonly group: Group; readonly agents: AgentState[] }>();
  const first = groupAgents === 'state' ? agents.toSorted(orders.waiting(world)) : agents;
  for (const agent of first) {
    const group = groupings[groupAgents](world, agent);
    if (!groups.has(group.id)) groups.set(group.id, { group, agents: [] });
  }
  for (const agent of agents) groups.get(groupings[groupAgents](world, agent).id)?.agents.push(agent);
  return [...groups.values()].map((entry) => groupNode(world, entry.group, entry.agents, moment));
}
