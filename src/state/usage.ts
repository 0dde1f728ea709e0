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
  #tokens = 0;
  #cost = 0;

  add({ data }: Call): void {
    this.#tokens += tokensOf(data);
    this.#cost += Math.round((data.cost_usd ?? 0) * UsageSum.#perDollar);
  }

  include(other: UsageSum): void {
    this.#tokens += other.#tokens;
    this.#cost += other.#cost;
  }

  get usage(): Usage {
    return { tokens_used: this.#tokens, cost_usd: this.#cost / UsageSum.#perDollar };
  }
}

/** What was used when, to the quarter of an hour; quarters beyond the latest two days are forgotten. */
export class UsageByTime {
  static readonly #quarterMs = 15 * 60_000;
  static readonly #limit = 192;
  readonly #quarters = new Map<number, UsageSum>();

  add(call: Call): void {
    const quarter = Math.floor(Date.parse(call.timestamp) / UsageByTime.#quarterMs);
    const known = this.#quarters.get(quarter);
    const sum = known ?? new UsageSum();
    sum.add(call);
    if (known) return;
    this.#quarters.set(quarter, sum);
    if (this.#quarters.size > UsageByTime.#limit) this.#quarters.delete(Math.min(...this.#quarters.keys()));
  }

  /** `time` in milliseconds since 1970. */
  since(time: number): Usage {
    const first = Math.floor(time / UsageByTime.#quarterMs);
    const all = new UsageSum();
    for (const [quarter, sum] of this.#quarters) if (quarter >= first) all.include(sum);
    return all.usage;
  }
}
