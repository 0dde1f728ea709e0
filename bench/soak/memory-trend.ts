import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { MemoryReading } from './tell-memory.ts';
import { createTrend } from './trend.ts';

/** Flags of node for a process that tells its parent, to which it needs an IPC channel, of its memory. */
export const TELL_MEMORY = ['--expose-gc', '--import', path.join(import.meta.dirname, 'tell-memory.ts')];

/** MB per minute in the second half. What stays after a collection of garbage must not rise; the process may still settle. */
const ALLOWED = { heap: 0.1, external: 0.1, rss: 0.5 } as const;
type Kind = keyof typeof ALLOWED;
const KINDS: readonly Kind[] = ['rss', 'heap', 'external'];

/** The memory of processes that do the same one after the other, since `began` (ms). */
export function followMemory(who: string, began: number) {
  let trends = { rss: createTrend(), heap: createTrend(), external: createTrend() };
  let highest = 0;
  return {
    /** Of another process than before: its memory is no continuation of the other's. */
    follow(child: ChildProcess) {
      trends = { rss: createTrend(), heap: createTrend(), external: createTrend() };
      child.on('message', (reading: MemoryReading) => {
        const minute = (Date.now() - began) / 60_000;
        for (const kind of KINDS) trends[kind].add(minute, reading[kind]);
        highest = Math.max(highest, reading.rss);
      });
    },
    get rss() {
      return trends.rss.last;
    },
    get heap() {
      return trends.heap.last;
    },
    describe: () =>
      `${who}: at most ${highest.toFixed(0)} MB; in the second half of the last process ` +
      KINDS.map(
        (kind) => `${kind} ${trends[kind].last.toFixed(1)} MB, ${trends[kind].slope().toFixed(2)} MB/min`,
      ).join('; '),
    /** What rises by more than it may. */
    rising: () =>
      KINDS.filter((kind) => trends[kind].slope() > ALLOWED[kind]).map(
        (kind) => `${kind} of the ${who} rises by ${trends[kind].slope().toFixed(2)} MB a minute`,
      ),
  };
}
