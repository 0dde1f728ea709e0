import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { FileSync } from '../../src/memory/files/file-sync.ts';
import { STABLE, keepFiles } from '../../src/memory/files/keep-files.ts';
import { SyncState } from '../../src/memory/files/sync-state.ts';
import { type Result, percentile } from '../benchmark.ts';
import {
  type BackendName,
  type Place,
  arrivalAfter,
  author,
  milliseconds,
  now,
  withMemory,
  withPeer,
} from './places.ts';

const ROUNDS = 60;
const NOTES = 10_000;
/** Milliseconds beyond the time for which a file must not grow before it is read. */
const TARGET_MS = 100;

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
const saves = (name: BackendName) =>
  withMemory(name, (place) =>
    whileKept(place, (notes) =>
      withPeer('memory-peer.ts', place.options, async (peer) => {
        const ours: number[] = [];
        const reference: number[] = [];
        let arrived = Promise.withResolvers<bigint>();
        const watcher = watch(notes, {
          ignoreInitial: true,
          depth: 1,
          awaitWriteFinish: STABLE,
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
const files = (name: BackendName) =>
  withMemory(name, (place) =>
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
const reconciliation = (name: BackendName) =>
  withMemory(name, async ({ folder, memory, backend }) => {
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

function medians({ ours, reference }: Samples, note: string): Result {
  const [median, bare] = [percentile(ours, 0.5), percentile(reference, 0.5)];
  const p99 = percentile(ours, 0.99).toFixed(1);
  return {
    ours: median,
    reference: bare,
    unit: 'ms',
    note: `median of ${ROUNDS}, p99 ${p99} ms; ${note}; lower is better`,
  };
}

export async function measureFromFile(name: BackendName): Promise<Result> {
  const samples = await saves(name);
  const result = medians(
    samples,
    `a saved file to the handler in another process; reference: bare chokidar that waits as long for a stable file (60 ms); the target is ${TARGET_MS} ms more than that`,
  );
  return { ...result, target: result.reference + TARGET_MS };
}

export async function measureToFile(name: BackendName): Promise<Result> {
  return {
    ...medians(
      await files(name),
      "a note's write to its file, as chokidar tells of it; reference: a bare file, as chokidar tells of it",
    ),
    target: TARGET_MS,
  };
}

export async function measureStart(name: BackendName): Promise<Result> {
  const { imported, compared, watched } = await reconciliation(name);
  return {
    ours: compared,
    reference: watched,
    unit: 's',
    note: `${NOTES} files compared with their notes at the start, nothing changed (to make notes of them all took ${imported.toFixed(1)} s); reference: chokidar until it watches them; lower is better`,
  };
}
