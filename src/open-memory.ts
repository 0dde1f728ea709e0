import path from 'node:path';
import type { LogBackend } from './log/log.ts';
import type { Author } from './memory/author.ts';
import type { FileProblem } from './memory/files/note-file.ts';
import type { Memory } from './memory/memory.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

/** What merges, searches and watches is loaded when somebody asks for it. */
export async function loadMemory(backend: LogBackend, onError: (error: unknown) => void): Promise<Memory> {
  const { Memory: opened } = await import('./memory/memory.ts');
  return await opened.open(backend, onError);
}

interface KeepMemoryOptions {
  readonly memory: Promise<Memory>;
  readonly backend: LogBackend;
  readonly root: string;
  readonly author: Author;
  readonly signal: AbortSignal;
  readonly onProblems: (problems: readonly FileProblem[]) => void;
  /** What went wrong and is tried again. */
  readonly onError?: (error: unknown) => void;
}

/** Keeps notes and contexts in files of the workspace until the signal is aborted; see `keepFiles`. Never rejects. */
export async function keepMemory(options: KeepMemoryOptions): Promise<void> {
  const { memory, backend, root, onError = () => undefined, ...rest } = options;
  try {
    const { keepFiles } = await import('./memory/files/keep-files.ts');
    const folder = path.join(root, LINECLEAR_DIR);
    const { leases, log } = backend;
    await keepFiles({ ...rest, memory: await memory, leases, logId: log.logId, folder, onError });
  } catch (error) {
    onError(error);
  }
}
