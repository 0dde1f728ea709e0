import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import type { LogBackend } from '../src/log/log.ts';
import type { Author } from '../src/memory/author.ts';
import { FileSync } from '../src/memory/files/file-sync.ts';
import { keepFiles } from '../src/memory/files/keep-files.ts';
import { SyncState } from '../src/memory/files/sync-state.ts';
import { Memory } from '../src/memory/memory.ts';
import { type Benchmark, percentile } from './benchmark.ts';
import { type MeasuredChild, startChild } from './measured-child.ts';
import { openBenchLog, withFolder } from './workplace.ts';

const author: Author = { source: 'bench', user_id: 'bench' };
const ROUNDS = 60;
const NOTES = 10_000;
const now = () => process.hrtime.bigint();
const milliseconds = (from: bigint, to: bigint): number => Number(to - from) / 1e6;

/** When the peer heard of an event above this sequence. */
async function arrivalAfter(peer: MeasuredChild, sequence: number): Promise<bigint> {
  for (;;) {
    const [position = '', arrived = ''] = (await peer.line()).split(' ');
    if (Number(position) > sequence) return BigInt(arrived);
  }
}

interface Place {
  readonly folder: string;
  readonly backend: LogBackend;
  readonly memory: Memory;
}

/** Runs `use` on a new log, its memory and, where asked for, a process that follows it. */
const withMemory = <T>(use: (place: Place) => Promise<T>): Promise<T> =>
  withFolder(async (folder) => {
    const backend = await openBenchLog(folder);
    const memory = await Memory.open(backend, (error) => {
      throw error;
    });
    try {
      return await use({ folder, backend, memory });
    } finally {
      await memory.close();
      await backend.close();
    }
  });

async function withPeer<T>(folder: string, use: (peer: MeasuredChild) => Promise<T>): Promise<T> {
  const peer = startChild('memory-peer.ts', path.join(folder, 'log.db'));
  await peer.line();
  try {
    return await use(peer);
  } finally {
    await peer.stop();
  }
}

/** Milliseconds until another process's handler has a change of a context, and until it has a bare event. */
const updates = () =>
  withMemory(({ folder, memory, backend }) =>
    withPeer(folder, async (peer) => {
      const ours: number[] = [];
      const bare = startChild('our-peer.ts', path.join(folder, 'log.db'));
      await bare.line();
      const reference: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        await sleep(5 + Math.random() * 20);
        const head = await backend.log.head();
        await memory.updateAgentContext({ agentId: 'mary', patch: { round } }, author);
        const returned = now();
        ours.push(milliseconds(returned, await arrivalAfter(peer, head)));
        reference.push(milliseconds(returned, await arrivalAfter(bare, head)));
      }
      await bare.stop();
      return { ours, reference };
    }),
  );

