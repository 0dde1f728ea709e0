import { type ChildProcess, spawn } from 'node:child_process';
import { LineclearError } from '../contract/errors.ts';

/** Exit code of a handler for an event that no further try would help; sysexits.h calls it EX_DATAERR. */
export const REJECT_EXIT = 65;

/** Characters of what a handler wrote to stderr that are kept as the reason of a failure. */
const MAX_REASON = 1000;

export interface HandlerProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly input: string;
  /** Besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends it, with whatever it started. */
  readonly signal: AbortSignal;
}

export interface HandlerResult {
  readonly code: number;
  /** What it wrote to stderr last, or how it ended if it wrote nothing. */
  readonly reason: string;
}

/** Ends a process and those that it started: on Unix it leads a group of its own. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
  } catch {
    // It has ended.
  }
}

/**
 * Runs a command with an event on stdin; its output is passed on. Rejects with
 * `handler_not_startable`, and with the signal's reason.
 */
export function runHandler({ command, args, input, env, signal }: HandlerProcess): Promise<HandlerResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'inherit', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let said = '';
    const stop = () => kill(child);
    signal.addEventListener('abort', stop, { once: true });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-MAX_REASON);
      process.stderr.write(chunk);
    });
    // One that does not read its input may have ended before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      signal.removeEventListener('abort', stop);
      const message = `${command} cannot be started: ${error.message}`;
      reject(new LineclearError('handler_not_startable', message, { cause: error }));
    });
    child.on('close', (code, ended) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else
        resolve({
          code: code ?? 1,
          reason: said.trim() || (ended ? `ended by ${ended}` : `exit code ${code}`),
        });
    });
  });
}
