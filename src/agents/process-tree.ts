import { execFile, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { AgentProcess } from '../contract/events/agent.ts';
import { type ProcessEntry, findProcess, listProcesses, readVariable } from './process-list.ts';

/** A program and everything that it starts. */
export interface ProcessTree {
  readonly child: ChildProcessWithoutNullStreams;
  readonly process: AgentProcess;
  /**
   * Ends the program, its process group and all its descendants, also those that left the group; on Linux also those
   * that lost their parents. They get SIGTERM, what is left after the grace time gets SIGKILL. Resolves when none of
   * them is left, also when none was; throws `agent_timeout` when the operating system does not end one. May be called
   * again.
   */
  stop(): Promise<void>;
}

interface TreeOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds between SIGTERM and SIGKILL; 2000 when not given. */
  readonly graceMs?: number;
  /** What all its processes are marked with; without it a mark of its own. No other tree may have it meanwhile. */
  readonly mark?: string | undefined;
}

/**
 * A variable that all processes of a tree inherit, with a value of its own for each. It finds what neither the group
 * nor the parents do: agents run commands in groups of their own, which nobody points to when the agent has crashed.
 */
const MARK = 'LINECLEAR_AGENT_TREE';
/** What gives access to the log of a team: an agent that could write it could approve its own plan. */
const SECRETS: ReadonlySet<string> = new Set([
  'LINECLEAR_LOG_PASSWORD',
  'LINECLEAR_LOG_CREDENTIALS',
  'LINECLEAR_LOG_URL',
]);
const GRACE = 2_000;
/** How long SIGKILL may take until it counts as refused: a process in a system call that does not return. */
const KILL_LIMIT = 10_000;

const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.has(name)));

