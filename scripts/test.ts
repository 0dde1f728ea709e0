// node scripts/test.ts [--only unit|host|agents|ui]
// All tests in order. A stage that fails does not keep the others from running; the exit code and the last line,
// `N passed, N failed`, speak for all of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureAgents, ensureBrowser, ensureHost } from './parts.ts';
import { addCounts, readMocha, readVitest } from './results.ts';
import type { Counts } from './results.ts';
import { ensureNats, ensureRedis } from './servers.ts';
import { root } from './targets.ts';

/** What is installed while other stages run: downloads of hundreds of megabytes, which keep no processor busy. */
const parts = { agents: ensureAgents, host: ensureHost } as const;
type Part = keyof typeof parts;

const NONE: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
const results = path.join(root, 'artifacts/results');

interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Stages without tests have none to count. */
  readonly count?: () => Counts | undefined;
  /** Stages that it is pointless without. */
  readonly needs?: readonly string[];
  readonly parts?: readonly Part[];
}

interface Outcome {
  readonly stage: Stage;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly counts: Counts;
  readonly seconds: number;
}

const node = (...args: string[]) => [process.execPath, ...args];
const bin = (name: string, ...args: string[]) => [path.join(root, 'node_modules/.bin', name), ...args];

function vitest(project: string, needs: readonly string[] = [], wanted: readonly Part[] = []): Stage {
  const file = path.join(results, `${project}.json`);
  return {
    name: project,
    command: bin(
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ),
    count: () => readVitest(file, root),
    needs,
    parts: wanted,
  };
}

const hostResult = path.join(results, 'host.json');
const stages: readonly Stage[] = [
  { name: 'types', command: bin('tsc') },
  { name: 'lint', command: bin('oxlint', '--report-unused-disable-directives') },
  { name: 'unused', command: bin('knip') },
  { name: 'format', command: bin('oxfmt', '--check') },
  { name: 'build', command: node('scripts/build.ts', '--production') },
  vitest('unit'),
  { name: 'package', command: node('scripts/package.ts', '--built'), needs: ['build'] },
  {
    name: 'host',
    command: node('test/host/run.ts'),
    env: { HOST_TEST_RESULT: hostResult },
    count: () => readMocha(hostResult),
    needs: ['build'],
    parts: ['host'],
  },
  vitest('agents', [], ['agents']),
  vitest('ui', ['package'], ['agents', 'host']),
];

/** What `--only` runs: the stage and what has to be made for it. */
const only: Readonly<Record<string, readonly string[]>> = {
  unit: ['unit'],
  host: ['build', 'host'],
  agents: ['agents'],
  ui: ['build', 'package', 'ui'],
};

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = values.only === undefined ? stages.map(({ name }) => name) : only[values.only];
if (!chosen) throw new Error(`--only takes ${Object.keys(only).join(', ')}`);

const installed = new Map<Part, Promise<void>>();
for (const part of stages.flatMap((stage) => (chosen.includes(stage.name) ? (stage.parts ?? []) : []))) {
  const installing = installed.get(part) ?? parts[part]();
  // The stage that needs it says that it failed.
  installing.catch(() => undefined);
  installed.set(part, installing);
}
if (chosen.includes('unit') || chosen.includes('ui')) {
  ensureNats();
  ensureRedis();
  ensureBrowser();
}
fs.rmSync(results, { recursive: true, force: true });
fs.mkdirSync(results, { recursive: true });

const outcomes: Outcome[] = [];
for (const stage of stages) {
  if (chosen.includes(stage.name)) outcomes.push(await runStage(stage));
}
report();

async function runStage(stage: Stage): Promise<Outcome> {
  const missing = outcomes.find(
    ({ stage: { name }, result }) => stage.needs?.includes(name) && result !== 'passed',
  );
  if (missing) return { stage, result: 'not run', counts: NONE, seconds: 0 };
  console.log(`\n── ${stage.name} ──`);
  try {
    await Promise.all((stage.parts ?? []).flatMap((part) => installed.get(part) ?? []));
  } catch (error) {
    console.error(error);
    return { stage, result: 'failed', counts: { ...NONE, failed: 1 }, seconds: 0 };
  }
  const started = Date.now();
  const ok = (await exitCodeOf(stage)) === 0;
  const seconds = (Date.now() - started) / 1_000;
  const counted = stage.count?.();
  const counts = counted ?? NONE;
  // Without a count, a stage that has tests did not get as far as to run them.
  if (ok && counts.failed === 0 && (counted || !stage.count))
    return { stage, result: 'passed', counts, seconds };
  // Nobody may read "0 failed" when something did: a stage that fails without a failed test counts as one.
  return { stage, result: 'failed', counts: { ...counts, failed: Math.max(counts.failed, 1) }, seconds };
}

async function exitCodeOf({ command: [file = '', ...args], env }: Stage): Promise<number | null> {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  let interrupted = false;
  const forward = (signal: NodeJS.Signals) => {
    interrupted = true;
    // The terminal gives Ctrl+C to the whole group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  await once(child, 'exit');
  for (const signal of signals) process.off(signal, forward);
  if (interrupted) process.exit(130);
  return child.exitCode;
}

function report(): void {
  console.log('\n── summary ──');
  for (const { stage, result, counts, seconds } of outcomes) {
    const numbers = stage.count && result !== 'not run' ? sentence(counts) : '';
    console.log(
      `${stage.name.padEnd(8)} ${result.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${numbers}`.trimEnd(),
    );
  }
  const total = outcomes.map(({ counts }) => counts).reduce(addCounts, NONE);
  for (const { test, reason } of total.failures) {
    console.log(`\nfailed: ${test}\n${reason.replaceAll(/^/gm, '  ')}`);
  }
  process.exitCode = outcomes.every(({ result }) => result === 'passed') ? 0 : 1;
  console.log(`\n${sentence(total)}`);
}

function sentence({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
