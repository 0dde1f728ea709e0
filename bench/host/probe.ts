// What runs inside the extension host: bundled by host-window.ts, called by VS Code as a suite of tests is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { LineclearApi } from '../../src/vscode/activate.ts';
import type { Activation, Probe, Reading } from './reading.ts';

/** Milliseconds between two looks at the event loop; what is measured is how much later the look came. */
const RESOLUTION_MS = 10;
/** What is begun at the start has ended by then. */
const SETTLE_MS = 5_000;

async function activate(id: string): Promise<Activation> {
  const extension = vscode.extensions.getExtension<LineclearApi | undefined>(id);
  if (!extension) throw new Error(`VS Code does not know ${id}`);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const api = await extension.activate();
  const returnedMs = performance.now() - start;
  await api?.whenReady;
  const readyMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { returnedMs, readyMs, cpuMs: (user + system) / 1000 };
}

async function watchLoop(
  writer: readonly [string, ...string[]],
): Promise<Pick<Reading, 'delayP99Ms' | 'delayCpuMs'>> {
  const [program, ...args] = writer;
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const cpu = process.cpuUsage();
  histogram.enable();
  await ended;
  histogram.disable();
  if (child.exitCode !== 0) throw new Error('the writer failed');
  const { user, system } = process.cpuUsage(cpu);
  return {
    delayP99Ms: Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS),
    delayCpuMs: (user + system) / 1000,
  };
}

/** VS Code calls this. */
export async function run(): Promise<void> {
  const probe: Probe = JSON.parse(fs.readFileSync(process.env['BENCH_PROBE'] ?? '', 'utf8'));
  // A window that runs tests takes no settings from the person's file.
  await vscode.workspace
    .getConfiguration('lineclear')
    .update('orchestrator.autoStart', false, vscode.ConfigurationTarget.Global);
  // The first extension that is activated pays for what all use.
  await activate('bench.warm-up');
  const empty = await activate('bench.empty');
  const ours = probe.withOurs ? await activate('lineclear.lineclear') : empty;
  const reading: Reading = { empty, ours, rssMb: 0, delayP99Ms: 0, delayCpuMs: 0 };
  if (probe.writer) {
    if (probe.withOurs) await vscode.commands.executeCommand('workbench.view.extension.lineclear');
    await delay(SETTLE_MS);
    Object.assign(reading, await watchLoop(probe.writer));
  } else if (probe.rss) {
    await delay(SETTLE_MS);
    reading.rssMb = process.memoryUsage.rss() / 1024 / 1024;
  }
  // Whole as soon as it is there.
  fs.writeFileSync(`${probe.result}.part`, JSON.stringify(reading));
  fs.renameSync(`${probe.result}.part`, probe.result);
}
