import { type Benchmark, median } from './benchmark.ts';
import { withWindows } from './host/window.ts';
import { sampleWorkspace } from './sample-log.ts';

const WINDOWS = 5;

export const hostRss: Benchmark = {
  name: 'host_rss',
  async run() {
    const folder = await sampleWorkspace(1_000_000);
    const [withOurs, without] = await withWindows(async ({ measure }) => {
      const own: number[] = [];
      const empty: number[] = [];
      for (let index = 0; index < WINDOWS; index += 1) {
        own.push((await measure(folder, { withOurs: true, rss: true })).rssMb);
        empty.push((await measure(folder, { withOurs: false, rss: true })).rssMb);
      }
      return [median(own), median(empty)] as const;
    });
    const ours = withOurs - without;
    return {
      ours,
      reference: without,
      unit: 'MB',
      target: 80,
      note:
        'resident memory that the extension host has more with Lineclear open on a million events, some seconds after the ' +
        `start, ${WINDOWS} windows each; reference: the extension host with an empty extension; lower is better`,
    };
  },
};
