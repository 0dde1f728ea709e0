import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { messageOf } from '../../contract/errors.ts';
import type { Leases } from '../../log/log.ts';
import type { Author } from '../author.ts';
import { whileHeld } from '../files/folder-lease.ts';
import { GONE_MS, STABLE } from '../files/keep-files.ts';
import type { Memory } from '../memory.ts';
import type { InstructionFile } from './instruction-state.ts';
import type { Instructions } from './instructions.ts';

export interface KeepInstructionsOptions {
  readonly instructions: Instructions;
  readonly memory: Memory;
  readonly leases: Leases;
  readonly root: string;
  readonly author: Author;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** How it stands with the files, whenever that changed. */
  readonly onFiles: (files: readonly InstructionFile[]) => void;
  /** Something went wrong; it is tried again. */
  readonly onError: (error: unknown) => void;
}

const TRY_AGAIN_MS = 1000;
/** Many notes at once are one pass. */
const GATHER_MS = 30;
const NOTE_TYPES = ['memory.written', 'memory.updated', 'memory.deleted', 'memory.conflicted'] as const;

/**
 * Keeps the instruction files in step with their notes until the signal is aborted. Each process that does so sees how it
 * stands with them; one of them, by a lease, writes. Never rejects.
 */
export async function keepInstructions(options: KeepInstructionsOptions): Promise<void> {
  const { leases, root, signal, onError } = options;
  const keeper = new Keeper(options);
  const lease = { leases, name: 'instructions', folder: root, signal, onError };
  await Promise.all([keeper.run(), whileHeld(lease, (held) => keeper.writeUntil(held))]);
}

class Keeper {
  readonly #options: KeepInstructionsOptions;
  #mayWrite = false;
  #isDirty = true;
  #wake: () => void = () => undefined;
  #told = '';
  /** What went wrong the last time. */
  #wrong: string | undefined;

  constructor(options: KeepInstructionsOptions) {
    this.#options = options;
  }

  async writeUntil(held: AbortSignal): Promise<void> {
    this.#mayWrite = true;
    this.#lookAgain();
    await ended(held);
    this.#mayWrite = false;
  }

  async run(): Promise<void> {
    const { memory, signal, onError } = this.#options;
    const unsubscribe = memory.subscribe(NOTE_TYPES, () => this.#lookAgain());
    void ended(signal).then(() => this.#wake());
    while (!signal.aborted) {
      try {
        await this.#watchAndWork();
      } catch (error) {
        // Said once: what is tried again each second may be wrong for long.
        if (!signal.aborted && messageOf(error) !== this.#wrong) onError(error);
        this.#wrong = messageOf(error);
        await wait(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    unsubscribe();
  }

  #lookAgain(): void {
    this.#isDirty = true;
    this.#wake();
  }

  /** Until links lead elsewhere, or the signal is aborted. */
  async #watchAndWork(): Promise<void> {
    const { signal } = this.#options;
    const watched = this.#watched();
    const watcher = this.#watch(watched);
    try {
      // What comes before it is ready is not told.
      await new Promise<void>((resolve) => watcher.on('ready', resolve));
      this.#isDirty = true;
      while (!signal.aborted && this.#watched().join('\n') === watched.join('\n')) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        if (this.#isDirty) await this.#work();
        else await woken;
      }
    } finally {
      await watcher.close();
    }
  }

  async #work(): Promise<void> {
    const { instructions, author, signal, onFiles } = this.#options;
    await wait(GATHER_MS, undefined, { signal }).catch(() => undefined);
    this.#isDirty = false;
    const files = this.#mayWrite ? await instructions.pass(author) : await instructions.look();
    this.#wrong = undefined;
    const told = JSON.stringify(files);
    if (told === this.#told || signal.aborted) return;
    this.#told = told;
    onFiles(files);
  }

  /** The files themselves, where links of them lead, and what is remembered of them, each with the folders above it. */
  #watched(): string[] {
    const { root, instructions } = this.#options;
    const realRoot = fs.realpathSync(root);
    const files = [...instructions.paths, instructions.stateFile].flatMap((file) => {
      const target = fs.existsSync(path.join(root, file)) ? fs.realpathSync(path.join(root, file)) : realRoot;
      return [file, path.relative(realRoot, target)].filter((one) => one !== '' && !one.startsWith('..'));
    });
    const parts = files.flatMap((file) => {
      const names = path.normalize(file).split(path.sep);
      return names.map((_, index) => path.join(root, ...names.slice(0, index + 1)));
    });
    return [...new Set([root, ...parts])];
  }

  #watch(watched: readonly string[]): FSWatcher {
    const { root, onError } = this.#options;
    const wanted = new Set(watched);
    const watcher = watch(root, {
      ignored: (file) => !wanted.has(path.normalize(file)),
      ignoreInitial: true,
      followSymlinks: false,
      awaitWriteFinish: STABLE,
    });
    watcher.on('all', (kind) => {
      if (kind !== 'unlink' && kind !== 'unlinkDir') return this.#lookAgain();
      // It may be on its way back, as editors save.
      wait(GONE_MS, undefined, { signal: this.#options.signal }).then(
        () => this.#lookAgain(),
        () => undefined,
      );
    });
    return watcher.on('error', onError);
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
