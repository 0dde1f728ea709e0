import fs from 'node:fs';
import path from 'node:path';
import type { FileReason } from '../../state/file-reason.ts';
import { ReasonedError, reasonOf } from '../left-alone.ts';
import { decodeText } from '../files/decode-text.ts';
import { hashOf } from '../text-cache.ts';

/** Bytes. */
const MAX_BYTES = 1_000_000;
/** Folders of the workspace that no instruction file is in, wherever a link points. */
const CLOSED = ['.git', '.lineclear'];

/** What was found at the path of an instruction file. */
export type Look =
  | { readonly kind: 'gone' }
  | { readonly kind: 'problem'; readonly reason: FileReason }
  | {
      readonly kind: 'file';
      /** The file itself, behind all links. */
      readonly target: string;
      readonly text: string;
      /** `sha256:` and hex digits. */
      readonly hash: string;
      readonly isReadonly: boolean;
      readonly mode: number;
    };
export type FoundFile = Extract<Look, { kind: 'file' }>;

/** Whether a path (absolute, behind all links) is in the workspace, where instruction files may be. */
function isInside(root: string, target: string): boolean {
  const relative = path.relative(fs.realpathSync(root), target);
  const [first = ''] = relative.split(path.sep);
  return (
    relative !== '' && first !== '..' && !path.isAbsolute(relative) && !CLOSED.includes(first.toLowerCase())
  );
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

function canWrite(target: string, mode: number): boolean {
  if ((mode & 0o222) === 0) return false;
  try {
    fs.accessSync(target, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const TOO_LARGE: FileReason = { kind: 'too large', limit: MAX_BYTES / 1000 };

const problem = (reason: FileReason): Look => ({ kind: 'problem', reason });

/** Looks at a file of the workspace, through links that stay in it. `file` is relative, with `/`. */
export function lookAtInstructions(root: string, file: string): Look {
  const full = path.join(root, file);
  try {
    if (!fs.lstatSync(full, { throwIfNoEntry: false })) return { kind: 'gone' };
    let target: string;
    try {
      target = fs.realpathSync(full);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return fs.lstatSync(full, { throwIfNoEntry: false })
        ? problem({ kind: 'link to nothing' })
        : { kind: 'gone' };
    }
    if (!isInside(root, target)) return problem({ kind: 'link out' });
    const handle = fs.openSync(
      target,
      fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0),
    );
    try {
      const stat = fs.fstatSync(handle);
      if (!stat.isFile()) return problem({ kind: 'no file' });
      if (stat.size > MAX_BYTES) return problem(TOO_LARGE);
      const bytes = fs.readFileSync(handle);
      const text = decodeText(bytes);
      if (text === undefined) return problem({ kind: 'no text' });
      const mode = stat.mode & 0o7777;
      return { kind: 'file', target, text, hash: hashOf(text), mode, isReadonly: !canWrite(target, mode) };
    } finally {
      fs.closeSync(handle);
    }
  } catch (error) {
    // Gone between two looks.
    return isMissing(error) ? { kind: 'gone' } : problem(reasonOf(error).reason);
  }
}

/** A finished copy, where nobody looks for anything; renamed to where it belongs it is there whole or not at all. */
function writeDraft(root: string, bytes: Uint8Array, mode: number): string {
  const folder = path.join(root, '.lineclear', 'memory', '.tmp');
  fs.mkdirSync(folder, { recursive: true });
  const draft = path.join(folder, `${process.pid}-${process.hrtime.bigint()}`);
  fs.writeFileSync(draft, bytes, { mode, flag: 'wx' });
  fs.chmodSync(draft, mode);
  return draft;
}

/** Where a file that is not there yet would be. Throws `invalid_input` where that is not in the workspace. */
function placeFor(root: string, file: string): string {
  const full = path.join(root, file);
  let known = path.dirname(full);
  while (!fs.existsSync(known)) known = path.dirname(known);
  if (
    known !== root &&
    !isInside(root, fs.realpathSync(known)) &&
    fs.realpathSync(known) !== fs.realpathSync(root)
  )
    throw new ReasonedError('invalid_input', `${file} is not in the workspace.`, {
      reason: { kind: 'link out' },
      field: file,
    });
  fs.mkdirSync(path.dirname(full), { recursive: true });
  return full;
}

/**
 * Writes an instruction file if it still is as it was found; else false. Between the
 * last look and the renaming nothing else of this process runs, so only a write of the same microseconds could be lost.
 */
export function writeInstructions(
  root: string,
  file: string,
  found: FoundFile | undefined,
  text: string,
): boolean {
  const bytes = Buffer.from(text);
  if (bytes.byteLength > MAX_BYTES)
    throw new ReasonedError('invalid_input', `${file} would be larger than ${MAX_BYTES} bytes.`, {
      reason: TOO_LARGE,
      field: file,
    });
  const target = found?.target ?? placeFor(root, file);
  const draft = writeDraft(root, bytes, found?.mode ?? 0o644);
  const now = lookAtInstructions(root, file);
  const isAsFound =
    now.kind === 'file' ? now.hash === found?.hash && now.target === target : now.kind === 'gone' && !found;
  if (!isAsFound) {
    fs.rmSync(draft, { force: true });
    return false;
  }
  fs.renameSync(draft, target);
  return true;
}
