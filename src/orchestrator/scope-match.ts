import path from 'node:path';
import { plainName } from '../state/claims.ts';

/** Whether a name in a plan (a path, a folder, or a glob) covers a file; both relative to the workspace, with `/`. */
export function covers(name: string, file: string): boolean {
  const scope = plainName(name);
  if (scope === '.') return !path.posix.isAbsolute(file);
  // Literally first: files may have names such as `[slug].tsx`.
  return file === scope || file.startsWith(`${scope}/`) || path.posix.matchesGlob(file, scope);
}

export const isCovered = (names: readonly string[], file: string): boolean =>
  names.some((name) => covers(name, file));

const MAGIC = /[*?[{\\]|[!@+]\(/;
const FILE_EXTENSION = /.\.\w+$/;

const DEEPEST = 100;

/** What cannot be cut into folders, or into too many, may be anything from there on. */
function foldersOf(name: string): readonly string[] {
  const folders = name.split('/');
  const odd = folders.findIndex(
    (folder, depth) => depth === DEEPEST || (MAGIC.test(folder) && /[{(\\]/.test(folder)),
  );
  return odd === -1 || odd === folders.length - 1 ? folders : [...folders.slice(0, odd), '**'];
}

const sameFolder = (a: string, b: string): boolean =>
  a === b || (MAGIC.test(a) && MAGIC.test(b)) || path.posix.matchesGlob(a, b) || path.posix.matchesGlob(b, a);

const mayBeFolder = (name = ''): boolean => !MAGIC.test(name) && !FILE_EXTENSION.test(name);

/** Whether some path may fit both patterns. */
function mayMeet(a: readonly string[], b: readonly string[]): boolean {
  const failed = new Set<string>();
  const meet = (i: number, j: number): boolean => {
    const [one, other] = [a[i], b[j]];
    if (one === undefined && other === undefined) return true;
    if (one === '**') return from(i + 1, j) || (other !== undefined && from(i, j + 1));
    if (other === '**') return from(i, j + 1) || (one !== undefined && from(i + 1, j));
    if (one === undefined) return mayBeFolder(a.at(-1));
    if (other === undefined) return mayBeFolder(b.at(-1));
    return sameFolder(one, other) && from(i + 1, j + 1);
  };
  const from = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    if (failed.has(key)) return false;
    const met = meet(i, j);
    if (!met) failed.add(key);
    return met;
  };
  return from(0, 0);
}

/**
 * Whether two names in plans may cover the same file. Of two globs it is rather said than overlooked; beside a glob,
 * what ends like a file is none of the folders.
 */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [plainName(a), plainName(b)];
  if (covers(one, other) || covers(other, one)) return true;
  return (MAGIC.test(one) || MAGIC.test(other)) && mayMeet(foldersOf(one), foldersOf(other));
}
