import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';

export interface MeasuredChild {
  /** The next line that it prints. */
  line(): Promise<string>;
  stop(): Promise<void>;
}

/** Runs a script of `children/` in a process of its own. */
export function startChild(script: string, ...args: readonly string[]): MeasuredChild {
  const file = path.join(import.meta.dirname, 'children', script);
  const child: ChildProcess & { stdout: NodeJS.ReadableStream } = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  return {
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error(`${script} ended early.`);
      return next.value;
    },
    async stop() {
      child.kill();
      await exited;
    },
  };
}
