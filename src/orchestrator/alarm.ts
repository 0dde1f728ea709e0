/** Rings at a time of the wall clock. */
export interface Alarm {
  /**
   * ISO 8601; undefined, or a time that has passed, switches it off. Setting it again moves it. It may ring early, so
   * look at the clock then. `now`: what was found to be before that time, in milliseconds since 1970.
   */
  set(until: string | undefined, now?: number): void;
}

/** A timer stands still while the machine sleeps, and cannot be longer than 24 days: so it looks now and then. */
const LONGEST_MS = 30_000;

export function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(until, now = Date.now()) {
      clearTimeout(timer);
      const left = until === undefined ? 0 : Date.parse(until) - now;
      if (left > 0) timer = setTimeout(ring, Math.min(left, LONGEST_MS));
    },
  };
}
