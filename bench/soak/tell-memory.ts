// Preloaded into a process whose memory is followed (node --expose-gc --import): tells its parent every so often what it holds.
import v8 from 'node:v8';

const EVERY_MS = 10_000;

export interface MemoryReading {
  /** MB of the process that are resident, before a collection of garbage. */
  readonly rss: number;
  /** MB of what JavaScript can still reach, after one. */
  readonly heap: number;
  /** MB that such objects hold outside of the heap. */
  readonly external: number;
  /** MB that V8 has for new objects. */
  readonly young: number;
}

const MIB = 1024 ** 2;

function read(): MemoryReading {
  const rss = process.memoryUsage.rss() / MIB;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return {
    rss,
    heap: heapUsed / MIB,
    external: external / MIB,
    young: (young?.space_size ?? 0) / MIB,
  };
}

if (process.send) {
  setInterval(() => process.send?.(read()), EVERY_MS).unref();
  // Who looks on must not keep the process from ending.
  process.channel?.unref();
}
