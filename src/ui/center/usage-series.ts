import { type Lane, firstFrom } from './lane.ts';
import type { Sample } from './protocol.ts';
import type { TimeRange } from './time-view.ts';

export type Measure = keyof Sample;
export const measureNames: readonly Measure[] = ['cpu_percent', 'memory_mb', 'tokens', 'cost_usd'];

/** Of these the chart shows how much it was until then. */
const SUMMED: ReadonlySet<Measure> = new Set(['tokens', 'cost_usd']);

/** One line of a chart. Times in seconds, as the charting library takes them. */
interface Series {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** What one agent used, measure by measure. */
export interface AgentSeries {
  readonly laneId: string;
  readonly series: Readonly<Record<Measure, Series>>;
}

/** Agents whose lines can still be told apart. */
const MOST = 6;

/** What of a measure is seen: the highest value per cell. */
function seriesOf({ samples }: Lane, measure: Measure, range: TimeRange, cellMs: number): Series {
  const times: number[] = [];
  const values: number[] = [];
  let sum = 0;
  let cell = Number.NaN;
  for (let index = firstFrom(samples, range.from); index < samples.length; index += 1) {
    const sample = samples[index];
    if (!sample || sample.at > range.until) break;
    const value = sample[measure];
    if (value === undefined) continue;
    sum += value;
    const own = Math.floor(sample.at / cellMs);
    const shown = SUMMED.has(measure) ? sum : value;
    if (own === cell) values[values.length - 1] = Math.max(values.at(-1) ?? 0, shown);
    else {
      cell = own;
      times.push(sample.at / 1000);
      values.push(shown);
    }
  }
  return { times, values };
}

/** What is seen of the use of resources: of the agents with most figures; the others are only counted. */
export function usageIn(
  lanes: ReadonlyMap<string, Lane>,
  range: TimeRange,
  cells: number,
): { readonly agents: readonly AgentSeries[]; readonly others: number } {
  const cellMs = (range.until - range.from) / cells;
  const seen = [...lanes]
    .map(([laneId, lane]) => {
      const count = firstFrom(lane.samples, range.until) - firstFrom(lane.samples, range.from);
      return { laneId, lane, count };
    })
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const agents = seen
    .slice(0, MOST)
    // So that lines keep their looks when the counts change.
    .toSorted((a, b) => (a.laneId < b.laneId ? -1 : 1))
    .map(({ laneId, lane }): AgentSeries => ({
      laneId,
      series: {
        cpu_percent: seriesOf(lane, 'cpu_percent', range, cellMs),
        memory_mb: seriesOf(lane, 'memory_mb', range, cellMs),
        tokens: seriesOf(lane, 'tokens', range, cellMs),
        cost_usd: seriesOf(lane, 'cost_usd', range, cellMs),
      },
    }));
  return { agents, others: Math.max(0, seen.length - MOST) };
}
