import type { Config } from './config.ts';
import { editConfig, setTable } from './config-edit.ts';
import type { LogBackend } from './log/log.ts';
import type { Author } from './memory/author.ts';
import type { InstructionFile } from './memory/instructions/instruction-state.ts';
import type { InstructionComparison, Instructions } from './memory/instructions/instructions.ts';
import type { TakenChange } from './memory/instructions/take-over.ts';
import type { Memory } from './memory/memory.ts';

type OnFiles = (files: readonly InstructionFile[]) => void;
type OnError = (error: unknown) => void;

/** The agents' own instruction files, which have one section that is kept the same in all of them. */
export interface InstructionFiles {
  /** Whether they are kept, as the configuration says now. */
  readonly isOn: boolean;
  /** The notes of this domain are in them. */
  readonly domain: string;
  /** How it stands with each file, or would if they were kept. Writes nothing. */
  look(): Promise<readonly InstructionFile[]>;
  /** See `Instructions.compare`. */
  compare(path: string): Promise<InstructionComparison>;
  /** Brings all files up to date that nobody has to decide about. Returns how it stands with each then. */
  sync(): Promise<readonly InstructionFile[]>;
  /** What {@link takeOver} would do to the notes. */
  plan(path: string): Promise<readonly TakenChange[]>;
  /** See `Instructions.takeOver`. */
  takeOver(path: string): Promise<readonly TakenChange[]>;
  /** See `Instructions.undo`. */
  undo(path: string): Promise<void>;
  /** Writes into the workspace's config.toml whether they are kept. Throws `invalid_config`. */
  switch(on: boolean): void;
}

/** Keeps the instruction files while the configuration says so. */
interface InstructionKeeper {
  /** Until the signal is aborted; tells how it stands with them whenever that changed. Never rejects. */
  keep(signal: AbortSignal, onFiles: OnFiles, onError: OnError): Promise<void>;
  /** The configuration may have changed. */
  configured(): void;
}

interface KeeperOptions {
  readonly root: string;
  readonly backend: Pick<LogBackend, 'log' | 'blobs' | 'leases'>;
  readonly memory: () => Promise<Memory>;
  readonly config: () => Pick<Config, 'instructions' | 'userId'>;
}

interface InstructionFilesOptions extends KeeperOptions {
  /** Who decides. Throws where nothing can be recorded. */
  readonly author: () => Author;
  /** Makes the file if it is missing. */
  readonly ensureConfigFile: () => string;
}

/** Nobody wrote it: it follows from the notes. */
const itself = ({ userId }: Pick<Config, 'userId'>): Author => ({
  source: 'memory',
  user_id: userId,
  agent_id: 'memory',
});

async function open({ root, backend: { log, blobs }, memory, config }: KeeperOptions): Promise<Instructions> {
  const { Instructions: Opened } = await import('./memory/instructions/instructions.ts');
  return new Opened({ memory: await memory(), log, blobs, root, settings: () => config().instructions });
}

export function createInstructionFiles(options: InstructionFilesOptions): InstructionFiles {
  const { config, author, ensureConfigFile } = options;
  let opening: Promise<Instructions> | undefined;
  const opened = () => (opening ??= open(options));
  return {
    get isOn() {
      return config().instructions.enabled;
    },
    get domain() {
      return config().instructions.domain;
    },
    look: async () => await (await opened()).look(),
    compare: async (path) => await (await opened()).compare(path),
    async sync() {
      author();
      return await (await opened()).pass(itself(config()));
    },
    plan: async (path) => await (await opened()).plan(path),
    takeOver: async (path) => await (await opened()).takeOver(path, author()),
    undo: async (path) => await (await opened()).undo(path, author()),
    switch(on) {
      editConfig(ensureConfigFile(), (text) => setTable(text, 'instructions', { enabled: on }));
    },
  };
}

export function createInstructionKeeper(options: KeeperOptions): InstructionKeeper {
  const { root, backend, memory, config } = options;
  let kept: { readonly settings: Config['instructions']; readonly changed: AbortController } | undefined;

  async function keepOnce(signal: AbortSignal, onFiles: OnFiles, onError: OnError): Promise<void> {
    try {
      const { keepInstructions } = await import('./memory/instructions/keep-instructions.ts');
      await keepInstructions({
        instructions: await open(options),
        memory: await memory(),
        leases: backend.leases,
        root,
        author: itself(config()),
        signal,
        onFiles,
        onError,
      });
    } catch (error) {
      onError(error);
    }
  }

  return {
    configured() {
      if (JSON.stringify(config().instructions) !== JSON.stringify(kept?.settings)) kept?.changed.abort();
    },
    async keep(signal, onFiles, onError) {
      while (!signal.aborted) {
        const { instructions: settings } = config();
        const changed = new AbortController();
        kept = { settings, changed };
        const until = AbortSignal.any([signal, changed.signal]);
        if (settings.enabled) await keepOnce(until, onFiles, onError);
        else onFiles([]);
        if (!until.aborted)
          await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }));
      }
    },
  };
}
