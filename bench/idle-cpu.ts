import path from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { WINDOW_MS } from './children/report.ts';
import { type MeasuredChild, startChild } from './measured-child.ts';
import { draft, openBenchLog, withFolder } from './workplace.ts';

async function cpuOf(peer: MeasuredChild): Promise<number> {
  for (;;) {
    const [word, value] = (await peer.line()).split(' ');
    if (word === 'cpu') return Number(value);
  }
}

export const idleCpu: Benchmark = {
  name: 'idle_cpu',
  run: () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'log.db');
      const { log } = await openBenchLog(folder);
      await log.append([draft(0)]);
      const peers = ['our-peer.ts', 'polling-peer.ts'].map((script) => startChild(script, file, 'cpu'));
      const [ours = Number.NaN, reference = Number.NaN] = await Promise.all(peers.map(cpuOf));
      for (const peer of peers) await peer.stop();
      await log.close();
      return {
        ours,
        reference,
        unit: '% of a core',
        note:
          `a process that subscribes while nothing happens, over ${WINDOW_MS / 1000} s; reference: a bare peer that polls ` +
          'data_version every 5 ms, in the same seconds; lower is better',
      };
    }),
};
