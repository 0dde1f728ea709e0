import path from 'node:path';
import { reduceTask } from '../src/state/reduce-task.ts';
import type { TaskState } from '../src/state/task.ts';
import { type Benchmark, compareRates, rateOf } from './benchmark.ts';
import { sampleWorkspace } from './sample-log.ts';
import { finishedTask } from './sample-tasks.ts';
import { openBenchLog } from './workplace.ts';

const READS = 20;

async function reader(events: number, task: number) {
  const [first] = finishedTask(task);
  const taskId = first?.task_id;
  const { log } = await openBenchLog(path.join(await sampleWorkspace(events), '.lineclear'));
  return {
    close: () => log.close(),
    measure: () =>
      rateOf(READS, async () => {
        for (let index = 0; index < READS; index += 1) {
          let state: TaskState | undefined;
          for await (const event of log.read({ taskId })) state = reduceTask(state, event);
          if (state?.phase !== 'completed') throw new Error(`${taskId} of ${events} events was not read`);
        }
      }),
  };
}

export const taskRead: Benchmark = {
  name: 'task_read',
  async run() {
    const large = await reader(1_000_000, 2500);
    const small = await reader(1_000, 1);
    const rates = await compareRates(large.measure, small.measure);
    await large.close();
    await small.close();
    const [ours, reference] = [1000 / rates.ours, 1000 / rates.reference];
    return {
      ours,
      reference,
      unit: 'ms',
      note: 'one task of about 200 events read and folded, out of a million events; reference: the same out of a thousand; lower is better',
    };
  },
};
