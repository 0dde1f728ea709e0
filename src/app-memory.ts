import { VERSION } from './app-info.ts';
import type { Config } from './config.ts';
import type { LineclearError } from './contract/errors.ts';
import type { LogBackend } from './log/log.ts';
import type { Author } from './memory/author.ts';
import type { FileProblem } from './memory/files/note-file.ts';
import type { InstructionFile } from './memory/instructions/instruction-state.ts';
import type { Memory } from './memory/memory.ts';
import type { TaskResult } from './memory/task-result.ts';
import {
  type InstructionFiles,
  createInstructionFiles,
  createInstructionKeeper,
} from './open-instructions.ts';
import { findNoteFile, keepMemory, loadMemory, loadTaskResults } from './open-memory.ts';
import { holderOfThisProcess, isGone } from './orchestrator/lease.ts';
import { placeOf } from './orchestrator/presence.ts';
import type { NoteState } from './state/notes.ts';

/** What agents share in an opened workspace, and the files that hold it. */
export interface AppMemory {
  /** Notes and contexts that all agents share; opened with the first call. */
  memory(): Promise<Memory>;
  /** Writes what came of a task that another program carried out; see `recordTaskResult`. */
  recordTaskResult(result: TaskResult, agentId?: string): Promise<NoteState>;
  /**
   * Keeps notes and contexts in files, in both directions, until the app is closed, unless the configuration says not to
   * or the log can only be read. Tells which files are left alone, or not as they are. Of several processes one does it at a time.
   */
  keepMemoryFiles(onProblems: (problems: readonly FileProblem[]) => void): void;
  /** The agents' own instruction files; what of them is kept is up to {@link keepInstructions}. */
  readonly instructions: InstructionFiles;
  /**
   * Keeps one section of the instruction files the same until the app is closed, whenever the configuration says so, and
   * tells how it stands with them. Does nothing where the log can only be read. Call it once.
   */
  keepInstructions(
    onFiles: (files: readonly InstructionFile[]) => void,
    onError: (error: unknown) => void,
  ): void;
  /** The file of a note, as an absolute path, when it is written: waits some moments for that. Undefined where there is none. */
  noteFile(noteId: string): Promise<string | undefined>;
  /** Who writes there: the person, or an agent on behalf of the person. */
  author(agentId?: string, taskId?: string): Author;
}

interface AppMemoryOptions {
  readonly root: string;
  readonly source: string;
  readonly backend: LogBackend;
  readonly readonly: LineclearError | undefined;
  readonly config: () => Pick<Config, 'instructions' | 'memoryFiles' | 'userId'>;
  readonly ensureConfigFile: () => string;
  /** Aborted when the app is closed. */
  readonly closed: AbortSignal;
}

interface OpenedAppMemory {
  readonly door: AppMemory;
  /** Undefined until somebody has asked for it. */
  readonly opened: Memory | undefined;
  /** From now on hears what goes wrong behind {@link AppMemory.memory}. */
  hearErrors(listener: (error: unknown) => void): void;
  /** The configuration may have changed. */
  configured(): void;
  /** Resolves when nothing is at work any more; the signal `closed` is aborted by then. */
  close(): Promise<void>;
}

export function createAppMemory(options: AppMemoryOptions): OpenedAppMemory {
  const { root, source, backend, config, ensureConfigFile, closed } = options;
  let opened: Memory | undefined;
  let opening: Promise<Memory> | undefined;
  let keepingFiles: Promise<void> | undefined;
  let keepingInstructions: Promise<void> | undefined;
  let onError: ((error: unknown) => void) | undefined;

  function memory(): Promise<Memory> {
    opening ??= (async () => {
      const found = await loadMemory(backend, (error) => onError?.(error));
      await found.refresh();
      opened = found;
      return found;
    })();
    // A server that is away now may be there the next time.
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  }

  const author = (agentId?: string, taskId?: string): Author => ({
    source,
    user_id: config().userId,
    agent_id: agentId,
    task_id: taskId,
  });
  const forInstructions = { root, backend, memory, config };
  const keeper = createInstructionKeeper(forInstructions);

  const door: AppMemory = {
    memory,
    async recordTaskResult(result, agentId) {
      const { recordTaskResult } = await loadTaskResults();
      return await recordTaskResult(await memory(), result, author(agentId));
    },
    noteFile: async (noteId) =>
      config().memoryFiles ? await findNoteFile(root, await memory(), noteId) : undefined,
    keepMemoryFiles(onProblems) {
      const { memoryFiles, userId } = config();
      if (options.readonly || !memoryFiles || keepingFiles) return;
      keepingFiles = keepMemory({
        memory: memory(),
        backend,
        root,
        author: { source: 'memory', user_id: userId },
        holder: { name: JSON.stringify(holderOfThisProcess({ version: VERSION, ...placeOf(root) })), isGone },
        signal: closed,
        onProblems,
      });
    },
    instructions: createInstructionFiles({
      ...forInstructions,
      author() {
        if (options.readonly) throw options.readonly;
        return { source, user_id: config().userId };
      },
      ensureConfigFile,
    }),
    keepInstructions(onFiles, onKeepError) {
      if (!options.readonly) keepingInstructions ??= keeper.keep(closed, onFiles, onKeepError);
    },
    author,
  };

  return {
    door,
    get opened() {
      return opened;
    },
    hearErrors(listener) {
      onError = listener;
    },
    configured: () => keeper.configured(),
    async close() {
      await Promise.all([keepingFiles, keepingInstructions]);
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}
