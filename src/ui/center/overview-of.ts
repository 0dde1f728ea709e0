import * as l10n from '@vscode/l10n';
import { agentNameOf, agentName } from '../../state/agent-name.ts';
import { groupOf } from '../../state/agent-group.ts';
import { agentStatus } from '../../state/agent-status.ts';
import { type AgentState, isLive } from '../../state/agent.ts';
import { type ActionTarget, actionsFor } from '../../state/actions.ts';
import type { Usage } from '../../state/usage.ts';
import { standingBy } from '../../state/standing-by.ts';
import { taskStatus } from '../../state/task-status.ts';
import { waitingNow } from '../../state/inbox.ts';
import { isEnded } from '../../state/task.ts';
import { type Moment, joined } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import type { ActionView, LaneView, NumbersView, TargetView } from './protocol.ts';
import { PEOPLE } from './timeline-item.ts';

/** What is known beside the world: figures about the events that were read. */
export interface Figures {
  readonly events_per_minute: number;
  readonly today: Usage;
  /** Whether all events of today were read. */
  readonly is_whole: boolean;
}

export function numbersOf(world: World, figures: Figures, now: number): NumbersView {
  const groups = [...world.agents.values()].map((agent) => groupOf(world, agent));
  return {
    working: groups.filter((group) => group === 'working').length,
    waiting: waitingNow(world.inbox, now).length,
    events_per_minute: figures.events_per_minute,
    tokens_today: figures.today.tokens_used,
    cost_usd_today: figures.today.cost_usd,
    at_least: !figures.is_whole,
  };
}

const laneOf = (world: World, agent: AgentState, moment: Moment): LaneView => ({
  id: agent.agent_id,
  name: agentName(agent),
  task: agent.task_id === undefined ? undefined : world.tasks.get(agent.task_id)?.title,
  group: groupOf(world, agent),
  status: agentStatus(world, agent, moment).join(' · '),
});

/** The lane of someone who is no agent of the world: persons, the orchestrator, programs. */
const otherLane = (id: string): LaneView => ({
  id,
  name: id === PEOPLE ? l10n.t('people') : id,
  group: 'others',
  status: '',
});

/** The lanes of the agents that live, and of all who have events among those that are shown. */
export function lanesOf(world: World, shown: ReadonlySet<string>, moment: Moment): readonly LaneView[] {
  const agents = [...world.agents.values()].filter(
    ({ agent_id, status }) => isLive(status) || status === 'lost' || shown.has(agent_id),
  );
  const others = [...shown].filter((id) => !world.agents.has(id));
  return [...agents.map((agent) => laneOf(world, agent, moment)), ...others.map((id) => otherLane(id))];
}

const WORKSPACE = 'workspace';
/** More than a list can be looked through are not offered; the sidebar has all. */
const TARGETS = 100;

/** What a person may turn to, what waits first. */
export function targetsOf(world: World, moment: Moment): readonly TargetView[] {
  const waiting = new Set(world.inbox.map(({ task_id }) => task_id));
  const tasks = [...world.tasks.values()]
    .filter(({ phase }) => !isEnded(phase) || phase === 'failed')
    .toReversed()
    .toSorted((a, b) => Number(waiting.has(b.task_id)) - Number(waiting.has(a.task_id)));
  const agents = [...world.agents.values()].filter(({ status }) => isLive(status));
  return [
    { id: WORKSPACE, label: l10n.t('New task'), description: '' },
    ...tasks.slice(0, TARGETS).map((task) => ({
      id: `task:${task.task_id}`,
      label: task.title,
      description: joined(l10n.t('task'), ...taskStatus(task, moment), standingBy(world, task, moment)),
    })),
    ...agents.slice(0, TARGETS).map((agent) => ({
      id: `agent:${agent.agent_id}`,
      label: agentNameOf(world, agent.agent_id),
      description: joined(l10n.t('agent'), ...agentStatus(world, agent, moment).slice(0, 1)),
    })),
  ];
}

/** The target that a page names; undefined for what is none. */
export function targetFrom(id: string): ActionTarget | undefined {
  if (id === WORKSPACE) return { kind: 'workspace' };
  const [, kind, rest = ''] = /^(task|agent):(.+)$/s.exec(id) ?? [];
  if (kind === 'task') return { kind, task_id: rest };
  return kind === 'agent' ? { kind, agent_id: rest } : undefined;
}

/** What a page may offer for a target now. */
export function actionViewsOf(world: World, id: string, now: number): readonly ActionView[] {
  const target = targetFrom(id);
  if (!target) return [];
  return actionsFor(world, target, now).map(({ id: action, label, words, hint }) => ({
    id: action,
    label,
    words,
    hint,
  }));
}
