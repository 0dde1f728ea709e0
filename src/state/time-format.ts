const clock = { hour: '2-digit', minute: '2-digit' } as const;
const date = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
const time = { hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;

const STYLES = {
  /** `2026-11-20`: to compare days. */
  day: { locale: 'en-CA', options: date },
  /** `20 Nov` */
  shortDay: { locale: 'en-GB', options: { day: 'numeric', month: 'short' } },
  /** `14:05` */
  minute: { locale: 'en-GB', options: clock },
  /** `14:05:12` */
  second: { locale: 'en-GB', options: time },
  /** `20/11/2026, 14:05:12` */
  full: { locale: 'en-GB', options: { ...date, ...time } },
} as const satisfies Record<string, { locale: string; options: Intl.DateTimeFormatOptions }>;

/** Making one takes a hundred times as long as using it, and a view uses it several times in each row. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** A point in time as a person reads it. `timeZone`: IANA name; default: the one of the machine. */
export function formatTime(value: Date | number, style: keyof typeof STYLES, timeZone?: string): string {
  const key = `${style} ${timeZone ?? ''}`;
  let format = formats.get(key);
  if (!format) {
    const { locale, options } = STYLES[style];
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    formats.set(key, format);
  }
  return format.format(value);
}
