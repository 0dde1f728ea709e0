import fs from 'node:fs';
import { LineclearError } from '../../contract/errors.ts';
import { Waiters } from '../waiters.ts';
import { retryDelay } from './retry-busy.ts';
import { isBusy, toLogError } from './sqlite-error.ts';

export interface WakeUpOptions {
  readonly file: string;
  /** A file beside the log that every writer writes to after a commit; undefined turns this half off. */
  readonly bell: string | undefined;
  /** Whether this process may create and ring the bell. */
  readonly rings: boolean;
  /** False turns polling off. */
  readonly poll: boolean;
  /** Highest sequence that is visible now. */
  readonly head: () => number;
  /** SQLite's `data_version`: differs when any other connection has committed. */
  readonly dataVersion: () => number;
  /** Throws when the file was replaced. */
  readonly guard: () => void;
}

export interface WakeUp {
  /** Resolves to the head when it is above `after`. Keeps the process alive while somebody waits, and only then. */
  wait(after: number, signal: AbortSignal): Promise<number>;
  /** Tells everybody, here and in other processes, that events were committed. */
  ring(): void;
  /** Rejects whoever waits with `log_closed`. */
  close(): void;
}

const POLL_ACTIVE_MS = 5;
const POLL_IDLE_MS = 250;
/** Without a bell the poll is all there is. */
const POLL_IDLE_WITHOUT_BELL_MS = 100;
/** How fast the poll slows down while nothing happens: from active to idle in about one second. */
const POLL_SLOWDOWN = 1.3;

/**
 * Two independent halves, each of which delivers every event: a bell for speed, a poll for certainty. The bell is
 * written after the commit, so whoever hears it sees the events; a watch on SQLite's own files would fire before.
 * Where watching does not work (no inotify left, network file systems), the poll remains.
 * Each signal means "look again" and carries nothing.
 */
export function createWakeUp(options: WakeUpOptions): WakeUp {
  const { file, poll, head, dataVersion, guard } = options;
  const waiters = new Waiters(rest);
  const bell = openBell(options);
  let watcher: fs.FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lookAgain: NodeJS.Timeout | undefined;
  let delay = POLL_ACTIVE_MS;
  let seenVersion: number | undefined;
  let closed = false;

  function look(): void {
    if (waiters.size === 0) return;
    try {
      guard();
      if (waiters.reach(head())) delay = POLL_ACTIVE_MS;
    } catch (error) {
      if (isBusy(error)) lookAgain = setTimeout(look, retryDelay());
      else waiters.fail(toLogError(error, file));
    }
  }

  function tick(): void {
    const longest = watcher ? POLL_IDLE_MS : POLL_IDLE_WITHOUT_BELL_MS;
    delay = Math.min(delay * POLL_SLOWDOWN, longest);
    timer = setTimeout(tick, delay);
    try {
      guard();
      const version = dataVersion();
      if (version === seenVersion) return;
      seenVersion = version;
    } catch (error) {
      // A locked database is looked at with the next tick; for anything else look() rejects those who wait.
      if (isBusy(error)) return;
    }
    look();
  }

  function watch(): void {
    if (!options.bell || watcher) return;
    try {
      watcher = fs.watch(options.bell, look);
      watcher.on('error', unwatch);
      watcher.unref();
    } catch {
      unwatch();
    }
  }

  function unwatch(): void {
    watcher?.close();
    watcher = undefined;
  }

  function attend(): void {
    watcher?.ref();
    if (poll) timer ??= setTimeout(tick, delay);
  }

  function rest(): void {
    watcher?.unref();
    clearTimeout(timer);
    timer = undefined;
    clearTimeout(lookAgain);
  }

  return {
    wait(after, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (closed) return Promise.reject(new LineclearError('log_closed', `The log ${file} is closed.`));
      // Watch first and look then: what is committed in between is seen by the one or the other.
      watch();
      const { promise } = waiters.add(after, signal);
      attend();
      look();
      return promise;
    },

    ring() {
      if (bell !== undefined) {
        try {
          // Always the same byte at the same place: the file stays one byte long and is never read.
          fs.writeSync(bell, '.', 0);
        } catch {
          // What was committed stays committed; the others find it with their next poll.
        }
      }
      look();
    },

    close() {
      if (closed) return;
      closed = true;
      waiters.fail(new LineclearError('log_closed', `The log ${file} was closed.`));
      unwatch();
      if (bell !== undefined) fs.closeSync(bell);
    },
  };
}

/** A handle to ring with; undefined where the folder cannot be written: the others then have their poll. */
function openBell({ bell, rings }: WakeUpOptions): number | undefined {
  if (!bell || !rings) return undefined;
  try {
    return fs.openSync(bell, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  } catch {
    return undefined;
  }
}
