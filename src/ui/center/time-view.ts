/** The stretch of time that is seen, in milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly until: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MIN_SPAN = SECOND;
const MAX_SPAN = 60 * DAY;

const clampSpan = (span: number): number => Math.min(MAX_SPAN, Math.max(MIN_SPAN, span));

/** The same with `factor` times its length; the time `anchor` stays where it is. */
export function zoomed({ from, until }: TimeRange, factor: number, anchor: number): TimeRange {
  const span = until - from;
  const next = clampSpan(span * factor);
  const start = anchor - ((anchor - from) / span) * next;
  return { from: start, until: start + next };
}

export const moved = ({ from, until }: TimeRange, by: number): TimeRange => ({
  from: from + by,
  until: until + by,
});

/** Room beside what is to be seen, as a part of it. */
const MARGIN = 0.03;

/** The stretch that ends now, with some room on the right. */
export const following = (now: number, span: number): TimeRange => ({
  from: now - span * (1 - MARGIN),
  until: now + span * MARGIN,
});

/** All of it, with some room on both sides. */
export function fitting({ from, until }: TimeRange): TimeRange {
  const span = clampSpan(Math.max(until - from, 10 * SECOND) * (1 + 2 * MARGIN));
  const middle = (from + until) / 2;
  return { from: middle - span / 2, until: middle + span / 2 };
}

/** Moves the range as little as possible so that a time is in it, not at the very edge. */
export function including(range: TimeRange, time: number): TimeRange {
  const room = (range.until - range.from) * MARGIN;
  if (time < range.from + room) return moved(range, time - room - range.from);
  return time > range.until - room ? moved(range, time + room - range.until) : range;
}

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14].map((days) => days * DAY),
];

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Times to write on the axis, at most one in `room` milliseconds, at round times of the machine's clock. */
export function ticksOf({ from, until }: TimeRange, room: number): readonly Tick[] {
  const step = STEPS.find((candidate) => candidate >= room) ?? 14 * DAY;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const ticks: Tick[] = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= until; at += step)
    ticks.push({ at, label: labelOf(at, step) });
  return ticks;
}

const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:05`, `14:05:10` where seconds matter, `20 Nov` at midnight. */
function labelOf(at: number, step: number): string {
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()];
  if (hours === 0 && minutes === 0 && seconds === 0) return `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  return `${two(hours)}:${two(minutes)}${step < MINUTE ? `:${two(seconds)}` : ''}`;
}
