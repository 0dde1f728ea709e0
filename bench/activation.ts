import { type Benchmark, type Result, median } from './benchmark.ts';
import { withWindows } from './host/window.ts';
import { sampleWorkspace } from './sample-log.ts';

const WINDOWS = 7;

async function measure(events: number): Promise<Result> {
  const folder = await sampleWorkspace(events);
  const readings = await withWindows(async ({ measure: open }) => {
    // The first window fills the disk's caches.
    await open(folder, { withOurs: true });
    const all = [];
    for (let index = 0; index < WINDOWS; index += 1) all.push(await open(folder, { withOurs: true }));
    return all;
  });
  const reference = median(readings.map(({ emptyMs }) => emptyMs));
  const ours = median(readings.map(({ oursMs }) => oursMs)) - reference;
  return {
    ours,
    reference,
    ratio: ours / reference,
    unit: 'ms',
    note:
      `from activation until all of the log is known, in the real extension host, on ${events} events (a snapshot and nearly ` +
      `5,000 events after it), ${WINDOWS} windows, less what an empty extension takes, which is the reference; lower is better`,
  };
}

export const activation100k: Benchmark = { name: 'activation_100k', run: () => measure(100_000) };
export const activation1m: Benchmark = { name: 'activation_1m', run: () => measure(1_000_000) };
