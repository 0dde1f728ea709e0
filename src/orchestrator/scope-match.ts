import path from 'node:path';
import { plainName } from '../state/file-holds.ts';

/** Whether a name in a plan (a path, a folder, or a glob) covers a file; both relative to the workspace, with `/`. */
export function covers(name: string, file: string): boolean {
  const scope = plainName(name);
  if (scope === '' || scope === '.') return !path.posix.isAbsolute(file);
  // Literally first: files may have names such as `[slug].tsx`.
  return file === scope || file.startsWith(`${scope}/`) || path.posix.matchesGlob(file, scope);
}

export const isCovered = (names: readonly string[], file: string): boolean =>
  names.some((name) => covers(name, file));