/** Starts a program, without a shell, in a process group of its own. Throws `agent_not_startable`. */
export async function startProcessTree(
  command: readonly [string, ...string[]],
  { cwd, env, graceMs = GRACE, mark = randomUUID() }: TreeOptions,
): Promise<ProcessTree> {
  const [program, ...args] = command;
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(program, args, {
      cwd,
      env: { ...withoutSecrets(process.env), ...env, [MARK]: mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    await once(child, 'spawn');
  } catch (error) {
    throw notStartable(program, cwd, error);
  }
  const { pid } = child;
  if (pid === undefined) throw new LineclearError('agent_not_startable', `${program} has no process id.`);
  const identity = identifyProcess(pid);
  let stopped: Promise<void> | undefined;
  return { child, process: identity, stop: () => (stopped ??= stopTree(identity, mark, graceMs)) };
}

function notStartable(program: string, cwd: string, error: unknown): LineclearError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const missing = fs.existsSync(cwd) ? 'there is no such command' : `the folder ${cwd} does not exist`;
  const reasons = new Map<unknown, string>([
    ['ENOENT', missing],
    ['E2BIG', 'what it gets as arguments is too long (with input = "stdin" a prompt is none)'],
  ]);
  const reason = reasons.get(code) ?? messageOf(error);
  return new LineclearError('agent_not_startable', `Cannot start ${program}: ${reason}.`, { cause: error });
}

/** What is needed to tell later whether a process still is the same one. */
export function identifyProcess(pid: number): AgentProcess {
  const started = findProcess(pid)?.started;
  return { pid, host: os.hostname(), ...(started === undefined ? {} : { started }) };
}

/**
 * How a process is, as the operating system says. It runs if the pid exists and was given at the same time; one that has
 * ended counts as gone even before it is reaped. `suspended`: it is there but stopped, as by SIGSTOP, which is not known
 * on Windows. Undefined for a process of another machine.
 */
export function lookAt({ pid, host, started }: AgentProcess): 'running' | 'suspended' | 'gone' | undefined {
  if (host !== os.hostname()) return undefined;
  const found = findProcess(pid);
  const isSame = found && (started === undefined || found.started === undefined || found.started === started);
  if (!isSame) return 'gone';
  return found.suspended ? 'suspended' : 'running';
}

/** Whether a process still runs, if only suspended: see {@link lookAt}. */
export function isAlive(identity: AgentProcess): boolean | undefined {
  const sight = lookAt(identity);
  return sight && sight !== 'gone';
}

/** What is known of a tree that somebody else started. */
export interface LeftTree {
  /** The program itself. An agent ends by itself when its orchestrator is gone, but what it started need not. */
  readonly process?: AgentProcess | undefined;
  /** The mark that it was started with, by which Linux finds its processes also when the program is gone, or unknown. */
  readonly mark?: string | undefined;
}

/**
 * Ends what is left of an agent whose orchestrator is gone, like `ProcessTree.stop`. Does nothing and returns false
 * when nothing of it runs on this machine any more.
 */
export async function stopLeftTree(left: LeftTree): Promise<boolean> {
  const leader = left.process && isAlive(left.process) === true ? left.process : undefined;
  const mark = left.mark ?? (leader && readMark(leader));
  if (!leader && (mark === undefined || !isMarked(mark))) return false;
  await stopTree(leader, mark, GRACE);
  return true;
}

/**
 * Lets all processes of a tree stand still. Returns whether it could: not on Windows, and not for a tree that is gone
 * or runs on another machine.
 */
export function suspendTree(tree: LeftTree): boolean {
  const stopped = new Set<number>();
  // What one of them started a moment before it stood still is found by the next look.
  for (let before = -1; before < stopped.size;) {
    before = stopped.size;
    for (const pid of membersOf(tree)) {
      if (!stopped.has(pid)) signal(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  }
  return stopped.size > 0;
}

/** Lets a tree go on that was suspended. */
export function resumeTree(tree: LeftTree): void {
  for (const pid of membersOf(tree)) signal(pid, 'SIGCONT');
}

function membersOf({ process: leader, mark }: LeftTree): readonly number[] {
  if (process.platform === 'win32' || !leader || isAlive(leader) !== true) return [];
  return trackMembers(leader, mark)();
}

const isMarked = (mark: string): boolean => livingMarks().has(mark);

/** The marks of all processes that run, but for our own: an agent may have started us. Linux only; elsewhere none. */
export function livingMarks(): ReadonlySet<string> {
  if (process.platform !== 'linux') return new Set();
  const others = listProcesses().filter(({ pid }) => pid !== process.pid);
  return new Set(others.flatMap((entry) => readMark(entry) ?? []));
}

async function stopTree(
  leader: AgentProcess | undefined,
  mark: string | undefined,
  graceMs: number,
): Promise<void> {
  if (process.platform === 'win32') return leader && (await killOnWindows(leader));
  const members = trackMembers(leader, mark);
  const force = performance.now() + graceMs;
  const giveUp = force + KILL_LIMIT;
  const asked = new Set<number>();
  for (;;) {
    const pids = members();
    if (pids.length === 0) return;
    const now = performance.now();
    if (now > giveUp) {
      throw new LineclearError(
        'agent_timeout',
        `The operating system does not end process ${pids.join(', ')}.`,
      );
    }
    for (const pid of pids) {
      if (now >= force) signal(pid, 'SIGKILL');
      else if (!asked.has(pid)) {
        signal(pid, 'SIGTERM');
        // One that stands still would not hear it.
        signal(pid, 'SIGCONT');
      }
      asked.add(pid);
    }
    // The end of a process that is not our child cannot be awaited.
    await delay(20);
  }
}

/** All processes at a moment, and what each is marked with. */
export interface ProcessLook {
  readonly processes: readonly ProcessEntry[];
  readonly markOf: (entry: ProcessEntry) => string | undefined;
}

const lookNow = (): ProcessLook => ({ processes: listProcesses(), markOf: readMark });

/** What a process of a tree is marked with; Linux only. */
export const readMark = ({ pid }: Pick<ProcessEntry, 'pid'>): string | undefined => readVariable(pid, MARK);

/** Returns what lists the living members of a tree; one that was seen once is known also when its parent has gone. */
export function trackMembers(
  leader: AgentProcess | undefined,
  mark: string | undefined,
): (look?: ProcessLook) => number[] {
  const seen = new Map<number, string | undefined>(leader && [[leader.pid, leader.started]]);
  return ({ processes, markOf } = lookNow()) => {
    const first = processes.find(({ pid }) => pid === leader?.pid);
    // A group keeps its number in use. So when that pid is another process now, the group is not ours either.
    const ownsGroup = !first || leader?.started === undefined || first.started === leader.started;
    const members = new Set<number>();
    for (const entry of processes) {
      const { pid, group, started } = entry;
      if (pid === process.pid) continue; // an agent may have started us
      const isKnown = seen.has(pid) && seen.get(pid) === started;
      const isOfGroup = ownsGroup && group === leader?.pid && pid !== leader.pid;
      if (isKnown || isOfGroup || (mark !== undefined && markOf(entry) === mark)) members.add(pid);
    }
    // A set is iterated to its end while it grows: children of children follow by themselves.
    for (const member of members) {
      for (const { pid, parent } of processes) {
        if (parent === member && pid !== process.pid) members.add(pid);
      }
    }
    seen.clear();
    for (const { pid, started } of processes) if (members.has(pid)) seen.set(pid, started);
    return [...members];
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself between the look and the signal.
  }
}

async function killOnWindows(leader: AgentProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    // It fails when the process has gone, which is what is wanted.
    execFile('taskkill', ['/PID', String(leader.pid), '/T', '/F'], { windowsHide: true }, () => resolve());
  });
}
