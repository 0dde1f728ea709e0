/** The clock of a server, as near as an answer's way allows. */
export interface ServerClock {
  readonly now: () => Date;
  /** Asks again, as after a loss of the connection: another server may answer now. Does not throw. */
  refresh(): void;
  close(): void;
}

/** How often the server is asked: clocks of machines drift apart by some milliseconds in that time. */
const REFRESH_MS = 60_000;
/** By how much the two clocks of this machine may differ before neither is believed. */
const JUMP_MS = 500;

/**
 * The server's clock at one moment, and from there on the time that has passed here: that is a clock which nobody sets.
 * @param ask asks the server for its time, in milliseconds since 1970
 */
export async function openServerClock(ask: () => Promise<number>): Promise<ServerClock> {
  let known = { server: 0, local: 0, wall: 0 };

  async function measure(): Promise<void> {
    const before = performance.now();
    const server = await ask();
    const local = performance.now();
    // The answer was on its way for half of the time, more or less.
    known = { server: server + (local - before) / 2, local, wall: Date.now() };
  }

  /** A clock that was set, or a machine that slept: the time that has passed here is not that on the server. */
  const jumped = () => Math.abs(Date.now() - known.wall - (performance.now() - known.local)) > JUMP_MS;

  await measure();
  // A server that is away for a moment is asked the next time.
  const refresh = () => void measure().catch(() => undefined);
  const timer = setInterval(refresh, REFRESH_MS).unref();
  return {
    now() {
      if (jumped()) refresh();
      return new Date(known.server + performance.now() - known.local);
    },
    refresh,
    close: () => clearInterval(timer),
  };
}
