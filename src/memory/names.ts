import { LineclearError } from '../contract/errors.ts';

/**
 * Names of domains and notes: they become folders and files, so they are what every file system takes, and nothing
 * that could lead out of the folder.
 */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M} ._-]{0,79}$/u;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

export const isName = (name: string): boolean =>
  NAME.test(name) && !/[ .]$/.test(name) && !RESERVED.test(name) && name === name.normalize('NFC');

/** Throws `invalid_note`. */
export function checkName(name: string, field: 'domain' | 'slug'): string {
  if (isName(name)) return name;
  throw new LineclearError(
    'invalid_note',
    `${field}: ${JSON.stringify(name.slice(0, 100))} must be letters, digits, '-', '_', '.' or spaces, 80 at most.`,
    { field },
  );
}

/** A name for a note with that title. */
export function slugOf(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return isName(slug) ? slug.normalize('NFC') : 'note';
}

/** The name, or the name with a number that is not taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}
