import { type Benchmark, type Result, median } from './benchmark.ts';
import type { Activation } from './host/reading.ts';
import { withWindows } from './host/window.ts';
import { sampleWorkspace } from './sample-log.ts';

const WINDOWS = 7;

interface Measured {
  readonly ours: readonly Activation[];
  readonly empty: readonly Activation[];
}

const medianOf = (activations: readonly Activation[], key: keyof Activation): number =>
  median(activations.map((activation) => activation[key]));

async function open(events: number): Promise<Measured> {
  const folder = await sampleWorkspace(events);
  const readings = await withWindows(async ({ measure }) => {
    // The first window fills the disk's caches, and is open until what was compiled is kept.
    await measure(folder, { withOurs: true, rss: true });
    const all = [];
    for (let index = 0; index < WINDOWS; index += 1) all.push(await measure(folder, { withOurs: true }));
    return all;
  });
  return { ours: readings.map(({ ours }) => ours), empty: readings.map(({ empty }) => empty) };
}

/** `activation`: until `activate` has returned. `views`: until everything that was recorded is known. Measured together. */
function benchmarks(size: string, events: number, target: number): readonly Benchmark[] {
  let measured: Promise<Measured> | undefined;
  const compare = async (kind: 'returnedMs' | 'readyMs', until: string): Promise<Result> => {
    const { ours, empty } = await (measured ??= open(events));
    const reference = medianOf(empty, kind);
    const own = medianOf(ours, kind) - reference;
    return {
      ours: own,
      reference,
      unit: 'ms',
      target,
      note:
        `from activation until ${until}, in the real extension host, on ${events} events (a snapshot and as many events after ` +
        `it as there can be), ${WINDOWS} windows, less what an empty extension takes, which is the reference; processor time ` +
        `until all is known: ${medianOf(ours, 'cpuMs').toFixed(0)} ms; lower is better`,
    };
  };
  return [
    {
      name: `activation_${size}`,
      run: () => compare('returnedMs', 'its commands and views are there'),
    },
    { name: `views_${size}`, run: () => compare('readyMs', 'all of the log is known and shown') },
  ];
}

export const activation: readonly Benchmark[] = [
  ...benchmarks('100k', 100_000, 100),
  ...benchmarks('1m', 1_000_000, 150),
];
