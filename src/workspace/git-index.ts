import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { GitError, type GitOptions, LIMIT_MS, git } from './git.ts';

const PAUSE_MS = 50;
const PATIENCE_MS = 10_000;
const HELD = /Unable to create '(.*\.lock)': File exists/;

/** Whether whoever made the lock was ended before it could remove it. */
function isForgotten(lock: string): boolean {
  const made = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made > LIMIT_MS;
}

/** Like `git`, for what writes an index: it waits while another process does, which git itself does not. */
export async function gitOnIndex(args: readonly string[], options: GitOptions): Promise<string> {
  const enough = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await git(args, options);
    } catch (error) {
      const lock = error instanceof GitError ? HELD.exec(error.message)?.[1] : undefined;
      if (lock === undefined || performance.now() > enough) throw error;
      if (isForgotten(lock)) fs.rmSync(lock, { force: true });
      await delay(PAUSE_MS);
    }
  }
}
