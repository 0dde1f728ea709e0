// node bench/flood.ts [--mb 1024]
// A real orchestrator under an agent that prints a gigabyte in one turn: how much memory that takes, how much of it comes
// into the log, and how late the orchestrator is with what it does every 1.5 s, which is to renew its lease.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pidusage from 'pidusage';
import { openApp } from '../src/app.ts';
import { messageOf } from '../src/contract/errors.ts';
import { openLog } from '../src/log/open.ts';
import { presenceLease } from '../src/orchestrator/presence.ts';
import { isEnded } from '../src/state/task.ts';
import { superviseOrchestrator } from './soak/supervisor.ts';

const { values } = parseArgs({ options: { mb: { type: 'string', default: '1024' } } });
const PROBE_MS = 50;
const RENEWAL_MS = 1_500;
const MIB = 1024 ** 2;
const scripted = path.resolve(import.meta.dirname, '../examples/scripted-agent/agent.ts');

async function flood(kind: string) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-flood-')));
  fs.mkdirSync(path.join(root, '.lineclear'));
  const command = JSON.stringify([process.execPath, scripted]);
  fs.writeFileSync(
    path.join(root, '.lineclear/config.toml'),
    `roles = { planner = "s", coder = "s", reviewer = "s" }\norchestrator.retry_delays = []\n[agents.s]\ncommand = ${command}\n`,
  );
  const app = await openApp({ root, source: 'cli' });
  const backend = await openLog({
    backend: 'sqlite',
    file: app.logPlace,
    tenantId: 'local',
    durability: 'process',
  });
  const orchestrator = superviseOrchestrator(root, path.join(root, 'orchestrator.txt'));
  const description = `Document notes.md [flood: ${values.mb} ${kind}]`;
  const { task_id = '' } = await app.execute({ command: 'create_task', description, interactive: false });
  const began = { at: 0, rss: 0, log: 0 };
  let [highest, latest, renewed, expires] = [0, 0, 0, 0];
  const sizeOfLog = () =>
    ['', '-wal'].reduce(
      (sum, end) => sum + (fs.statSync(`${app.logPlace}${end}`, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  for (;;) {
    await delay(PROBE_MS);
    await app.refresh();
    const phase = app.world.tasks.get(task_id)?.phase ?? 'created';
    const rss = ((await pidusage(orchestrator.pid()).catch(() => undefined))?.memory ?? 0) / MIB;
    if (phase === 'plan_review') {
      Object.assign(began, { at: Date.now(), rss, log: sizeOfLog() });
      await app.execute({ command: 'approve_plan', task_id });
    }
    if (began.at === 0) continue;
    highest = Math.max(highest, rss);
    const now = Date.now();
    const { id = '' } = (await app.orchestrator()) ?? {};
    const lease = (await backend.leases.latest(presenceLease(id)))?.expiresAt.getTime() ?? 0;
    if (lease !== expires) [expires, renewed] = [lease, now];
    latest = Math.max(latest, now - renewed - RENEWAL_MS);
    if (!isEnded(phase)) continue;
    const how = app.world.tasks.get(task_id)?.failure?.error_message ?? phase;
    const log = sizeOfLog() - began.log;
    await orchestrator.stop();
    await backend.close();
    await app.close();
    fs.rmSync(root, { recursive: true, force: true });
    return { seconds: (now - began.at) / 1000, before: began.rss, highest, log: log / MIB, latest, how };
  }
}

const row = (cells: readonly (string | number)[]) =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(10) : String(cell).padStart(12))).join('');
console.log(row([`${values.mb} MB as`, 'seconds', 'MB before', 'MB at most', 'MB of log', 'late by ms']));
for (const kind of ['messages', 'stderr', 'line']) {
  try {
    const { seconds, before, highest, log, latest, how } = await flood(kind);
    console.log(
      row([kind, seconds.toFixed(1), before.toFixed(0), highest.toFixed(0), log.toFixed(1), latest]),
    );
    console.log(`          ${how}`);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
