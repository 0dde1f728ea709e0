import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MARK } from './processes.ts';

/** A temporary folder and the processes that belong to it. Both are gone soon after this process, however it ends. */
export interface Scratch {
  readonly folder: string;
  /** A new folder in it. */
  makeFolder(name: string): string;
  /** The environment that ties a process and its children to a folder of this scratch. */
  mark(folder: string): Record<string, string>;
  /** Ties a whole process group, where the environment of a process cannot be read. */
  addGroup(leader: number): void;
  /** Ends the processes and removes the folder now. */
  close(): Promise<void>;
}

let shared: Scratch | undefined;

/** The scratch of this process. */
export function scratch(): Scratch {
  return (shared ??= openScratch());
}

function openScratch(): Scratch {
  // The real path: macOS has /var as a link, and paths are compared.
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'vscode-test-')));
  const sweeper = spawn(process.execPath, [path.join(import.meta.dirname, 'sweeper.ts'), folder], {
    // Away from the terminal's process group: Ctrl+C is for the others.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    cwd: os.tmpdir(),
  });
  sweeper.unref();
  const gone = once(sweeper, 'exit');
  let count = 0;
  return {
    folder,
    makeFolder(name) {
      count += 1;
      const made = path.join(folder, `${name}-${count}`);
      fs.mkdirSync(made, { recursive: true });
      return made;
    },
    mark: (marked) => ({ [MARK]: marked }),
    addGroup(leader) {
      sweeper.stdin.write(`${leader}\n`);
    },
    async close() {
      shared = undefined;
      sweeper.ref();
      sweeper.stdin.end();
      await gone;
    },
  };
}
