import * as z from 'zod';
import { LineclearError } from '../../contract/errors.ts';
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
  /** Resolves when there is an event above `after`, however long the server is away meanwhile. */
  wait(after: number, signal: AbortSignal): Promise<void>;
  /** Tells those who wait what this process has just appended. */
  saw(sequence: number): void;
  close(): void;
}

interface Waiter {
  readonly after: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The id of the first entry; what else is in it does not matter here. */
const replySchema = z
  .tuple([z.tuple([z.string(), z.tuple([z.tuple([z.string(), z.unknown()])])])])
  .transform(([[, [[id]]]]) => sequenceOf(id))
  .nullable();

/** Follows the end of a stream by blocking reads as long as somebody waits. Connects when somebody first does. */
export function createTail({ openLink, key, blockMs, head }: TailOptions): Tail {
  const waiters = new Set<Waiter>();
  let link: Link | undefined;
  let following = false;
  /** The sequence behind which the reading that is under way looks. */
  let position = Infinity;
  let closed: LineclearError | undefined;

  function saw(sequence: number): void {
    for (const waiter of waiters) if (waiter.after < sequence) waiter.resolve();
  }

  /** The first sequence above `after`, or null when there was none for a while. */
  async function readOne(after: number): Promise<number | null> {
    link ??= openLink();
    return replySchema.parse(
      await link.run(
        (client) => client.call('XREAD', 'COUNT', 1, 'BLOCK', blockMs, 'STREAMS', key, entryId(after)),
        { patient: true },
      ),
    );
  }

  async function follow(): Promise<void> {
    if (following) return;
    following = true;
    try {
      while (waiters.size > 0) {
        position = Math.min(...[...waiters].map(({ after }) => after));
        const sequence = await readOne(position);
        if (sequence !== null) saw(sequence);
      }
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
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
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const leave = () => {
        waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        after,
        resolve: () => {
          leave();
          resolve(undefined);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = () => waiter.reject(signal.reason);
      signal.addEventListener('abort', abort);
      waiters.add(waiter);
      // What is there already, between its position and that of the reading, nobody would tell.
      if (following && after < position) head().then(saw, waiter.reject);
      void follow();
      return promise;
    },

    close() {
      closed ??= new LineclearError('log_closed', 'The log is closed.');
      for (const waiter of waiters) waiter.reject(closed);
      link?.close();
    },
  };
}