/** Runs `use` while the folder is kept in step with the log. */
async function whileKept<T>(
  { folder, backend, memory }: Place,
  use: (notes: string) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const ended = keepFiles({
    memory,
    leases: backend.leases,
    logId: backend.log.logId,
    folder,
    author,
    signal: stop.signal,
    onProblems: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const notes = path.join(folder, 'memory');
  while (!fs.existsSync(path.join(folder, 'context.json'))) await sleep(20);
  await sleep(500);
  try {
    return await use(notes);
  } finally {
    stop.abort();
    await ended;
  }
}

/** Milliseconds from a saved file to the handler of another process, and to bare chokidar with the same patience. */
const saves = () =>
  withMemory((place) =>
    whileKept(place, (notes) =>
      withPeer(place.folder, async (peer) => {
        const ours: number[] = [];
        const reference: number[] = [];
        let arrived = Promise.withResolvers<bigint>();
        const watcher = watch(notes, {
          ignoreInitial: true,
          depth: 1,
          awaitWriteFinish: { stabilityThreshold: 60, pollInterval: 15 },
        });
        watcher.on('all', (kind) => kind.endsWith('Dir') || arrived.resolve(now()));
        fs.mkdirSync(path.join(notes, 'a'));
        await sleep(500);
        for (let round = 0; round < ROUNDS; round += 1) {
          await sleep(20 + Math.random() * 20);
          const head = await place.backend.log.head();
          arrived = Promise.withResolvers<bigint>();
          const saved = now();
          fs.writeFileSync(path.join(notes, `a/note-${round % 5}.md`), `# Note\n\nRound ${round}.\n`);
          ours.push(milliseconds(saved, await arrivalAfter(peer, head)));
          reference.push(milliseconds(saved, await arrived.promise));
        }
        await watcher.close();
        return { ours, reference };
      }),
    ),
  );

/** Milliseconds from the return of a write to the file, and of a bare write of a file to chokidar's word of it. */
const files = () =>
  withMemory((place) =>
    whileKept(place, async (notes) => {
      const ours: number[] = [];
      const reference: number[] = [];
      let seen = Promise.withResolvers<bigint>();
      const watcher = watch(notes, { ignoreInitial: true, depth: 1 });
      watcher.on('all', (kind) => kind.endsWith('Dir') || seen.resolve(now()));
      fs.mkdirSync(path.join(notes, 'a'));
      await sleep(500);
      for (let round = 0; round < ROUNDS; round += 1) {
        await sleep(20 + Math.random() * 20);
        seen = Promise.withResolvers<bigint>();
        await place.memory.write({ domain: 'a', slug: `n${round}`, text: `Round ${round}.\n` }, author);
        const written = now();
        ours.push(milliseconds(written, await seen.promise));
        await sleep(100);
        seen = Promise.withResolvers<bigint>();
        const bare = now();
        fs.writeFileSync(path.join(notes, `a/x${round}.txt`), 'x');
        reference.push(milliseconds(bare, await seen.promise));
      }
      await watcher.close();
      return { ours, reference };
    }),
  );

/** Seconds in which as many files become notes, and in which they are compared when nothing has changed. */
const reconciliation = () =>
  withMemory(async ({ folder, memory, backend }) => {
    const notes = path.join(folder, 'memory');
    for (let index = 0; index < NOTES; index += 1) {
      const domain = path.join(notes, `domain-${index % 20}`);
      fs.mkdirSync(domain, { recursive: true });
      fs.writeFileSync(
        path.join(domain, `note-${index}.md`),
        `# Note ${index}\n\n${'Some text. '.repeat(40)}\n`,
      );
    }
    const stateFile = path.join(folder, 'memory.sync.json');
    const state = new SyncState(stateFile, backend.log.logId);
    const begun = performance.now();
    await new FileSync({ memory, folder: notes, state, author }).pass();
    state.save();
    const imported = performance.now();
    const again = new SyncState(stateFile, backend.log.logId);
    await new FileSync({ memory, folder: notes, state: again, author }).pass();
    const compared = performance.now();
    const watcher = watch(notes, { depth: 1 });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    const watched = performance.now();
    await watcher.close();
    return {
      imported: (imported - begun) / 1000,
      compared: (compared - imported) / 1000,
      watched: (watched - compared) / 1000,
    };
  });

interface Samples {
  readonly ours: readonly number[];
  readonly reference: readonly number[];
}

function latency(
  name: string,
  measure: () => Promise<Samples>,
  target: number | undefined,
  note: string,
): Benchmark {
  return {
    name,
    group: 'memory',
    async run() {
      const samples = await measure();
      const [ours, reference] = [percentile(samples.ours, 0.5), percentile(samples.reference, 0.5)];
      const p99 = percentile(samples.ours, 0.99).toFixed(1);
      return {
        ours,
        reference,
        ratio: ours / reference,
        unit: 'ms',
        ...(target !== undefined && { target }),
        note: `median of ${ROUNDS}, p99 ${p99} ms; ${note}; lower is better`,
      };
    },
  };
}

export const memoryBenchmarks: readonly Benchmark[] = [
  latency(
    'memory_update',
    updates,
    5,
    "a context's change to the typed handler in another process; reference: a bare subscription of the log there",
  ),
  latency(
    'memory_from_file',
    saves,
    undefined,
    'a saved file to the handler in another process; reference: bare chokidar that waits as long for a stable file (60 ms); the target is 100 ms more than that',
  ),
  latency(
    'memory_to_file',
    files,
    undefined,
    "a note's write to its file, as chokidar tells of it; reference: a bare file, as chokidar tells of it",
  ),
  {
    name: 'memory_start',
    group: 'memory',
    async run() {
      const { imported, compared, watched } = await reconciliation();
      return {
        ours: compared,
        reference: watched,
        ratio: compared / watched,
        unit: 's',
        note: `${NOTES} files compared with their notes at the start, nothing changed (to make notes of them all took ${imported.toFixed(1)} s); reference: chokidar until it watches them; lower is better`,
      };
    },
  },
];
