import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '../src/log/log.ts';
import { type Benchmark, type Result, percentile } from './benchmark.ts';
import { startChild } from './measured-child.ts';
import { draft, openBenchLog, withFolder } from './workplace.ts';

const ROUNDS = 4;
const EVENTS_PER_ROUND = 100;

/** Milliseconds from the return of each append to the handler of a peer in another process. */
async function latencies(log: EventLog, script: string, file: string): Promise<number[]> {
  const peer = startChild(script, file);
  await peer.line();
  const measured: number[] = [];
  for (let index = 0; index < EVENTS_PER_ROUND; index += 1) {
    // Not in step with anybody's poll.
    await sleep(5 + Math.random() * 20);
    const [event] = await log.append([draft(index)]);
    const returned = process.hrtime.bigint();
    let position = 0;
    let arrived = 0n;
    while (position < (event?.sequence ?? 0)) {
      const [first = '', second = ''] = (await peer.line()).split(' ');
      position = Number(first);
      arrived = BigInt(second);
    }
    measured.push(Number(arrived - returned) / 1e6);
  }
  await peer.stop();
  return measured;
}

const measure = (): Promise<{ ours: number[]; reference: number[] }> =>
  withFolder(async (folder) => {
    const file = path.join(folder, 'log.db');
    const { log } = await openBenchLog(folder);
    await log.append([draft(0)]);
    const ours: number[] = [];
    const reference: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(...(await latencies(log, 'our-peer.ts', file)));
      reference.push(...(await latencies(log, 'polling-peer.ts', file)));
    }
    await log.close();
    return { ours, reference };
  });

/** Both percentiles are of the same measurement. */
let measured: ReturnType<typeof measure> | undefined;

async function wakeAt(share: number): Promise<Result> {
  measured ??= measure();
  const samples = await measured;
  const ours = percentile(samples.ours, share);
  const reference = percentile(samples.reference, share);
  return {
    ours,
    reference,
    unit: 'ms',
    note:
      `append's return to the handler in another process, ${ROUNDS * EVENTS_PER_ROUND} appends 5–25 ms apart, durability ` +
      `process; reference: a bare peer that polls data_version every 5 ms (a 2,000 ms poll would take ` +
      `${(2000 * share).toLocaleString('en')} ms here); lower is better, below 0 arrived before the append returned`,
  };
}

export const wakeP50: Benchmark = { name: 'wake_p50', run: () => wakeAt(0.5) };
export const wakeP99: Benchmark = { name: 'wake_p99', run: () => wakeAt(0.99) };
