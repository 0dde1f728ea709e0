import type Database from 'better-sqlite3';
import { LineclearError } from '../../contract/errors.ts';
import { retryDelay } from './retry-busy.ts';
import { isBusy, toLogError } from './sqlite-error.ts';

export interface WriteQueueOptions {
  readonly db: Database.Database;
  readonly file: string;
  /** How long a write waits for other processes, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** Throws when the file must not be written any more. */
  readonly guard: () => void;
  /** Called after each commit, before the writes of it are acknowledged. */
  readonly committed: () => void;
}

export interface WriteQueue {
  /**
   * Runs `work` inside a write transaction, after everything that was submitted before, and resolves to what it
   * returned once that is committed. What `work` throws rejects this write alone, so it must throw before it writes;
   * an error of SQLite rolls back and rejects all writes of the transaction. May run more than once: a rolled back
   * run counts for nothing. Rejects with `log_busy`, `log_full`, `log_readonly`, `log_replaced`, `log_corrupt` …
   */
  submit<T>(work: () => T): Promise<T>;
  /** Resolves when everything that was submitted is written or rejected; from now on nothing is accepted. */
  close(): Promise<void>;
}

interface Write {
  /** Returns how to acknowledge it once it is committed. */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
}

/** Writes per transaction at most: bounds the time for which others wait. */
const MAX_BATCH = 1000;

/**
 * Gathers the writes of one turn of the event loop in one transaction: a commit costs far more than a row. By turns
 * and not by microtasks, so that a loop that awaits one append after another lets timers and input have their turn.
 * The transactions are immediate: a deferred one that finds its snapshot outdated when it begins to write has to start
 * over, which costs half the speed among several writers.
 */
export function createWriteQueue(options: WriteQueueOptions): WriteQueue {
  const { db, file, busyTimeoutMs, guard, committed } = options;
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let waiting: Write[] = [];
  let scheduled = false;
  let closed = false;
  const drained = Promise.withResolvers<undefined>();

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  /** One transaction; returns how to acknowledge each write. */
  function write(batch: readonly Write[]): (() => void)[] {
    guard();
    begin.run();
    try {
      const acknowledge = batch.map(({ run }) => run());
      commit.run();
      return acknowledge;
    } catch (error) {
      // Some errors, such as a full disk, have rolled back already.
      if (db.inTransaction) rollback.run();
      throw error;
    }
  }

  function waitForOthers(error: unknown): void {
    const now = performance.now();
    for (const { deadline, reject } of waiting) if (deadline <= now) reject(toLogError(error, file));
    waiting = waiting.filter(({ deadline }) => deadline > now);
    if (waiting.length === 0) return settle();
    scheduled = true;
    setTimeout(flush, retryDelay());
  }

  function settle(): void {
    if (waiting.length > 0) schedule();
    else if (closed) drained.resolve(undefined);
  }

  function flush(): void {
    scheduled = false;
    const batch = waiting.slice(0, MAX_BATCH);
    let acknowledge: (() => void)[];
    try {
      acknowledge = write(batch);
    } catch (error) {
      if (isBusy(error)) return waitForOthers(error);
      waiting = waiting.slice(batch.length);
      const cause = toLogError(error, file);
      for (const { reject } of batch) reject(cause);
      return settle();
    }
    waiting = waiting.slice(batch.length);
    committed();
    for (const settleWrite of acknowledge) settleWrite();
    settle();
  }

  return {
    submit(work) {
      if (closed) return Promise.reject(new LineclearError('log_closed', `The log ${file} is closed.`));
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof work>>();
      waiting.push({
        run: () => {
          try {
            const result = work();
            return () => resolve(result);
          } catch (error) {
            if (!(error instanceof LineclearError)) throw error;
            return () => reject(error);
          }
        },
        reject,
        deadline: performance.now() + busyTimeoutMs,
      });
      schedule();
      return promise;
    },

    async close() {
      closed = true;
      if (waiting.length > 0) await drained.promise;
    },
  };
}
