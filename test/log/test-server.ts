import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess } from '../../src/agents/process-list.ts';

/** A real server of a test's own, on a free port of this machine, that stores in a folder of its own. */
export interface TestServer {
  readonly port: number;
  /** Ends it without a chance to save anything. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with what it has stored. */
  start(): Promise<void>;
  /** Stops its time; it does nothing more when this resolves. */
  pause(): Promise<void>;
  /** Lets it go on. */
  resume(): void;
  /** Ends it and removes what it has stored. */
  dispose(): Promise<void>;
}

function isSuspended(pid: number): boolean {
  if (process.platform !== 'linux') return findProcess(pid)?.suspended ?? false;
  const states = fs.globSync(`/proc/${pid}/task/*/status`).map((file) => fs.readFileSync(file, 'utf8'));
  return states.every((status) => /^State:\s+T/m.test(status));
}

/** The signal reaches the threads of a process one by one, and on a busy machine some answer before it does. */
export async function suspend({ pid = 0 }: ChildProcess): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!isSuspended(pid)) await sleep(5);
}
