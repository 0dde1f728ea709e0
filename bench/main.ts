// npm run bench -- [--json] [NAME …]; a name is that of a benchmark or of a group, such as log
import os from 'node:os';
import { activation } from './activation.ts';
import { append1 } from './append-1.ts';
import { append50 } from './append-50.ts';
import type { Benchmark } from './benchmark.ts';
import { commandCenterFrame } from './command-center-frame.ts';
import { hostRss } from './host-rss.ts';
import { idleCpu } from './idle-cpu.ts';
import { logBenchmarks } from './log/benchmarks.ts';
import { loopDelay } from './loop-delay.ts';
import { memoryBenchmarks } from './memory/benchmarks.ts';
import { replay } from './replay.ts';
import { taskRead } from './task-read.ts';
import { treeRefresh } from './tree-refresh.ts';
import { vsixSize } from './vsix-size.ts';
import { wakeP50, wakeP99 } from './wake.ts';

const benchmarks: readonly Benchmark[] = [
  append1,
  append50,
  wakeP50,
  wakeP99,
  replay,
  idleCpu,
  taskRead,
  treeRefresh,
  ...activation,
  loopDelay,
  hostRss,
  commandCenterFrame,
  vsixSize,
  ...logBenchmarks,
  ...memoryBenchmarks,
];

const figure = (value: number) =>
  value.toLocaleString('en', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });

const row = (cells: readonly string[]) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(14))).join('');

const args = process.argv.slice(2);
const json = args.includes('--json');
const wanted = args.filter((arg) => arg !== '--json');
const isNamed = ({ name, group }: Benchmark, given: string) => given === name || given === group;
const isWanted = (benchmark: Benchmark) =>
  wanted.length === 0 ? benchmark.group === undefined : wanted.some((given) => isNamed(benchmark, given));
const unknown = wanted.filter((given) => !benchmarks.some((benchmark) => isNamed(benchmark, given)));

if (unknown.length > 0) {
  console.error(
    `Unknown: ${unknown.join(', ')}. There are: ${benchmarks.map(({ name }) => name).join(', ')}`,
  );
  process.exitCode = 2;
} else {
  if (!json) console.log(row(['', 'ours', 'target', 'reference', 'ratio', 'unit']));
  for (const { name, run } of benchmarks.filter(isWanted)) {
    const { ours, target, reference, unit, note } = await run();
    const ratio = ours / reference;
    const [load = 0] = os.loadavg();
    if (json) {
      // A line each, as soon as it is known.
      console.log(JSON.stringify({ name, value: ours, unit, target, reference, ratio, load, note }));
      continue;
    }
    const below = target === undefined ? '' : `< ${figure(target)}`;
    console.log(row([name, figure(ours), below, figure(reference), figure(ratio), unit]));
    console.log(`            ${note}; load average ${load.toFixed(1)}`);
  }
}
