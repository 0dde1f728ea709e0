import { createHash } from 'node:crypto';
import path from 'node:path';

export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The git repository of our own that all snapshots of a workspace and its worktrees are in. */
export const snapshotRepository = (root: string): string => path.join(root, '.lineclear', 'snapshots.git');

/** Name of the index that goes with a folder. */
export const indexNameOf = (folder: string): string => `index-${shortHash(path.resolve(folder))}`;

/** One at a time in each repository: they share its files. */
const queues = new Map<string, Promise<unknown>>();

export function inTurn<T>(repository: string, work: () => Promise<T>): Promise<T> {
  const done = (queues.get(repository) ?? Promise.resolve()).then(work, work);
  queues.set(
    repository,
    done.catch(() => undefined),
  );
  return done;
}
