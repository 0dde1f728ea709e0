interface Clock {
  readonly hour: number;
  readonly minute: number;
}

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What the clocks of a time zone show, as if it were UTC. Throws a RangeError for a zone that is none. */
function shownIn(time: number, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = (
    ['year', 'month', 'day', 'hour', 'minute'] as const
  ).map((name) => parts.get(name));
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** When the clocks of a time zone show this; undefined for a zone that is none. Milliseconds since 1970. */
export function timeInZone(
  { year, month, day, hour, minute }: Day & Clock,
  timeZone?: string,
): number | undefined {
  const wanted = Date.UTC(year, month, day, hour, minute);
  try {
    // The second look is for a change of summer time in between.
    const near = wanted - (shownIn(wanted, timeZone) - wanted);
    return near - (shownIn(near, timeZone) - wanted);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The next time after `now` that the clocks of a time zone show this. */
export function nextClockTime(clock: Clock, now: number, timeZone?: string): number | undefined {
  for (const ahead of [-DAY, 0, DAY]) {
    const date = new Date(now + ahead);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    const time = timeInZone({ year, month, day, ...clock }, timeZone);
    if (time === undefined || time > now) return time;
  }
  return undefined;
}
