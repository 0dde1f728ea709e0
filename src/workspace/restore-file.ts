import fs from 'node:fs';
import path from 'node:path';
import { LineclearError } from '../contract/errors.ts';
import { type SnapshotFile, hashContent } from './snapshots.ts';

interface Restore {
  readonly folder: string;
  /** Relative to it. */
  readonly file: string;
  /** How it is to be; undefined: not there. */
  readonly before: SnapshotFile | undefined;
  /** Of what it must be now; undefined: not there. */
  readonly expected: string | undefined;
}

/** What is there now: regular files and links only, other things are never touched. */
function contentOf(file: string): Buffer | undefined {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) return fs.readlinkSync(file, 'buffer');
  if (!stats.isFile()) throw new LineclearError('scope_conflict', `${file} is not a file any more.`);
  return fs.readFileSync(file);
}

/** The nearest folder above that is there, with every link resolved. */
function realParent(file: string): string {
  const parent = path.dirname(file);
  return fs.existsSync(parent) ? fs.realpathSync(parent) : realParent(parent);
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

const hashed = (content: Buffer | undefined): string | undefined => content && hashContent(content);

/**
 * Makes a file what it was, to the byte. Throws `scope_conflict` when it is not what it was left as, so that nothing
 * that somebody did since is lost. A file that is as it was already is left alone.
 */
export function restoreFile({ folder, file, before, expected }: Restore): void {
  const full = path.resolve(folder, file);
  if (
    full === path.resolve(folder) ||
    !isInside(path.resolve(folder), full) ||
    !isInside(fs.realpathSync(folder), realParent(full))
  )
    throw new LineclearError('scope_conflict', `${file} is outside the workspace.`);
  const now = hashed(contentOf(full));
  if (now === hashed(before?.content)) return;
  if (now !== expected) {
    const problem = now === undefined ? 'was deleted' : 'was changed again';
    throw new LineclearError('scope_conflict', `${file} ${problem} since; it is left as it is.`);
  }
  if (!before) return fs.rmSync(full);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  const fresh = `${full}.${process.pid}.lineclear`;
  if (before.kind === 'link') fs.symlinkSync(before.content, fresh);
  else fs.writeFileSync(fresh, before.content, { mode: before.kind === 'executable' ? 0o755 : 0o644 });
  fs.renameSync(fresh, full);
}
