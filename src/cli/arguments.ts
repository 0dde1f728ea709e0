import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { type EventType, isEventType } from '../contract/catalog.ts';

export const TASK = 'id of the task, or a part of it that no other id has';

/** Parses the value of an option as a whole number from `least` on. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };

/** Examples at the end of the help of a subcommand. */
export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${example}`)].join('\n'));

/** `[task] <text>`: with one word it is the text. */
export function taskAndText(command: Command, words: readonly string[]): { task?: string; text: string } {
  const [first = '', second, ...more] = words;
  if (more.length > 0) return command.error('error: too many arguments: put the text in quotes');
  return second === undefined ? { text: first } : { task: first, text: second };
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time before now, such as `90s`, `10m`, `1h` or `2d`, or a date: in milliseconds since 1970. */
export function pointInTime(text: string): number {
  const length = /^(\d+)([smhd])$/.exec(text);
  const unit = z.enum(['s', 'm', 'h', 'd']).safeParse(length?.[2]).data;
  const at = unit === undefined ? Date.parse(text) : Date.now() - Number(length?.[1]) * UNITS[unit];
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError('It must be a length of time such as 30m, 1h or 2d, or a date.');
}

/** A type of the catalog. */
export function eventType(text: string): EventType {
  if (isEventType(text)) return text;
  throw new InvalidArgumentError('There is no such type of event: lineclear emit --help lists them.');
}

/** Gathers the values of an option that may be repeated. */
export const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];
