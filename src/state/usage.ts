import type { EventOf } from '../contract/event.ts';

/** What calls of models used. */
export interface Usage {
  readonly tokens_used: number;
  readonly cost_usd: number;
}

type Call = EventOf<'provider.called'>;

/** Tokens that one call of a model used. */
export const tokensOf = ({ tokens_used, input_tokens = 0, output_tokens = 0 }: Call['data']): number =>
  tokens_used ?? input_tokens + output_tokens;

/** A sum that is the same in whatever order the calls come. */
export class UsageSum {
  /** Whole numbers: fractions would differ with the order in which they are added. */
  static readonly #perDollar = 1_000_000;
  #tokens: number;
  #cost: number;
  #working: number;

  /** What {@link toJSON} gave. */
  constructor([tokens, cost, working]: readonly [number, number, number] = [0, 0, 0]) {
    this.#tokens = tokens;
    this.#cost = cost;
    this.#working = working;
  }

  add({ data }: Call): void {
    this.#tokens += tokensOf(data);
    this.#cost += Math.round((data.cost_usd ?? 0) * UsageSum.#perDollar);
  }

  include(other: UsageSum): void {
    this.#tokens += other.#tokens;
    this.#cost += other.#cost;
    this.#working += other.#working;
  }

  addWork(milliseconds: number): void {
    this.#working += milliseconds;
  }

  /** For how long agents were at work. */
  get seconds(): number {
    return this.#working / 1000;
  }

  toJSON(): [number, number, number] {
    return [this.#tokens, this.#cost, this.#working];
  }

  get usage(): Usage {
    return { tokens_used: this.#tokens, cost_usd: this.#cost / UsageSum.#perDollar };
  }
}

const QUARTER_MS = 15 * 60_000;

/** What was used when, to the quarter of an hour; quarters beyond the latest two days are forgotten. */
export class UsageByTime {
  static readonly #limit = 192;
  readonly #quarters: Map<number, UsageSum>;

  /** What {@link toJSON} gave. */
  constructor(from: readonly (readonly [number, [number, number, number]])[] = []) {
    this.#quarters = new Map(from.map(([quarter, sum]) => [quarter, new UsageSum(sum)]));
  }

  add(call: Call): void {
    this.#at(Math.floor(Date.parse(call.timestamp) / QUARTER_MS)).add(call);
  }

  /** An agent was at work; times in milliseconds since 1970. */
  addWork(from: number, until: number): void {
    const earliest = Math.max(from, until - UsageByTime.#limit * QUARTER_MS);
    for (let start = earliest; start < until;) {
      const quarter = Math.floor(start / QUARTER_MS);
      const end = Math.min(until, (quarter + 1) * QUARTER_MS);
      this.#at(quarter).addWork(end - start);
      start = end;
    }
  }

  /** `time` in milliseconds since 1970. */
  since(time: number): Usage {
    return this.#sumSince(time).usage;
  }

  /** For how long agents were at work. */
  secondsSince(time: number): number {
    return this.#sumSince(time).seconds;
  }

  toJSON(): [number, [number, number, number]][] {
    return [...this.#quarters].map(([quarter, sum]) => [quarter, sum.toJSON()]);
  }

  #at(quarter: number): UsageSum {
    const known = this.#quarters.get(quarter);
    if (known) return known;
    const sum = new UsageSum();
    this.#quarters.set(quarter, sum);
    if (this.#quarters.size > UsageByTime.#limit) this.#quarters.delete(Math.min(...this.#quarters.keys()));
    return sum;
  }

  #sumSince(time: number): UsageSum {
    const first = Math.floor(time / QUARTER_MS);
    const all = new UsageSum();
    for (const [quarter, sum] of this.#quarters) if (quarter >= first) all.include(sum);
    return all;
  }
}
