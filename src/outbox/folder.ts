import fs from 'node:fs';
import { LineclearError, messageOf } from '../contract/errors.ts';

/** Digits of the milliseconds since 1970 by which a file is named: until the year 33658. */
export const ORDER_DIGITS = 15;

/** When an entry was put in, in milliseconds since 1970: its place among the others. */
export const orderOf = (name = ''): number => Number(name.slice(0, ORDER_DIGITS)) || 0;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Names of entries in a folder that need not exist, in order. */
export function namesIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** When a file was written last, in milliseconds since 1970; undefined when there is none. */
export const writtenAt = (file: string): number | undefined =>
  fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** Throws `invalid_input` for what is no JSON. */
export function parseFile(file: string): unknown {
  const text = fs.readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LineclearError('invalid_input', `${file} is no JSON: ${messageOf(error)}`, { cause: error });
  }
}
