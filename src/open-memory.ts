import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { LogBackend } from './log/log.ts';
import type { Author } from './memory/author.ts';
import type { FolderHolder } from './memory/files/folder-lease.ts';
import type { FileProblem } from './memory/files/note-file.ts';
import type { Memory } from './memory/memory.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

/** What merges, searches and watches is loaded when somebody asks for it. */
export async function loadMemory(backend: LogBackend, onError: (error: unknown) => void): Promise<Memory> {
  const { Memory: opened } = await import('./memory/memory.ts');
  return await opened.open(backend, onError);
}

/** The same for what came of tasks. */
export const loadTaskResults = () => import('./memory/task-result.ts');

/** Another process may be the one that writes the files. */
const FILE_MS = 2000;
const LOOK_MS = 50;

/** The file of a note; undefined when there is none after some moments. */
export async function findNoteFile(
  root: string,
  memory: Memory,
  noteId: string,
): Promise<string | undefined> {
  const { placeOf } = await import('./memory/files/places.ts');
  for (let waited = 0; waited < FILE_MS; waited += LOOK_MS) {
    await memory.refresh();
    const note = memory.state.notes.get(noteId);
    const place = note && placeOf(memory.state, note);
    if (place === undefined) return undefined;
    const file = path.join(root, LINECLEAR_DIR, 'memory', place);
    if (fs.existsSync(file)) return file;
    await wait(LOOK_MS);
  }
  return undefined;
}

interface KeepMemoryOptions {
  readonly memory: Promise<Memory>;
  readonly backend: LogBackend;
  readonly root: string;
  readonly author: Author;
  readonly holder: FolderHolder;
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
