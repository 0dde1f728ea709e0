import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { LogBackend } from '../log.ts';
import { retryBusy } from './retry-busy.ts';
import type { WriteQueue } from './write-queue.ts';

export interface TruncateOptions {
  readonly writer: Database.Database;
  readonly queue: WriteQueue;
  readonly busyTimeoutMs: number;
}

/** Rows per transaction at most: bounds the time for which others wait. */
const STEP = 500;
/** Pages that are given back per transaction. */
const PAGES = 500;
/** What `PRAGMA auto_vacuum` calls it when free pages can be given back a few at a time. */
const INCREMENTAL = 2;

const KEY = 'truncated_at';

/** Reads up to where events may have been removed. */
export function prepareTruncatedAt(db: Database.Database): () => number {
  const select = db.prepare<[], string>(`SELECT value FROM meta WHERE key = '${KEY}'`).pluck();
  return () => Number(select.get() ?? 0);
}

export function createTruncate({
  writer,
  queue,
  busyTimeoutMs,
}: TruncateOptions): Required<Pick<LogBackend, 'truncate' | 'reclaim'>> {
  const head = writer.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
  const truncatedAt = prepareTruncatedAt(writer);
  const mark = writer.prepare<[string]>(
    `INSERT INTO meta (key, value) VALUES ('${KEY}', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  );
  const remove = writer.prepare<[string, number, string, number]>(
    `DELETE FROM events WHERE sequence IN (
       SELECT sequence FROM events WHERE task_id = ? AND sequence <= ?
         AND type NOT IN (SELECT value FROM json_each(?)) LIMIT ?)`,
  );

  return {
    async truncate({ upto, taskIds, keep, signal }) {
      signal?.throwIfAborted();
      const last = await queue.submit(() => {
        // The last row stays: it says which number comes next.
        const end = Math.min(upto, (head.get() ?? 0) - 1);
        if (end > truncatedAt()) mark.run(String(end));
        return end;
      });
      const kept = JSON.stringify(keep);
      let removed = 0;
      for (const taskId of taskIds) {
        for (let step = STEP; step === STEP;) {
          signal?.throwIfAborted();
          step = await queue.submit(() => remove.run(taskId, last, kept, STEP).changes);
          removed += step;
        }
      }
      return removed;
    },

    async reclaim({ gentle, signal }) {
      if (writer.pragma('auto_vacuum', { simple: true }) !== INCREMENTAL) {
        if (gentle) return;
        // Made before room could be given back in steps: from now on it can.
        writer.pragma(`auto_vacuum = ${INCREMENTAL}`);
        await retryBusy(() => writer.exec('VACUUM'), busyTimeoutMs);
      }
      while (Number(writer.pragma('freelist_count', { simple: true })) > 0) {
        signal?.throwIfAborted();
        await retryBusy(() => writer.pragma(`incremental_vacuum(${PAGES})`), busyTimeoutMs);
        await nextTurn();
      }
      // Whoever reads keeps it from getting shorter; then a later checkpoint does it.
      writer.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
}
