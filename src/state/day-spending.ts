import type { AgentEvent } from '../contract/event.ts';
import { type Budget, type BudgetName, type Spent, budgetNames } from './budget.ts';
import type { TaskState } from './task.ts';
import { UsageByTime } from './usage.ts';

/** What all tasks have used lately, and how far people raised the budgets of days. Times: milliseconds since 1970. */
export interface DaySpending {
  /** Without what agents do that are at work right now; see {@link TaskState.work}. */
  spentSince(time: number): Spent;
  raisedSince(time: number): Budget;
}

type Raises = Partial<Record<BudgetName, { readonly at: number; readonly limit_value: number }>>;

export interface SerializedSpending {
  readonly usage: ConstructorParameters<typeof UsageByTime>[0];
  readonly raises: Raises;
}

export class DaySpendingFold implements DaySpending {
  readonly #usage: UsageByTime;
  #raises: Raises;

  constructor({ usage, raises }: SerializedSpending) {
    this.#usage = new UsageByTime(usage);
    this.#raises = raises;
  }

  /** Takes in an event; `before` and `after`: its task, if it has one. */
  apply(event: AgentEvent, before?: TaskState, after?: TaskState): void {
    if (event.type === 'provider.called') this.#usage.add(event);
    if (event.type === 'user.raised_budget' && event.data.scope === 'day') {
      const { budget, limit_value } = event.data;
      this.#raises = { ...this.#raises, [budget]: { at: Date.parse(event.timestamp), limit_value } };
    }
    const worked = (after?.work.milliseconds ?? 0) - (before?.work.milliseconds ?? 0);
    const from = Date.parse(before?.work.since ?? '');
    if (worked > 0) this.#usage.addWork(from, from + worked);
  }

  spentSince(time: number): Spent {
    const { tokens_used: tokens, cost_usd } = this.#usage.since(time);
    return { tokens, cost_usd, seconds: this.#usage.secondsSince(time) };
  }

  raisedSince(time: number): Budget {
    const limits: Partial<Record<BudgetName, number>> = {};
    for (const name of budgetNames) {
      const raise = this.#raises[name];
      if (raise && raise.at >= time) limits[name] = raise.limit_value;
    }
    return limits;
  }

  toJSON(): SerializedSpending {
    return { usage: this.#usage.toJSON(), raises: this.#raises };
  }
}
