import { nextClockTime, timeInZone } from './zoned-time.ts';

const LIMITED =
  /rate.?limit|too many requests|quota|usage limit|(?:session|weekly|hour) limit|hit your limit|resource.?exhausted|overloaded|\b429\b|\b529\b/i;

/** Whether words of an agent or a provider say that it refuses calls for a while. */
export const isRateLimit = (words: string): boolean => LIMITED.test(words);

/** Characters up to which an answer may be nothing but such a notice. */
const NOTICE = 400;
const NOTICE_BEGINS =
  /^(?:claude (?:ai )?usage limit|(?:\S+ )?(?:5-hour|session|weekly|usage|opus|sonnet)[\w -]* limit|you['’]ve (?:hit|reached) your|rate limit|api error: (?:429|529))/i;

/** Whether an answer is a notice that a limit is reached, which some agents give instead of an error. */
export const isLimitNotice = (answer: string): boolean => {
  const text = answer.trim();
  return text.length <= NOTICE && NOTICE_BEGINS.test(text) && isRateLimit(text);
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION =
  /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|hrs?|d|days?)(?![a-z])/gi;
/** `retry in 37.5s`, `try again in 1h2m`, `"retryDelay": "37s"`, `reset after 5h 30m`. */
const WAIT =
  /(?:retry|try again|available again|resets?|wait)\w*["']?\s*(?:in|after|delay|for|:)?\s*(?:about|~)?["':=\s]*((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|[smhd])(?![a-z])[\s,]*(?:and\s+)?)+)/i;
/** A header, whose bare number is in seconds. */
const RETRY_AFTER = /retry-?after(-ms)?["']?\s*[:=]?\s*["']?(\d+(?:\.\d+)?)(?![\w.])/i;
const EPOCH = /(?:\||reset\w*["']?\s*(?:at|in)?\s*[:=]?\s*["']?)(\d{10}|\d{13})\b/i;
const ISO = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)/;
/** `resets 3pm (Europe/Berlin)`, `resets at 15:30`, `try again at Oct 7th, 2026 1:02 PM`. */
const CLOCK =
  /(?:resets?|again|until|available)\s+(?:at\s+|on\s+)?(?:([A-Z][a-z]{2})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(\d{4}),?\s+)?(?:at\s+)?)?(\d{1,2})(?::(\d\d))?\s*([ap])?\.?(?:m\b\.?)?(?:\s*\(?((?:[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+)|UTC|GMT)\)?)?/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Longer than any provider's limit lasts: what lies beyond was not understood. */
const LONGEST_MS = 35 * 86_400_000;

function durationOf(words: string): number | undefined {
  const header = RETRY_AFTER.exec(words);
  if (header) return Number(header[2]) * (header[1] ? 1 : 1_000);
  const [, wait] = WAIT.exec(words) ?? [];
  if (wait === undefined) return undefined;
  let total = 0;
  for (const [, count, unit = ''] of wait.matchAll(DURATION)) {
    const short = /^(?:ms|milli)/i.test(unit) ? 'ms' : unit.charAt(0).toLowerCase();
    total += Number(count) * (UNITS[short] ?? 0);
  }
  return total;
}

function clockOf(words: string, now: number, timeZone: string | undefined): number | undefined {
  const found = CLOCK.exec(words);
  if (!found) return undefined;
  const [, monthName, day, year, hourText = '', minuteText, half, zone] = found;
  // A bare number is no time.
  if (minuteText === undefined && half === undefined) return undefined;
  const [hour, minute] = [Number(hourText), Number(minuteText ?? 0)];
  const clock = { hour: half === undefined ? hour : (hour % 12) + (/p/i.test(half) ? 12 : 0), minute };
  if (clock.hour > 23 || minute > 59) return undefined;
  const where = zone ?? timeZone;
  const month = monthName === undefined ? -1 : MONTHS.indexOf(monthName.toLowerCase());
  if (month === -1) return nextClockTime(clock, now, where);
  const at = (inYear: number) => timeInZone({ year: inYear, month, day: Number(day), ...clock }, where);
  const thisYear = new Date(now).getUTCFullYear();
  if (year !== undefined) return at(Number(year));
  const time = at(thisYear);
  return time !== undefined && time > now ? time : at(thisYear + 1);
}

function epochOf(words: string): number | undefined {
  const [, digits] = EPOCH.exec(words) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (digits.length === 10 ? 1_000 : 1);
}

/**
 * When calls are accepted again, as agents and providers say it in words: a wait, a time of the clock or a timestamp.
 * Milliseconds since 1970; undefined when they do not say it. `timeZone`: of clocks without one; default: the machine's.
 */
export function retryTimeIn(words: string, now: number, timeZone?: string): number | undefined {
  const wait = durationOf(words);
  const [iso] = ISO.exec(words) ?? [];
  const time =
    wait === undefined
      ? (epochOf(words) ?? (iso === undefined ? clockOf(words, now, timeZone) : Date.parse(iso)))
      : now + wait;
  if (time === undefined || !(time > now) || time > now + LONGEST_MS) return undefined;
  return Math.ceil(time);
}
