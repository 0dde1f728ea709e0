import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** A process that the operating system runs; one that has ended and only waits to be reaped is none. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Opaque; differs when a pid is given to another process. Undefined where the system does not tell it cheaply. */
  readonly started: string | undefined;
  /** Stopped by a signal or a debugger: it is there, and does nothing until it is continued. */
  readonly suspended: boolean;
}

/** How old the answer of `ps` may be for `findProcess`, in milliseconds. */
const SNAPSHOT_AGE = 1_000;

let bootId: string | undefined;
let snapshot: { readonly taken: number; readonly entries: ReadonlyMap<number, ProcessEntry> } | undefined;

/**
 * One process, or undefined when there is none. Linux: two small reads. macOS: one `ps` per second, however many are
 * looked up. Windows: only whether the pid is in use.
 */
export function findProcess(pid: number): ProcessEntry | undefined {
  if (process.platform === 'linux') return readProc(pid);
  if (process.platform === 'win32') return pidExists(pid) ? bareEntry(pid) : undefined;
  const now = performance.now();
  if (!snapshot || now - snapshot.taken > SNAPSHOT_AGE) {
    snapshot = { taken: now, entries: new Map(runPs().map((entry) => [entry.pid, entry])) };
  }
  return snapshot.entries.get(pid);
}

/** All processes as they are now. Not on Windows, where `taskkill` knows the tree by itself. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform !== 'linux') return runPs();
  return fs
    .readdirSync('/proc')
    .flatMap((name) => (/^\d+$/.test(name) ? (readProc(Number(name)) ?? []) : []));
}

/** What a process was started with in an environment variable. Linux only; elsewhere undefined. */
export function readVariable(pid: number, name: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const variables = fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined; // it has ended, or is another user's
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readProc(pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name of the program may contain spaces and brackets; the fields after it do not.
  const [state, parent, group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    started: `${rest[16] ?? ''}@${readBootId()}`,
    suspended: state === 'T' || state === 't',
  };
}

/** The start time counts from boot, so that the same number may come again after one. */
function readBootId(): string {
  try {
    bootId ??= fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  } catch {
    bootId = '';
  }
  return bootId;
}

function runPs(): ProcessEntry[] {
  const output = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    maxBuffer: 16 * 1024 * 1024,
  });
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)\s*$/.exec(line);
    if (!match || match[4]?.startsWith('Z')) return [];
    return {
      pid: Number(match[1]),
      parent: Number(match[2]),
      group: Number(match[3]),
      started: match[5],
      suspended: match[4]?.startsWith('T') === true,
    };
  });
}

const bareEntry = (pid: number): ProcessEntry => ({
  pid,
  parent: 0,
  group: 0,
  started: undefined,
  suspended: false,
});

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
