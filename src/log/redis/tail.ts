import { LineclearError } from '../../contract/errors.ts';
import { Waiters } from '../waiters.ts';
import type { Entry } from './entry.ts';
import { entryId, sequenceOf } from './keys.ts';
import type { Link } from './link.ts';

export interface TailOptions {
  /** A connection of its own: a blocking read keeps it busy. */
  readonly openLink: () => Link;
  /** The key of the stream. */
  readonly key: string;
  /** How long one reading waits on the server, in milliseconds. */
  readonly blockMs: number;
  /** The highest sequence, asked for on another connection, however long the server is away. */
  readonly head: () => Promise<number>;
}

export interface Tail {
  /** Resolves to the last event that is known, once it is above `after`, however long the server is away meanwhile. */
  wait(after: number, signal: AbortSignal): Promise<number>;
  /** The entries behind `after` up to `until`, if they are what was read last. */
  held(after: number, until: number): readonly Entry[] | undefined;
  /** Tells those who wait what this process has just appended. */
  saw(sequence: number): void;
  close(): void;
}

/** Entries that one reading gives at most. */
const COUNT = 64;

/** Follows the end of a stream by blocking reads as long as somebody waits. Connects when somebody first does. */
export function createTail({ openLink, key, blockMs, head }: TailOptions): Tail {
  const waiters = new Waiters();
  let link: Link | undefined;
  let following = false;
  /** The sequence behind which the reading that is under way looks. */
  let position = Infinity;
  /** What was read last: the entries of the sequences behind `after`. */
  let last: { readonly after: number; readonly entries: readonly Entry[] } = { after: 0, entries: [] };
  let closed: LineclearError | undefined;

  function saw(sequence: number): void {
    waiters.reach(sequence);
  }

  /** The last sequence of those above `after` that it has read; undefined when there was none for a while. */
  async function readOn(after: number): Promise<number | undefined> {
    link ??= openLink();
    const found = await link.run(
      (client) => client.xread('COUNT', COUNT, 'BLOCK', blockMs, 'STREAMS', key, entryId(after)),
      { patient: true },
    );
    const entries = found?.[0]?.[1] ?? [];
    const [newest] = entries.slice(-1);
    if (!newest) return undefined;
    const sequence = sequenceOf(newest[0]);
    // Where some are missing in between, reading finds out why.
    if (sequence === after + entries.length) last = { after, entries };
    return sequence;
  }

  async function follow(): Promise<void> {
    if (following) return;
    following = true;
    try {
      while (waiters.size > 0) {
        position = waiters.lowest;
        const sequence = await readOn(position);
        if (sequence !== undefined) saw(sequence);
      }
    } catch (error) {
      waiters.fail(error);
    } finally {
      following = false;
      position = Infinity;
    }
  }

  return {
    saw,

    wait(after, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (closed) return Promise.reject(closed);
      const { promise, reject } = waiters.add(after, signal);
      // What is there already, between its position and that of the reading, nobody would tell.
      if (following && after < position) head().then(saw, reject);
      void follow();
      return promise;
    },

    held(after, until) {
      const isHeld = after >= last.after && until <= last.after + last.entries.length;
      return isHeld ? last.entries.slice(after - last.after, until - last.after) : undefined;
    },

    close() {
      closed ??= new LineclearError('log_closed', 'The log is closed.');
      waiters.fail(closed);
      link?.close();
    },
  };
}
