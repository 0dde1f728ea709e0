import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { identifyProcess } from '../src/agents/process-tree.ts';
import { type Benchmark, median } from './benchmark.ts';
import { withWindows } from './host/window.ts';
import { workingTask } from './sample-tasks.ts';
import { openBenchLog, withFolder } from './workplace.ts';

const AGENTS = 1000;
const SECONDS = 15;
const WINDOWS = 3;

/** A log with agents at work, all of them as one process that lives. Returns their names for who lets them go on. */
async function writeAgents(folder: string, pid: number): Promise<string> {
  fs.mkdirSync(folder, { recursive: true });
  const { log } = await openBenchLog(folder);
  const process = identifyProcess(pid);
  const tasks = Array.from({ length: AGENTS }, (_, number) => workingTask(number, process));
  await log.append(tasks.flatMap(({ events }) => events));
  await log.close();
  const file = path.join(folder, 'agents.json');
  fs.writeFileSync(file, JSON.stringify(tasks.map(({ taskId, agentId }) => [taskId, agentId])));
  return file;
}

export const loopDelay: Benchmark = {
  name: 'loop_delay_p99',
  run: () =>
    withFolder(async (folder) => {
      const agent = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
        stdio: 'ignore',
      });
      try {
        const logFolder = path.join(folder, '.lineclear');
        const agents = await writeAgents(logFolder, agent.pid ?? 0);
        const script = path.join(import.meta.dirname, 'children/steady-writer.ts');
        const writer = [
          process.execPath,
          script,
          path.join(logFolder, 'log.db'),
          agents,
          String(SECONDS),
        ] as const;
        const [ours, reference] = await withWindows(async ({ measure }) => {
          const own: number[] = [];
          const empty: number[] = [];
          for (let index = 0; index < WINDOWS; index += 1) {
            own.push((await measure(folder, { withOurs: true, writer: [...writer] })).delayP99Ms);
            empty.push((await measure(folder, { withOurs: false, writer: [...writer] })).delayP99Ms);
          }
          return [median(own), median(empty)] as const;
        });
        return {
          ours,
          reference,
          ratio: ours / reference,
          unit: 'ms',
          target: 20,
          note:
            `how late the extension host's event loop is (99th percentile of looks 10 ms apart over ${SECONDS} s, ${WINDOWS} windows) ` +
            `with ${AGENTS} agents, 1,000 events per second and the sidebar open; reference: the same with an empty extension; lower is better`,
        };
      } finally {
        agent.kill('SIGKILL');
      }
    }),
};
