import { type Exceeded, exceededWords, taskSpent, usedUp } from '../state/budget.ts';
import { type TaskState, isEnded } from '../state/task.ts';
import type { World } from '../state/world.ts';
import type { LabelledBody } from './decide.ts';
import type { Budgets } from './settings.ts';

type Spenders = Pick<World, 'tasks' | 'spending'>;

/** Midnight before and after a time, in milliseconds since 1970, where this machine is. */
function dayAround(now: number): { readonly from: number; readonly until: number } {
  const from = new Date(now).setHours(0, 0, 0, 0);
  const next = new Date(from);
  return { from, until: next.setDate(next.getDate() + 1) };
}

const limitsOf = (task: TaskState, budgets: Budgets) => ({ ...budgets.task, ...task.budget });

const hasDayLimit = ({ day }: Budgets): boolean => Object.values(day).some((limit) => limit !== undefined);

/** What all tasks together have used today, those that are worked on included. */
function today({ tasks, spending }: Spenders, { day }: Budgets, now: number) {
  const { from } = dayAround(now);
  const spent = spending.spentSince(from);
  const starts = [...tasks.values()].flatMap(({ work }) =>
    work.since === undefined ? [] : [Math.max(from, Date.parse(work.since))],
  );
  const open = starts.reduce((sum, start) => sum + Math.max(0, now - start) / 1000, 0);
  return {
    spent: { ...spent, seconds: spent.seconds + open },
    limits: { ...day, ...spending.raisedSince(from) },
    atWork: starts.length,
  };
}

/** The limit that the work on a task that goes on has reached: its own, or that of the day. `now`: milliseconds since 1970. */
export function exceededBudget(
  task: TaskState,
  world: Spenders,
  budgets: Budgets,
  now: number,
): Exceeded | undefined {
  if (isEnded(task.phase)) return undefined;
  const own = usedUp('task', taskSpent(task, now), limitsOf(task, budgets));
  if (own || !hasDayLimit(budgets)) return own;
  const { spent, limits } = today(world, budgets, now);
  return usedUp('day', spent, limits);
}

/** When the time for a task that is worked on is used up, if nothing changes: ISO 8601. */
export function budgetEnd(
  task: TaskState,
  world: Spenders,
  budgets: Budgets,
  now: number,
): string | undefined {
  if (task.work.since === undefined) return undefined;
  const own = (limitsOf(task, budgets).seconds ?? Infinity) - taskSpent(task, now).seconds;
  const { spent, limits, atWork } = today(world, budgets, now);
  const shared = ((limits.seconds ?? Infinity) - spent.seconds) / Math.max(1, atWork);
  const left = Math.min(own, shared);
  return Number.isFinite(left) ? new Date(now + Math.max(0, left) * 1000).toISOString() : undefined;
}

/** What follows when a limit is reached: the task waits for a person, and that of the day at most until midnight. */
export function budgetParking(exceeded: Exceeded, now: number): readonly LabelledBody[] {
  const { scope, budget, limit_value } = exceeded;
  const until = scope === 'day' ? new Date(dayAround(now).until).toISOString() : undefined;
  const label = `budget:${scope}:${budget}:${limit_value}`;
  const data = { kind: 'budget', reason: exceededWords(exceeded), until } as const;
  return [
    { label, body: { type: 'budget.exceeded', data: exceeded } },
    { label: `${label}:parked`, body: { type: 'task.parked', data } },
  ];
}
