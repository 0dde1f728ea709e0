import * as l10n from '@vscode/l10n';
import type { EventData } from '../contract/catalog.ts';
import type { EventOf } from '../contract/event.ts';
import { LineclearError } from '../contract/errors.ts';
import { type Change, ignore } from './change.ts';
import { type TaskState, isEnded } from './task.ts';
import { cost, duration, joined, tokens } from './wording.ts';

/** A limit that is reached, and how much was used then. */
export type Exceeded = EventData<'budget.exceeded'>;
export type BudgetName = Exceeded['budget'];
/** The most that may be used; what is not named is not limited. */
export type Budget = Readonly<Partial<Record<BudgetName, number>>>;
export type Spent = Readonly<Record<BudgetName, number>>;

export const budgetNames: readonly BudgetName[] = ['tokens', 'cost_usd', 'seconds'];

/** What a task has used; `now` in milliseconds since 1970. */
export function taskSpent({ tokens_used, cost_usd, work }: TaskState, now: number): Spent {
  const open = work.since === undefined ? 0 : Math.max(0, now - Date.parse(work.since));
  return { tokens: tokens_used, cost_usd, seconds: (work.milliseconds + open) / 1000 };
}

/** The first of the limits that is reached. */
export function usedUp(scope: Exceeded['scope'], spent: Spent, limits: Budget): Exceeded | undefined {
  for (const budget of budgetNames) {
    const limit_value = limits[budget];
    const used = spent[budget];
    if (limit_value !== undefined && used >= limit_value) return { budget, scope, limit_value, used };
  }
  return undefined;
}

/** `40.0k tokens`, `$2.00`, `20 min` */
export function budgetAmount(budget: BudgetName, value: number): string {
  if (budget === 'tokens') return tokens(value);
  return budget === 'cost_usd' ? cost(value) : duration(value * 1000);
}

/** `52.1k tokens of 40.0k tokens` */
const usedOf = (budget: BudgetName, used: number, limit: number): string =>
  l10n.t('{0} of {1}', budgetAmount(budget, used), budgetAmount(budget, limit));

/** Why the work waits. */
export function exceededWords({ budget, scope, limit_value }: Exceeded): string {
  const amount = budgetAmount(budget, limit_value);
  return scope === 'day'
    ? l10n.t('the budget of the day, {0}, is used up', amount)
    : l10n.t('the budget, {0}, is used up', amount);
}

/** How much more than agreed: parts. */
export const exceededFacts = ({ budget, scope, used, limit_value }: Exceeded): readonly string[] => [
  l10n.t('used {0} of {1}', budgetAmount(budget, used), budgetAmount(budget, limit_value)),
  ...(scope === 'day' ? [l10n.t('all tasks of the day')] : []),
];

/** What a task has used of its own budget; empty when it has none. */
export function budgetUse(task: TaskState, now: number): string {
  const spent = taskSpent(task, now);
  return joined(
    ...budgetNames.map((name) => {
      const limit = task.budget[name];
      return limit !== undefined && usedOf(name, spent[name], limit);
    }),
  );
}

/** What a task waits for; undefined when it does not wait for a budget. */
export const exceededOf = ({ parked, exceeded }: TaskState): Exceeded | undefined =>
  parked?.kind === 'budget' ? exceeded : undefined;

/** Folds the events about budgets: a task whose budget is raised far enough goes on at once. */
export function onBudget(task: TaskState, event: EventOf<'budget.exceeded' | 'user.raised_budget'>): Change {
  if (isEnded(task.phase)) return ignore(`the task is ${task.phase} already`);
  if (event.type === 'budget.exceeded') return { exceeded: event.data };
  const { budget, scope, limit_value } = event.data;
  const waits = exceededOf(task);
  const goesOn = waits?.budget === budget && waits.scope === scope && waits.used < limit_value;
  return {
    ...(scope === 'task' ? { budget: { ...task.budget, [budget]: limit_value } } : {}),
    ...(goesOn ? { parked: undefined, exceeded: undefined, cause_id: event.id } : {}),
  };
}

/**
 * What it comes to that a person raises the budget that a task waits for; default: see
 * {@link proposedLimit}. Throws `not_waiting` and `invalid_input`.
 */
export function raisedBudget(task: TaskState, to?: number): Omit<EventData<'user.raised_budget'>, 'user_id'> {
  const exceeded = exceededOf(task);
  if (!exceeded)
    throw new LineclearError(
      'not_waiting',
      'The task does not wait for a budget: there is nothing to raise.',
    );
  const { budget, scope, used } = exceeded;
  const limit_value = to ?? proposedLimit(exceeded);
  if (limit_value > used && Number.isFinite(limit_value)) return { budget, scope, limit_value };
  const message = `${budgetAmount(budget, used)} are used already: the new limit must be more.`;
  throw new LineclearError('invalid_input', message, { field: 'limit_value' });
}

/** Twice the limit, or twice of what was used where that would not be enough. */
export const proposedLimit = ({ limit_value, used }: Exceeded): number =>
  (limit_value * 2 > used ? limit_value : used) * 2 || 1;
