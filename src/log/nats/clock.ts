import type { Link } from './link.ts';
import type { Names } from './names.ts';
import type { Store } from './store.ts';

/** The server's clock, as near as an answer's way allows. */
export interface Clock {
  readonly now: () => Date;
  /** The same; asks the server first if this machine's own clock was set or stood still. */
  surely(): Promise<Date>;
  close(): void;
}

/** How often the server is asked: clocks of machines drift apart by some milliseconds in that time. */
const REFRESH_MS = 60_000;
/** By how much the two clocks of this machine may differ before neither is believed. */
const JUMP_MS = 500;

/** What the server says. From 2.10 on each description of a stream has it; before, that of a consumer that was just made. */
async function serverTime(link: Link, store: Store, names: Names): Promise<number> {
  const state = await store.state();
  if (state?.time) return state.time.getTime();
  const consumer = await link.run(() =>
    link.jsm.consumers.add(names.logStream, {
      ack_policy: link.driver.AckPolicy.None,
      deliver_policy: link.driver.DeliverPolicy.New,
      mem_storage: true,
      inactive_threshold: 1e9,
    }),
  );
  return Date.parse(consumer.created);
}

/**
 * The server's clock at one moment, and from there on the time that has passed here: that is a clock which nobody sets.
 */
export async function openClock(link: Link, store: Store, names: Names): Promise<Clock> {
  let known = { server: 0, local: 0, wall: 0 };

  async function ask(): Promise<void> {
    const before = performance.now();
    const server = await serverTime(link, store, names);
    const local = performance.now();
    // The answer was on its way for half of the time, more or less.
    known = { server: server + (local - before) / 2, local, wall: Date.now() };
  }

  /** A clock that was set, or a machine that slept: the time that has passed here is not that on the server. */
  const jumped = () => Math.abs(Date.now() - known.wall - (performance.now() - known.local)) > JUMP_MS;

  const now = () => new Date(known.server + performance.now() - known.local);

  await ask();
  // A server that is away for a moment is asked the next time.
  const refresh = () => void ask().catch(() => undefined);
  const timer = setInterval(refresh, REFRESH_MS).unref();
  link.onReconnect(refresh);

  return {
    now() {
      if (jumped()) refresh();
      return now();
    },
    async surely() {
      if (jumped()) await ask();
      return now();
    },
    close: () => clearInterval(timer),
  };
}
