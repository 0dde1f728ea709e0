import { createHash } from 'node:crypto';
import fs from 'node:fs';
import fsp from 'node:fs/promises';
import path from 'node:path';
import readline from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import * as z from 'zod';
import { decodeEvent } from '../contract/decode.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { type AgentEvent, storedEnvelopeSchema } from '../contract/event.ts';
import { type ArchivedContent, parseContent } from './archived-content.ts';

export interface ArchiveFile {
  /** Absolute. */
  readonly file: string;
  readonly sha256: string;
  /** Of the file. */
  readonly bytes: number;
}

const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
};

async function* linesOf(file: string, isPacked: boolean): AsyncGenerator<string, void, void> {
  const source = fs.createReadStream(file);
  const text = isPacked ? source.pipe(createGunzip()) : source;
  // Errors of the file are not passed on by pipe().
  source.on('error', (error) => text.destroy(error));
  // Of somebody who has read enough nobody waits for what is wrong with the rest: it would end the process.
  text.on('error', () => undefined);
  try {
    yield* readline.createInterface({ input: text, crlfDelay: Infinity });
  } finally {
    source.destroy();
    text.destroy();
  }
}

const damaged = (file: string, why: string, cause?: unknown) =>
  new LineclearError('archive_damaged', `${file} is no whole archive: ${why}`, { cause });

/** Of lines, in their order. */
class LinesDigest {
  readonly #hash = createHash('sha256');
  #count = 0;

  add(line: string): void {
    this.#hash.update(`${line}\n`);
    this.#count += 1;
  }

  /** Once. */
  result(): { readonly count: number; readonly sha256: string } {
    return { count: this.#count, sha256: this.#hash.digest('hex') };
  }
}

/** Whether the file says what was to be written; reads it from the disk. Throws `archive_damaged`. */
async function verify(file: string, written: ReturnType<LinesDigest['result']>): Promise<void> {
  const digest = new LinesDigest();
  try {
    for await (const line of linesOf(file, true)) digest.add(line);
  } catch (error) {
    throw damaged(file, messageOf(error), error);
  }
  const { count, sha256 } = digest.result();
  if (count !== written.count) throw damaged(file, `it has ${count} of ${written.count} lines`);
  if (sha256 !== written.sha256) throw damaged(file, 'its lines are others');
}

async function sync(place: string): Promise<void> {
  const handle = await fsp.open(place, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const PARTIAL = '.partial';

/** Removes what processes that were killed have half written. Only for who is alone there. */
export async function removeHalfWritten(folder: string): Promise<void> {
  // Where there is no folder there is nothing in it.
  const names = await fsp.readdir(folder).catch(() => []);
  const left = names.filter((name) => name.endsWith(PARTIAL));
  await Promise.all(left.map((name) => fsp.rm(path.join(folder, name), { force: true })));
}

/**
 * Writes lines, compressed, under a name that begins with `name`, and reads the file back: when it resolves they are on the disk.
 * There is never half a file under its name; the same lines give the same file. Throws `archive_damaged` and the system's errors.
 */
export async function writeArchive(
  folder: string,
  name: string,
  lines: AsyncIterable<string>,
): Promise<ArchiveFile> {
  await fsp.mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = path.join(folder, `.${name}.${process.pid}${PARTIAL}`);
  try {
    const written = new LinesDigest();
    const text = async function* () {
      for await (const line of lines) {
        written.add(line);
        yield `${line}\n`;
      }
    };
    await pipeline(text, createGzip(), fs.createWriteStream(partial, { mode: 0o600 }));
    await sync(partial);
    await verify(partial, written.result());
    const sha256 = await sha256Of(partial);
    const file = path.join(folder, `${name}-${sha256.slice(0, 8)}.jsonl.gz`);
    await fsp.rename(partial, file);
    // The name, too, has to survive a loss of power; Windows has no handle of a folder.
    if (process.platform !== 'win32') await sync(folder);
    return { file, sha256, bytes: (await fsp.stat(file)).size };
  } finally {
    await fsp.rm(partial, { force: true });
  }
}

export interface ArchivedEvent {
  readonly event: AgentEvent;
  /** What it names, unless an event of its task before it names that, too, or the log did not have it. */
  readonly contents: readonly ArchivedContent[];
}

/** The events of an archive, also of one that somebody has unpacked. Throws `archive_damaged`, `archive_missing`. */
export async function* readArchive(file: string): AsyncGenerator<ArchivedEvent, void, void> {
  if (!fs.existsSync(file)) throw new LineclearError('archive_missing', `There is no archive ${file}.`);
  let number = 0;
  let contents: ArchivedContent[] = [];
  try {
    for await (const line of linesOf(file, file.endsWith('.gz'))) {
      number += 1;
      if (line.trim() === '') continue;
      const stored = z.looseObject({}).parse(JSON.parse(line));
      const content = parseContent(stored);
      if (content) {
        contents.push(content);
        continue;
      }
      yield { event: decodeEvent(storedEnvelopeSchema.parse(stored)), contents };
      contents = [];
    }
  } catch (error) {
    throw damaged(file, `line ${number + 1}: ${messageOf(error)}`, error);
  }
}
