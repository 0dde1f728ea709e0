import * as l10n from '@vscode/l10n';
const MINUTE = 60_000;

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** The next time that a clock on this machine shows so many minutes after midnight. */
function nextAt(minutes: number, now: number, daysAhead: number): number {
  const day = new Date(now);
  day.setHours(0, minutes, 0, 0);
  day.setDate(day.getDate() + daysAhead);
  return day.getTime();
}

const tomorrowMorning = (now: number): number => nextAt(9 * 60, now, 1);

/** For how long a matter can be put off without typing; `until` in milliseconds since 1970. */
export const snoozeChoices = (now: number): readonly { readonly label: string; readonly until: number }[] => [
  { label: l10n.t('15 minutes'), until: now + 15 * MINUTE },
  { label: l10n.t('1 hour'), until: now + 60 * MINUTE },
  { label: l10n.t('Until tomorrow at 9:00'), until: tomorrowMorning(now) },
];

/**
 * What a person means by `15m`, `1h`, `2d`, `tomorrow` (at 9:00), `14:30` or an ISO 8601 time, in milliseconds since
 * 1970; undefined when it is none of them.
 */
export function parseSnooze(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,4})\s*([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return now + Number(count) * (UNITS[unit] ?? 0);
  if (text === 'tomorrow') return tomorrowMorning(now);
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour !== undefined && minute !== undefined) {
    const minutes = Number(hour) * 60 + Number(minute);
    const today = nextAt(minutes, now, 0);
    return today > now ? today : nextAt(minutes, now, 1);
  }
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
