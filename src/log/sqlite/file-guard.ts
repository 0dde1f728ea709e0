import fs from 'node:fs';
import type Database from 'better-sqlite3';
import { LineclearError, hasCode } from '../../contract/errors.ts';
import { isBusy, toLogError } from './sqlite-error.ts';
import { prepareTruncatedAt } from './truncate.ts';

interface FileGuardOptions {
  readonly file: string;
  readonly logId: string;
  readonly reader: Database.Database;
}

interface FileGuard {
  /** Throws `log_replaced` when the file is not the log any more that was opened. */
  readonly check: () => void;
  /** The highest sequence that the reader sees now, 0 for an empty log. */
  readonly head: () => number;
}

/**
 * Notices that a file is another one, or has become another log. It looks by path: another handle of the file, when it
 * is closed, would drop SQLite's locks (POSIX). Only when the file has been written to, which with a write-ahead log are
 * checkpoints, it looks inside: for the same log, with no fewer events.
 */
export function createFileGuard({ file, logId, reader }: FileGuardOptions): FileGuard {
  const opened = fs.statSync(file, { bigint: true });
  let { size, ctimeNs } = opened;
  const selectId = reader.prepare<[], string>("SELECT value FROM meta WHERE key = 'log_id'").pluck();
  const selectHead = reader.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
  const truncatedAt = prepareTruncatedAt(reader);
  let highest = 0;

  const replaced = (how: string): LineclearError =>
    new LineclearError('log_replaced', `${file} was ${how} while it was open.`);

  function head(): number {
    const seen = selectHead.get() ?? 0;
    highest = Math.max(highest, seen);
    return seen;
  }

  function lookInside(): void {
    // SQLite trusts the pages that it has in memory as long as no other connection says that it has committed.
    reader.pragma('shrink_memory');
    try {
      if (selectId.get() !== logId || head() < highest) throw replaced('overwritten');
    } catch (error) {
      if (!isBusy(error) && hasCode(toLogError(error, file), 'log_corrupt')) throw replaced('overwritten');
      throw error;
    }
  }

  function check(): void {
    const current = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
    if (current?.ino !== opened.ino || current.dev !== opened.dev)
      throw replaced(current ? 'replaced' : 'deleted');
    if (current.ctimeNs !== ctimeNs || current.size < size) lookInside();
    // Copied over or cut off, it is the same file to the system; but only truncated history makes a log shorter.
    if (current.size < size && truncatedAt() === 0) throw replaced('overwritten');
    ({ size, ctimeNs } = current);
  }

  return { check, head };
}
