import type { ConsumerMessages } from '@nats-io/jetstream';
import { LineclearError, hasCode } from '../../contract/errors.ts';
import { Waiters } from '../waiters.ts';
import { parseCommit } from './commit.ts';
import type { Commits } from './commits.ts';
import type { Link } from './link.ts';
import { toLogError } from './nats-error.ts';
import type { Names } from './names.ts';
import { fromDelivered } from './store.ts';

export interface TailOptions {
  readonly link: Link;
  readonly names: Names;
  readonly commits: Commits;
}

export interface Tail {
  /** Resolves to the last event that is known, once it is above `after`, however long the server is away meanwhile. */
  wait(after: number, signal: AbortSignal): Promise<number>;
  /** Rejects whoever waits with `log_closed`. */
  close(): void;
}

/** Milliseconds of silence after which the server says that it lives; the second time that it does not, it is asked. */
const HEARTBEAT_MS = 2000;
/** How long the server keeps the place of a process that has vanished, in nanoseconds. */
const INACTIVE_NS = 60e9;

/**
 * Follows the log from the first time that somebody waits, with one ordered consumer for all who do: it numbers what it
 * delivers, and begins anew where it left off when a number is missing, a heartbeat fails or the connection comes back.
 * What arrives is kept for those who read it next.
 */
export function createTail({ link, names, commits }: TailOptions): Tail {
  const waiters = new Waiters();
  let messages: ConsumerMessages | undefined;
  let starting: Promise<void> | undefined;
  let closed: LineclearError | undefined;
  /** The last event that is known to those who wait. */
  let reached = 0;

  function saw(sequence: number): void {
    reached = Math.max(reached, sequence);
    waiters.reach(reached);
  }

  function fail(error: unknown): void {
    waiters.fail(toLogError(error, link.address));
  }

  /** Looks by itself, too, where a consumer could wait for ever: the server may have come back with another log. */
  async function look(): Promise<void> {
    try {
      saw((await commits.head()).sequence);
    } catch (error) {
      // It comes back once more, and is looked at then.
      if (!hasCode(error, 'log_unreachable')) fail(error);
    }
  }

  async function start(): Promise<void> {
    const head = await commits.head();
    const consumer = await link.run(() =>
      link.js.consumers.get(names.logStream, { opt_start_seq: head.at + 1, inactive_threshold: INACTIVE_NS }),
    );
    const following = await consumer.consume({
      expires: 10 * HEARTBEAT_MS,
      idle_heartbeat: HEARTBEAT_MS,
      callback(message) {
        const commit = parseCommit(fromDelivered(message));
        if (!commit) return;
        commits.saw(commit);
        saw(commit.last);
      },
      // Rather than to wait for a stream of that name: it would be another one.
      abort_on_missing_resource: true,
    });
    if (closed) return following.stop();
    messages = following;
    saw(head.sequence);
    void following.closed().then(() => {
      messages = undefined;
      if (waiters.size > 0) ensureStarted();
    });
  }

  /** However long the server is away. */
  async function startPatiently(): Promise<void> {
    for (;;) {
      try {
        return await start();
      } catch (error) {
        if (closed || !hasCode(error, 'log_unreachable')) throw error;
      }
    }
  }

  function ensureStarted(): void {
    if (messages || starting || closed) return;
    starting = startPatiently()
      .catch(fail)
      .finally(() => {
        starting = undefined;
      });
  }

  link.onReconnect(() => {
    if (waiters.size > 0) void look();
  });

  return {
    wait(after, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (closed) return Promise.reject(closed);
      if (after < reached) return Promise.resolve(reached);
      const { promise } = waiters.add(after, signal);
      ensureStarted();
      return promise;
    },

    close() {
      closed ??= new LineclearError('log_closed', `The log at ${link.address} is closed.`);
      waiters.fail(closed);
      messages?.stop();
    },
  };
}
