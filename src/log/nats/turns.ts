import { setTimeout as sleep } from 'node:timers/promises';
import type { Link } from './link.ts';
import type { Names } from './names.ts';

/** Lets a slow writer have its turn among fast ones. */
export interface Turns {
  /** Waits while somebody else has asked for a turn. */
  wait(): Promise<void>;
  /** Asks all other writers to wait for as long as a try takes here, in milliseconds. */
  ask(tryMs: number): void;
}

/** Nobody is made to wait for longer than that by one request. */
const MAX_WAIT_MS = 1000;

/**
 * Who is far away from the server would lose to writers near it again and again: between its reading of the head and the
 * arrival of its commit there is always another commit. So it asks them to pause. Only courtesy: a request that gets lost
 * costs time, nothing else.
 */
export function createTurns({ connection }: Link, names: Names): Turns {
  const own = connection.info?.client_id ?? 0;
  let until = 0;
  connection.subscribe(names.turn, {
    callback(error, message) {
      const [from, ms] = error ? [own, 0] : message.string().split(' ').map(Number);
      if (from === own || !ms) return;
      until = Math.max(until, performance.now() + Math.min(ms, MAX_WAIT_MS));
    },
  });

  return {
    async wait() {
      const ms = until - performance.now();
      if (ms > 0) await sleep(ms);
    },

    ask(tryMs) {
      connection.publish(names.turn, `${own} ${Math.ceil(tryMs)}`);
    },
  };
}
