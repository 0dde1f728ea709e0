import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** The path with every symbolic link resolved; undefined when there is nothing. */
async function real(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch {
    return undefined;
  }
}

function isInside(candidate: string, root: string): boolean {
  const relative = path.relative(root, candidate);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}

export type FoundFile =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside' | 'missing' };

/**
 * Where a path that an agent named leads: relative ones start in the first folder. A file outside the folders, be it
 * through `..` or through a symbolic link, is not opened: an agent does not choose what a person looks at.
 */
export async function findFile(folders: readonly string[], named: string): Promise<FoundFile> {
  const [base] = folders;
  if (base === undefined) return { kind: 'outside' };
  const file = path.resolve(base, named);
  const target = await real(file);
  const roots = await Promise.all(folders.map(async (folder) => (await real(folder)) ?? folder));
  const within = (candidate: string) => [...roots, ...folders].some((root) => isInside(candidate, root));
  if (target === undefined) return { kind: within(file) ? 'missing' : 'outside' };
  return roots.some((root) => isInside(target, root))
    ? { kind: 'inside', path: target }
    : { kind: 'outside' };
}
