/** One figure beside that of the plainest thing that could do the same, measured in the same run. */
export interface Result {
  readonly ours: number;
  readonly reference: number;
  readonly unit: string;
  /** What `ours` is to stay below, where that was set. */
  readonly target?: number;
  /** What the reference is, which way is better, and under which conditions this was measured. */
  readonly note: string;
}

export interface Benchmark {
  readonly name: string;
  /** Runs when this is named, or the benchmark itself, and not when nothing is. */
  readonly group?: string;
  readonly run: () => Promise<Result>;
}

/** The value below which `share` (0 to 1) of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Things per second. */
type Rates = Pick<Result, 'ours' | 'reference'>;

const WARM_UP = 3;
const REPEATS = 21;

/**
 * Medians of `REPEATS` rates after a warm-up that does not count. Ours and the reference take turns, so that
 * whatever else the machine does slows both down.
 */
export async function compareRates(
  ours: () => Promise<number>,
  reference: () => Promise<number>,
): Promise<Rates> {
  const rates: Rates[] = [];
  for (let round = 0; round < WARM_UP + REPEATS; round += 1) {
    // The order changes as well: who goes second may find the disk busy with what the first one wrote.
    const first = round % 2 === 0 ? await ours() : await reference();
    const second = round % 2 === 0 ? await reference() : await ours();
    const pair = round % 2 === 0 ? { ours: first, reference: second } : { ours: second, reference: first };
    if (round >= WARM_UP) rates.push(pair);
  }
  return {
    ours: median(rates.map((rate) => rate.ours)),
    reference: median(rates.map((rate) => rate.reference)),
  };
}

/** Things per second, for `count` of them. */
export async function rateOf(count: number, work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}
