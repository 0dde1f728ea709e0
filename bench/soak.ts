// node bench/soak.ts [--minutes 30] [--agents 10]
// Real orchestrators, agents and windows for a long time, with processes killed at random, and looks at whether all that
// must hold does: memory stays flat, what is shown is what is, every task ends, and no process is left. Exits with 1 if not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openApp } from '../src/app.ts';
import { messageOf } from '../src/contract/errors.ts';
import { isLive } from '../src/state/agent.ts';
import { agentProcesses, watchTruth } from './soak/compare.ts';
import { driveTasks } from './soak/driver.ts';
import { superviseOrchestrator } from './soak/supervisor.ts';
import { TELL_MEMORY, followMemory } from './soak/memory-trend.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, agents: { type: 'string', default: '10' } },
});
const minutes = Number(values.minutes);
const agents = Number(values.agents);

/** Milliseconds for which something may be shown that is not so any more. */
const ALLOWED_MS = 5_000;
const PROBE_MS = 500;
const REPORT_MS = 30_000;
const MINUTE = 60_000;
/** A shorter run is all warming-up, from which nothing follows about memory. */
const JUDGED_FROM_MINUTES = 10;
/** Milliseconds that open tasks have to end when no more are created and nothing is killed. */
const PATIENCE_MS = 3 * MINUTE;
/** Share of the time in which orchestrators are killed: the last one must be warm before its memory is followed. */
const KILLING = 0.4;
/** Mean time between two kills. */
const KILL_AGENT_MS = 4_000;
const KILL_ORCHESTRATOR_MS = 20_000;

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-soak-')));
const scripted = path.resolve(import.meta.dirname, '../examples/scripted-agent/agent.ts');
const command = JSON.stringify([process.execPath, scripted]);
fs.mkdirSync(path.join(root, '.lineclear'));
fs.writeFileSync(
  path.join(root, '.lineclear/config.toml'),
  `[roles]\nplanner = "scripted"\ncoder = "scripted"\nreviewer = "scripted"\n[orchestrator]\nconcurrency = ${agents}\n[agents.scripted]\ncommand = ${command}\n`,
);

const problems: string[] = [];
const report = (error: unknown) => void problems.push(messageOf(error));
const app = await openApp({ root, source: 'cli' });
const { world } = app;
const driver = driveTasks(app, agents, report);
const truth = watchTruth(root, world, ALLOWED_MS);
const began = Date.now();
const memory = { orchestrator: followMemory('orchestrator', began), view: followMemory('view', began) };
const orchestrator = superviseOrchestrator(root, path.join(root, 'orchestrator.txt'), (child) =>
  memory.orchestrator.follow(child),
);
const follower = spawn(
  process.execPath,
  [...TELL_MEMORY, path.join(import.meta.dirname, 'children/follower.ts'), root],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
);
memory.view.follow(follower);
let killed = 0;
/** Counted by itself, as the world forgets what has ended long ago. */
const counts = { created: 0, completed: 0, failed: 0 };
const agentIds = new Set<string>();
await app.follow(({ events }) => {
  for (const { type } of events) {
    if (type === 'task.created') counts.created += 1;
    if (type === 'task.completed') counts.completed += 1;
    if (type === 'task.failed') counts.failed += 1;
  }
  for (const id of world.agents.keys()) agentIds.add(id);
  driver.step();
}, report);

/** Whether something that happens every so often on average happens in this probe. */
const happens = (everyMs: number) => Math.random() < PROBE_MS / everyMs;

function killSomeAgent(): void {
  const live = [...world.agents.values()].filter(({ status, process: own }) => isLive(status) && own);
  const victim = live[Math.floor(Math.random() * live.length)]?.process;
  if (!victim) return;
  try {
    process.kill(victim.pid, 'SIGKILL');
    killed += 1;
  } catch {
    // It ended by itself.
  }
}

const end = began + minutes * MINUTE;
let reported = began;
const columns = [
  'minute',
  'events',
  'tasks',
  'done',
  'failed',
  'killed',
  'starts',
  'orch MB',
  'heap MB',
  'view MB',
  'heap MB',
  'wrong s',
];
const print = (cells: readonly (string | number)[]) =>
  console.log(cells.map((cell) => String(cell).padStart(9)).join(''));
const row = () =>
  print([
    ((Date.now() - began) / MINUTE).toFixed(1),
    world.position,
    counts.created,
    counts.completed,
    counts.failed,
    killed,
    orchestrator.starts(),
    memory.orchestrator.rss.toFixed(0),
    memory.orchestrator.heap.toFixed(1),
    memory.view.rss.toFixed(0),
    memory.view.heap.toFixed(1),
    (truth.longest / 1000).toFixed(1),
  ]);

async function probe(isCalm: boolean): Promise<void> {
  await delay(PROBE_MS);
  driver.step();
  const now = Date.now();
  truth.look(now);
  if (now - reported >= REPORT_MS) {
    reported = now;
    row();
  }
  if (isCalm) return;
  if (happens(KILL_AGENT_MS)) killSomeAgent();
  if (now < began + minutes * MINUTE * KILLING && happens(KILL_ORCHESTRATOR_MS)) orchestrator.kill();
}

print(columns);
while (Date.now() < end) await probe(false);
const figures = Object.values(memory).map(({ describe }) => describe());
const rising = minutes < JUDGED_FROM_MINUTES ? [] : Object.values(memory).flatMap((trend) => trend.rising());
driver.close();
const giveUp = Date.now() + PATIENCE_MS;
while (driver.open().length > 0 && Date.now() < giveUp) await probe(true);
row();

const unfinished = driver.open().map(({ task_id, phase }) => `${task_id} is in phase ${phase}`);
await orchestrator.stop();
await app.refresh();
const left = [...agentProcesses(root, agentIds)].map(([pid, id]) => `process ${pid} of ${id} is left`);
const shown = [...world.agents.values()]
  .filter(({ status }) => isLive(status))
  .map(({ agent_id, status }) => `${agent_id} is shown as ${status} at the end`);
const gone = once(follower, 'exit');
follower.kill('SIGTERM');
await gone;
await app.close();

const violations = [...problems, ...truth.violations, ...unfinished, ...left, ...shown, ...rising];
console.log(['', ...figures].join('\n'));
if (minutes < JUDGED_FROM_MINUTES) console.log(`memory is judged from ${JUDGED_FROM_MINUTES} minutes on`);
console.log(`longest that something was shown wrongly: ${(truth.longest / 1000).toFixed(1)} s`);
if (violations.length === 0) {
  console.log('nothing was violated');
  fs.rmSync(root, { recursive: true, force: true });
} else {
  for (const violation of violations) console.log(`VIOLATED: ${violation}`);
  console.log(`kept: ${root}`);
  process.exitCode = 1;
}
