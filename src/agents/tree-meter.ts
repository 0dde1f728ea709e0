import fs from 'node:fs';
import os from 'node:os';
import pidusage from 'pidusage';
import type { EventData } from '../contract/catalog.ts';
import type { AgentProcess } from '../contract/events/agent.ts';
import { type ProcessEntry, listProcesses } from './process-list.ts';
import { type ProcessLook, readMark, trackMembers } from './process-tree.ts';

/** What a process tree uses, summed over its processes; what the system does not tell is left out. */
export type TreeUsage = EventData<'resource.used'>;

export interface MeasuredTree {
  /** The program that it began with. */
  readonly process: AgentProcess;
  /** The mark that its processes were started with, by which those are found that lost their parents. */
  readonly mark?: string | undefined;
}

export interface TreeMeter {
  /**
   * One look at all trees at once; keep the same objects from look to look. Undefined for a tree that has ended and for
   * one of another machine. CPU is counted from the last look at a process on, so it is 0 at the first.
   */
  measure(trees: readonly MeasuredTree[]): Promise<(TreeUsage | undefined)[]>;
}

const MIB = 1024 ** 2;

export function createTreeMeter(): TreeMeter {
  const trackers = new WeakMap<MeasuredTree, (look: ProcessLook) => number[]>();
  let marks = new Map<string, string | undefined>();

  /** Reads the marks of new processes only: a process keeps its own. */
  function look(): ProcessLook {
    const processes = listProcesses();
    const known = marks;
    marks = new Map();
    const markOf = (entry: ProcessEntry) => {
      const key = `${entry.pid}@${entry.started ?? ''}`;
      if (!marks.has(key)) marks.set(key, known.has(key) ? known.get(key) : readMark(entry));
      return marks.get(key);
    };
    return { processes, markOf };
  }

  /** On Windows nothing but the program itself: a list of all processes takes seconds there. */
  function membersOf(trees: readonly MeasuredTree[]): number[][] {
    if (process.platform === 'win32') return trees.map((tree) => [tree.process.pid]);
    const now = look();
    return trees.map((tree) => {
      const track = trackers.get(tree) ?? trackMembers(tree.process, tree.mark);
      trackers.set(tree, track);
      return track(now);
    });
  }

  return {
    async measure(trees) {
      const ours = trees.filter((tree) => tree.process.host === os.hostname());
      if (ours.length === 0) return trees.map(() => undefined);
      const members = membersOf(ours);
      const usage = await usageOf([...new Set(members.flat())]);
      return trees.map((tree) => {
        const own = members[ours.indexOf(tree)]?.flatMap((pid) => usage.get(pid) ?? []) ?? [];
        return own.length === 0 ? undefined : sum(own);
      });
    },
  };
}

/** Of the processes that still are there. */
async function usageOf(pids: readonly number[]): Promise<Map<number, TreeUsage>> {
  if (pids.length === 0) return new Map();
  const usage = (await measureAll(pids)).map(async ({ pid, memory, cpu }) => {
    const [file_count, disk_usage_mb] = await Promise.all([countOpenFiles(pid), readDiskUse(pid)]);
    return [pid, { memory_mb: memory / MIB, cpu_percent: cpu, file_count, disk_usage_mb }] as const;
  });
  return new Map(await Promise.all(usage));
}

/** One by one where that is cheap, so that one that has just ended does not hide the others; else with one command. */
async function measureAll(pids: readonly number[]): Promise<pidusage.Status[]> {
  const single = process.platform === 'linux';
  const parts = single ? pids.map((pid) => [pid]) : [[...pids]];
  const measured = await Promise.all(parts.map((part) => pidusage(part).catch(() => ({}))));
  return measured
    .flatMap((part) => Object.values<pidusage.Status | undefined>(part))
    .flatMap((entry) => entry ?? []);
}

async function countOpenFiles(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const files = await fs.promises.readdir(`/proc/${pid}/fd`).catch(() => undefined);
  return files?.length;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_io.5.html; a process counts the children that it has waited for. */
async function readDiskUse(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const io = await fs.promises.readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
  const bytes = ['read_bytes', 'write_bytes'].map((name) => RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1]);
  return bytes.includes(undefined) ? undefined : bytes.reduce((total, part) => total + Number(part), 0) / MIB;
}

function sum(parts: readonly TreeUsage[]): TreeUsage {
  const total = (read: (part: TreeUsage) => number | undefined): number | undefined => {
    const values = parts.flatMap((part) => read(part) ?? []);
    return values.length === 0 ? undefined : tenths(values.reduce((a, b) => a + b));
  };
  return {
    memory_mb: total(({ memory_mb }) => memory_mb) ?? 0,
    cpu_percent: total(({ cpu_percent }) => cpu_percent) ?? 0,
    disk_usage_mb: total(({ disk_usage_mb }) => disk_usage_mb),
    file_count: total(({ file_count }) => file_count),
  };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
