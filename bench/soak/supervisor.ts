import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { TELL_MEMORY } from './memory-trend.ts';

const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts');

/** Keeps an orchestrator running in a process of its own, as an open window does: whenever it ends, the next one begins. */
export function superviseOrchestrator(
  root: string,
  output: string,
  onStart: (child: ChildProcess) => void = () => undefined,
) {
  const file = fs.openSync(output, 'a');
  let starts = 0;
  let stopping = false;
  let child: ChildProcess;
  const begin = () => {
    starts += 1;
    child = spawn(process.execPath, [...TELL_MEMORY, CLI, 'serve', '--stay'], {
      cwd: root,
      stdio: ['ignore', file, file, 'ipc'],
    });
    onStart(child);
    child.once('exit', () => {
      if (!stopping) begin();
    });
  };
  begin();
  return {
    pid: () => child.pid ?? 0,
    starts: () => starts,
    kill: () => child.kill('SIGKILL'),
    async stop() {
      stopping = true;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      fs.closeSync(file);
    },
  };
}
