import type { TaskState } from '../state/task.ts';

/** Tells when a parked task goes on. */
export interface ParkingClock {
  /**
   * `now`: the time to decide by, in milliseconds since 1970. `until`: ISO 8601, when to look again; undefined when the
   * task waits for no time.
   */
  look(parked: TaskState['parked']): { readonly now: number; readonly until: string | undefined };
}

/**
 * A task goes on when its time has come by the wall clock, or when as much time has passed as it was to wait: a clock that is
 * put back by an hour does not make it wait for an hour more.
 */
export function createParkingClock(
  wall: () => number = () => Date.now(),
  elapsed: () => number = () => performance.now(),
): ParkingClock {
  let waits: { readonly since: string; readonly until: string; readonly end: number } | undefined;
  return {
    look(parked) {
      const now = wall();
      if (parked?.until === undefined) return { now, until: undefined };
      const { since, until } = parked;
      const time = Date.parse(until);
      if (waits?.since !== since || waits.until !== until)
        waits = { since, until, end: elapsed() + Math.min(time - now, time - Date.parse(since)) };
      // A timer may ring a part of a millisecond early.
      const left = Math.ceil(Math.min(time - now, waits.end - elapsed()));
      // Decided as if its time had come by the clock as well.
      return left > 0
        ? { now, until: new Date(now + left).toISOString() }
        : { now: Math.max(now, time), until };
    },
  };
}
