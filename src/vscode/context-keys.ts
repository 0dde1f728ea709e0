import { isFiltering } from '../state/activity-filter.ts';
import { exceededOf } from '../state/budget.ts';
import { isLive } from '../state/agent.ts';
import { waitingNow } from '../state/inbox.ts';
import { isOver } from '../state/task-status.ts';
import { whyNotSkipped } from '../state/task.ts';
import { canSettleWorktree } from '../state/worktree.ts';
import type { World } from '../state/world.ts';
import { type LogState, problemOf } from './log-session.ts';
import type { ViewOptions } from './view-options.ts';

/** What `when` clauses may ask. */
export type ContextKey =
  | 'lineclear.log'
  | 'lineclear.logError'
  | 'lineclear.connection'
  | 'lineclear.waiting'
  | 'lineclear.plans'
  | 'lineclear.questions'
  | 'lineclear.permissions'
  | 'lineclear.scopes'
  | 'lineclear.failures'
  | 'lineclear.parked'
  | 'lineclear.overBudget'
  | 'lineclear.skippable'
  | 'lineclear.tasks'
  | 'lineclear.openTasks'
  | 'lineclear.worktrees'
  | 'lineclear.readyWorktrees'
  | 'lineclear.liveAgents'
  | 'lineclear.pausedAgents'
  | 'lineclear.agents'
  | 'lineclear.revisedPlans'
  | 'lineclear.logs'
  | 'lineclear.deadLetters'
  | 'lineclear.activityFiltered';

/** The context keys of a moment. */
export function contextKeys(
  state: LogState,
  world: World,
  { activityFilter }: Pick<ViewOptions, 'activityFilter'>,
  logs: number,
  now = Date.now(),
): Readonly<Record<ContextKey, string | number>> {
  const tasks = [...world.tasks.values()];
  const inbox = waitingNow(world.inbox, now);
  // What is put off can be decided all the same.
  const waiting = (kind: string) => world.inbox.filter((item) => item.kind === kind).length;
  return {
    'lineclear.log': state.kind,
    'lineclear.logError': problemOf(state)?.code ?? '',
    // Of an open log: what is shown may be old while its server is away.
    'lineclear.connection':
      state.kind === 'open' && state.app.connection?.state.connected === false ? 'away' : '',
    'lineclear.waiting': inbox.length,
    'lineclear.plans': waiting('plan'),
    'lineclear.questions': waiting('question'),
    'lineclear.permissions': waiting('permission'),
    'lineclear.scopes': waiting('scope'),
    'lineclear.failures': waiting('failure'),
    'lineclear.parked': tasks.filter(({ parked }) => parked && parked.kind !== 'budget').length,
    'lineclear.overBudget': tasks.filter((task) => exceededOf(task)).length,
    'lineclear.skippable': tasks.filter((task) => task.chunks.some((_, index) => !whyNotSkipped(task, index)))
      .length,
    'lineclear.tasks': world.tasks.size,
    'lineclear.logs': logs,
    'lineclear.deadLetters': world.deadLetters.length,
    'lineclear.revisedPlans': [...world.tasks.values()].filter(({ plans }) => plans.length > 1).length,
    'lineclear.openTasks': tasks.filter((task) => !isOver(task)).length,
    'lineclear.pausedAgents': [...world.agents.values()].filter(({ status }) => status === 'paused').length,
    'lineclear.worktrees': [...world.tasks.values()].filter(
      ({ worktree }) => worktree !== undefined && worktree.status !== 'discarded',
    ).length,
    'lineclear.readyWorktrees': [...world.tasks.values()].filter(canSettleWorktree).length,
    'lineclear.liveAgents': [...world.agents.values()].filter(({ status }) => isLive(status)).length,
    'lineclear.activityFiltered': isFiltering(activityFilter) ? 1 : 0,
    // Only an open log has read the configuration.
    'lineclear.agents': state.kind === 'open' ? state.app.agentNames.length : 'unknown',
  };
}
