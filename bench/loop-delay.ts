import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { identifyProcess } from '../src/agents/process-tree.ts';
import { type Benchmark, median } from './benchmark.ts';
import type { Reading } from './host/reading.ts';
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

const medianOf = (readings: readonly Reading[], key: 'delayP99Ms' | 'delayCpuMs') =>
  median(readings.map((reading) => reading[key]));

const cpuPerSecond = (readings: readonly Reading[]) =>
  `${(medianOf(readings, 'delayCpuMs') / SECONDS).toFixed(0)} ms`;

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
        const [own, empty] = await withWindows(async ({ measure }) => {
          const both: [own: Reading[], empty: Reading[]] = [[], []];
          for (let index = 0; index < WINDOWS; index += 1) {
            both[0].push(await measure(folder, { withOurs: true, writer: [...writer] }));
            both[1].push(await measure(folder, { withOurs: false, writer: [...writer] }));
          }
          return both;
        });
        const [ours, reference] = [medianOf(own, 'delayP99Ms'), medianOf(empty, 'delayP99Ms')];
        return {
          ours,
          reference,
          unit: 'ms',
          target: 20,
          note:
            `how late the extension host's event loop is (99th percentile of looks 10 ms apart over ${SECONDS} s, ${WINDOWS} windows) ` +
            `with ${AGENTS} agents, 1,000 events per second and the sidebar open; reference: the same with an empty extension; processor time per second: ` +
            `${cpuPerSecond(own)}, with the empty one ${cpuPerSecond(empty)}; lower is better`,
        };
      } finally {
        agent.kill('SIGKILL');
      }
    }),
};
