import fs from 'node:fs';
import path from 'node:path';
import type { FileReason } from '../../state/file-reason.ts';
import { reasonOf } from '../left-alone.ts';
import { isName } from '../names.ts';
import { MAX_NOTE_BYTES, TOO_LARGE, normalized } from '../note-text.ts';
import { checkText } from '../note-writer.ts';
import { hashOf } from '../text-cache.ts';
import { decodeText } from './decode-text.ts';

/** Why a file is left alone. */
export interface FileProblem {
  /** In the folder of the notes, with `/`. */
  readonly path: string;
  readonly reason: FileReason;
  /** From 1 on. */
  readonly line?: number | undefined;
}

/** How a file ends its lines and begins: kept when it is written again. */
interface TextStyle {
  readonly crlf: boolean;
  readonly bom: boolean;
}

/** What was found at a path. */
export type Look =
  | { readonly kind: 'gone' }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
  /** `text` as it becomes the text of a note, `hash` is that of it. */
  | {
      readonly kind: 'note';
      readonly text: string;
      readonly hash: string;
      readonly style: TextStyle;
      /** The file has a secret, which the note has not. */
      readonly secret?: FileProblem;
    };

const EXTENSION = '.md';

/** The path of a note with these names. */
export const pathOf = (domain: string, slug: string): string => `${domain}/${slug}${EXTENSION}`;

/** The names in a path; undefined where it can be the path of no note. */
export function namesIn(file: string): { domain: string; slug: string } | undefined {
  const [domain = '', name = '', ...more] = file.normalize('NFC').split('/');
  if (more.length > 0 || !name.toLowerCase().endsWith(EXTENSION)) return undefined;
  const slug = name.slice(0, -EXTENSION.length);
  return isName(domain) && isName(slug) ? { domain, slug } : undefined;
}

const GONE: Look = { kind: 'gone' };

/** A file, never what a link points to that has taken its place. */
function readItself(file: string): Uint8Array {
  const handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
  try {
    return fs.readFileSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** The first line that is not what it was before it was checked. */
function lineOfSecret(given: string, checked: string): number | undefined {
  const text = normalized(given);
  if (text === checked) return undefined;
  const lines = checked.split('\n');
  return text.split('\n').findIndex((line, index) => line !== lines[index]) + 1;
}

/** Looks at a file of the folder. What cannot be a note is a problem, with its line where there is one. */
export function lookAt(folder: string, file: string): Look {
  const problem = (reason: FileReason, line?: number): Look => ({
    kind: 'problem',
    problem: { path: file, reason, line },
  });
  const full = path.join(folder, file);
  try {
    const stat = fs.lstatSync(full, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) return problem({ kind: 'link' });
    const isInFolder = fs.lstatSync(path.dirname(full), { throwIfNoEntry: false })?.isDirectory();
    if (!stat?.isFile() || !isInFolder) return GONE;
    if (!namesIn(file)) return problem({ kind: 'name' });
    // Twice the size, for line ends of two characters.
    if (stat.size > 2 * MAX_NOTE_BYTES) return problem(TOO_LARGE);
    const text = decodeText(readItself(full));
    if (text === undefined) return problem({ kind: 'no text' });
    const checked = checkText(text);
    const style = { crlf: text.includes('\r\n'), bom: text.startsWith('\uFEFF') };
    const secret = lineOfSecret(text, checked);
    return {
      kind: 'note',
      text: checked,
      hash: hashOf(checked),
      style,
      ...(secret && { secret: { path: file, line: secret, reason: { kind: 'secret' } } }),
    };
  } catch (error) {
    // Gone between two looks.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return GONE;
    const { reason, line } = reasonOf(error);
    return problem(reason, line);
  }
}

/** Whether there is anything at a path: much cheaper than {@link lookAt}. */
export const isThere = (folder: string, file: string): boolean =>
  fs.lstatSync(path.join(folder, file), { throwIfNoEntry: false }) !== undefined;

/** All paths in the folder that may be notes, and what cannot be; undefined when there is no folder. */
export function listFiles(folder: string): string[] | undefined {
  if (!fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((domain) => {
    if (!domain.isDirectory() || domain.name.startsWith('.')) return [];
    const files = fs.readdirSync(path.join(folder, domain.name), { withFileTypes: true });
    return files
      .filter(({ name }) => !name.startsWith('.') && name.toLowerCase().endsWith(EXTENSION))
      .map(({ name }) => `${domain.name}/${name}`);
  });
}

/** A name for a file that is not finished, where nobody looks for notes. */
function temporary(folder: string): string {
  const place = path.join(folder, '.tmp');
  fs.mkdirSync(place, { recursive: true });
  return path.join(place, `${process.pid}-${process.hrtime.bigint()}`);
}

const hashAt = (folder: string, file: string): string | undefined => {
  const look = lookAt(folder, file);
  return look.kind === 'note' ? look.hash : look.kind;
};

/** Whether the folder of a file is a folder of ours, and not a link to elsewhere; makes it where it is missing. */
function hasOwnFolder(folder: string, file: string): boolean {
  const place = path.dirname(path.join(folder, file));
  fs.mkdirSync(place, { recursive: true });
  return fs.lstatSync(place).isDirectory();
}

/**
 * Writes a file whole or not at all, if what is there still is `expected` (a hash, or `gone`); else false. Between the
 * last look and the renaming nothing else of this process runs, so only a write of the same microseconds could be lost.
 */
export function replaceFile(folder: string, file: string, text: string, expected: string): boolean {
  if (!namesIn(file) || !hasOwnFolder(folder, file)) return false;
  const look = lookAt(folder, file);
  const { crlf = false, bom = false } = look.kind === 'note' ? look.style : {};
  const styled = (bom ? '\uFEFF' : '') + (crlf ? text.replaceAll('\n', '\r\n') : text);
  const draft = temporary(folder);
  fs.writeFileSync(draft, styled);
  if (hashAt(folder, file) !== expected) {
    fs.rmSync(draft, { force: true });
    return false;
  }
  fs.renameSync(draft, path.join(folder, file));
  return true;
}

/** Removes a file, if it still is `expected`, and its folder if that is empty then. */
export function removeFile(folder: string, file: string, expected: string): boolean {
  if (hashAt(folder, file) !== expected) return false;
  const full = path.join(folder, file);
  fs.rmSync(full, { force: true });
  try {
    fs.rmdirSync(path.dirname(full));
  } catch {
    // There is something else in it.
  }
  return true;
}

/** Gives a file another path, if it still is `expected` and nothing but itself, under another case, is there. */
export function moveFile(folder: string, from: string, to: string, expected: string): boolean {
  if (!namesIn(to) || !hasOwnFolder(folder, to)) return false;
  const [source, target] = [path.join(folder, from), path.join(folder, to)];
  const isItself = from.toLowerCase() === to.toLowerCase() && isSameFile(source, target);
  if (hashAt(folder, from) !== expected || (!isItself && fs.existsSync(target))) return false;
  fs.renameSync(source, target);
  return true;
}

function isSameFile(a: string, b: string): boolean {
  const [one, two] = [a, b].map((file) => fs.lstatSync(file, { throwIfNoEntry: false, bigint: true }));
  return one !== undefined && one.ino === two?.ino && one.dev === two.dev;
}
