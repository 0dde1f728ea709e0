import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const entry = path.resolve(import.meta.dirname, '../../src/cli.ts');

/** Starts the program with the arguments that follow, as the scripts of `examples/` start it. */
function programIn(folder: string): string {
  const file = path.join(folder, 'lineclear');
  fs.writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`, { mode: 0o755 });
  return file;
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Happened {
  readonly task_id: string;
  readonly who: string;
  readonly type: string;
  readonly data: unknown;
  /** ISO 8601; default: now. */
  readonly timestamp?: string;
}

export interface Workspace {
  readonly root: string;
  readonly logFile: string;
  /** Starts a script with a shell, where LINECLEAR names the program; it is ended with the test. */
  shell(shell: string, args: readonly string[]): ChildProcess & { output: () => string };
  /** Runs `lineclear` with these arguments as a process of its own, in the workspace. */
  run(args: readonly string[], input?: string): Promise<Outcome>;
  /** Starts it and lets it run; it is ended with the test. */
  start(args: readonly string[]): ChildProcess & { output: () => string };
  /** Lets this have happened; one process, since each costs time. */
  record(...events: readonly Happened[]): Promise<void>;
  /** Creates a task, and lets its first plan wait. */
  planWaits(taskId: string, description: string): Promise<void>;
}

export const plan = {
  revision: 1,
  plan: '# Plan\n\nFirst this, then that.',
  chunks: [
    { title: 'This', files: ['src/this.ts'] },
    { title: 'That', files: ['src/that.ts'] },
  ],
};

/** A process that is ended with the test, and all that it has said. */
function followed<T extends ChildProcess>(child: T): T & { output: () => string } {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  onTestFinished(() => void child.kill('SIGKILL'));
  return Object.assign(child, { output: () => text });
}

/** A real, empty workspace, with nothing of the person who runs the tests. */
export function createWorkspace(name = 'work space'): Workspace {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'lineclear-cli-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const root = path.join(folder, name);
  fs.mkdirSync(root);
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    LINECLEAR_CONFIG_HOME: path.join(folder, 'config'),
    LINECLEAR_USER: 'maria',
    NODE_NO_WARNINGS: '1',
    TZ: 'UTC',
  };
  const begin = (args: readonly string[]) => spawn(process.execPath, [entry, ...args], { cwd: root, env });

  async function run(args: readonly string[], input = ''): Promise<Outcome> {
    const child = begin(args);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A command that does not read its input may have ended before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
  }

  async function record(...events: readonly Happened[]): Promise<void> {
    const lines = events.map(({ who, ...event }) =>
      JSON.stringify({ ...event, source: 'test', source_agent_id: who, call_chain: [who] }),
    );
    const { code, stderr } = await run(['import', '-'], lines.join('\n'));
    if (code !== 0) throw new Error(stderr);
  }

  return {
    root,
    logFile: path.join(root, '.lineclear', 'log.db'),
    run,
    shell: (shell, args) =>
      followed(spawn(shell, args, { cwd: root, env: { ...env, LINECLEAR: programIn(folder) } })),
    start: (args) => followed(begin(args)),
    record,
    planWaits: (task_id, description) =>
      record(
        { task_id, who: 'user:maria', type: 'task.created', data: { description, interactive: true } },
        { task_id, who: 'orchestrator', type: 'task.started', data: {} },
        { task_id, who: 'planner-1', type: 'plan.ready', data: plan },
      ),
  };
}
