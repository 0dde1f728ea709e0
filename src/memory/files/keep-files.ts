import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import type { Leases } from '../../log/log.ts';
import { MEMORY_TYPES } from '../../state/memory.ts';
import type { Author } from '../author.ts';
import type { Memory } from '../memory.ts';
import { ContextSync } from './context-file.ts';
import { FileSync } from './file-sync.ts';
import { type FolderHolder, whileHeld } from './folder-lease.ts';
import type { FileProblem } from './note-file.ts';
import { SyncState } from './sync-state.ts';

export interface KeepFilesOptions {
  readonly memory: Memory;
  readonly leases: Leases;
  readonly holder?: FolderHolder;
  readonly logId: string;
  /** `.lineclear` */
  readonly folder: string;
  readonly author: Author;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Files that are left alone, or of which something is left out; whenever that changed. */
  readonly onProblems: (problems: readonly FileProblem[]) => void;
  /** Something went wrong; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** How long a file may be gone before that counts as deleted: it may be on its way to another name. */
export const GONE_MS = 400;
/** How long a file must not grow before it is read. */
export const STABLE = { stabilityThreshold: 60, pollInterval: 15 };
/** How often what was agreed on is stored. */
const SAVE_MS = 1000;

/**
 * Keeps `memory/` and `context.json` in step with the log, in both directions, until the signal is aborted. Of several
 * that do so for one folder one works, by a lease; another one takes over when it ends. Never rejects.
 */
export async function keepFiles(options: KeepFilesOptions): Promise<void> {
  const { leases, folder, holder, signal, onError } = options;
  fs.mkdirSync(folder, { recursive: true });
  await whileHeld({ leases, name: 'memory-files', folder, holder, signal, onError }, (held) =>
    new Keeper({ ...options, signal: held }).run(),
  );
}

/** The work while the lease is held. */
class Keeper {
  readonly #options: KeepFilesOptions;
  readonly #stop = new AbortController();
  readonly #notes: string;
  readonly #state: SyncState;
  readonly #files: FileSync;
  readonly #context: ContextSync;
  /** Undefined stands for all. */
  #dirty: Set<string> | undefined;
  /** Gone for a while, so deleted. */
  #ripe = new Set<string>();
  #isContextDirty = true;
  #wake: () => void = () => undefined;
  #saved = 0;
  #told = '[]';

  constructor(options: KeepFilesOptions) {
    const { folder, memory, logId, author, signal } = options;
    this.#options = options;
    this.#notes = path.join(folder, 'memory');
    this.#state = new SyncState(path.join(folder, 'memory.sync.json'), logId);
    this.#files = new FileSync({ memory, folder: this.#notes, state: this.#state, author });
    const [file, stateFile] = ['context.json', 'context.sync.json'].map((name) => path.join(folder, name));
    this.#context = new ContextSync({ memory, file: file ?? '', stateFile: stateFile ?? '', author });
    const end = () => this.#end(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    this.#stop.signal.addEventListener('abort', () => signal.removeEventListener('abort', end), {
      once: true,
    });
  }

  #end(reason: unknown): void {
    this.#stop.abort(reason);
    this.#wake();
  }

  async run(): Promise<void> {
    const { memory, signal } = this.#options;
    if (signal.aborted) this.#end(signal.reason);
    // One that is gone as a whole is no wish to delete every note: they come back.
    if (!fs.existsSync(this.#notes)) this.#state.clear();
    fs.mkdirSync(this.#notes, { recursive: true });
    fs.rmSync(path.join(this.#notes, '.tmp'), { recursive: true, force: true });
    // Watched from its beginning on: a watch on a file that is not there is one on all that is beside it.
    await this.#context.pass();
    const watchers = [this.#watchNotes(), this.#watchContext()];
    // What comes before it is ready is not told.
    await Promise.all(
      watchers.map((watcher) => new Promise<void>((resolve) => watcher.on('ready', resolve))),
    );
    const unsubscribe = memory.subscribe(MEMORY_TYPES, (event) => {
      if (event.type === 'context.updated') this.#isContextDirty = true;
      else for (const file of this.#files.pathsOf(event.data.note_id)) this.#dirty?.add(file);
      this.#wake();
    });
    try {
      while (!this.#stop.signal.aborted) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await this.#work();
        if (this.#isIdle()) await woken;
      }
    } finally {
      unsubscribe();
      await Promise.all(watchers.map((watcher) => watcher.close()));
      this.#state.save();
    }
  }

  #isIdle(): boolean {
    const isDirty = this.#dirty?.size !== 0 || this.#ripe.size > 0 || this.#isContextDirty;
    return !isDirty && !this.#stop.signal.aborted;
  }

  async #work(): Promise<void> {
    const [dirty, ripe] = [this.#dirty, this.#ripe];
    this.#dirty = new Set();
    this.#ripe = new Set();
    try {
      if (dirty === undefined) await this.#files.pass();
      else if (dirty.size > 0) this.#lookAgain(await this.#files.pass(dirty, false));
      if (ripe.size > 0) await this.#files.pass(ripe);
      if (this.#isContextDirty) {
        this.#isContextDirty = false;
        await this.#context.pass();
      }
    } catch (error) {
      this.#dirty = undefined;
      throw error;
    }
    this.#tellProblems();
    if (Date.now() - this.#saved < SAVE_MS) return;
    this.#saved = Date.now();
    this.#state.save();
  }

  /** What is still gone after a while was deleted. */
  #lookAgain(gone: readonly string[]): void {
    if (gone.length === 0) return;
    const ripen = () => {
      for (const file of gone) this.#ripe.add(file);
      this.#wake();
    };
    wait(GONE_MS, undefined, { signal: this.#stop.signal }).then(ripen, () => undefined);
  }

  #tellProblems(): void {
    const { problem } = this.#context;
    const { problems: ofFiles, secrets } = this.#files;
    const problems = [...ofFiles.values(), ...secrets.values(), ...(problem ? [problem] : [])];
    const told = JSON.stringify(problems);
    if (told === this.#told) return;
    this.#told = told;
    this.#options.onProblems(problems);
  }

  #watchNotes(): FSWatcher {
    const isHidden = (file: string) => path.basename(file).startsWith('.') && file !== this.#notes;
    const watcher = watch(this.#notes, {
      ignored: isHidden,
      ignoreInitial: true,
      followSymlinks: false,
      depth: 1,
      awaitWriteFinish: STABLE,
    });
    watcher.on('all', (kind, file) => {
      const relative = path.relative(this.#notes, file).replaceAll(path.sep, '/');
      // Of a folder in it each file is told, too. Without the folder itself the watch is of no use: begin anew.
      if (kind === 'unlinkDir' && relative === '') this.#end(undefined);
      else if (kind !== 'addDir' && kind !== 'unlinkDir') this.#dirty?.add(relative);
      this.#wake();
    });
    return watcher.on('error', this.#options.onError);
  }

  #watchContext(): FSWatcher {
    const watcher = watch(path.join(this.#options.folder, 'context.json'), {
      ignoreInitial: true,
      followSymlinks: false,
      awaitWriteFinish: STABLE,
    });
    watcher.on('all', () => {
      this.#isContextDirty = true;
      this.#wake();
    });
    return watcher.on('error', this.#options.onError);
  }
}
