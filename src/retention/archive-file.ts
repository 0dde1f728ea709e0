import { createHash } from 'node:crypto';
import fs from 'node:fs';
import fsp from 'node:fs/promises';
import path from 'node:path';
import readline from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { decodeEvent } from '../contract/decode.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { type AgentEvent, storedEnvelopeSchema } from '../contract/event.ts';

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
  yield* readline.createInterface({ input: text, crlfDelay: Infinity });
}

const damaged = (file: string, why: string, cause?: unknown) =>
  new LineclearError('archive_damaged', `${file} is no whole archive: ${why}`, { cause });

/** Whether the file says, line by line, what was to be written; reads it from the disk. Throws `archive_damaged`. */
async function verify(file: string, lines: readonly string[]): Promise<void> {
  let count = 0;
  try {
    for await (const line of linesOf(file, true)) {
      if (line !== lines[count]) throw damaged(file, `line ${count + 1} is another one`);
      count += 1;
    }
  } catch (error) {
    throw error instanceof LineclearError ? error : damaged(file, messageOf(error), error);
  }
  if (count !== lines.length) throw damaged(file, `it has ${count} of ${lines.length} lines`);
}

async function sync(place: string): Promise<void> {
  const handle = await fsp.open(place, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes lines, compressed, under a name that begins with `name`, and reads them back: when it resolves they are on the disk.
 * There is never half a file under its name; the same lines give the same file. Throws `archive_damaged` and the system's errors.
 */
export async function writeArchive(
  folder: string,
  name: string,
  lines: readonly string[],
): Promise<ArchiveFile> {
  await fsp.mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = path.join(folder, `.${name}.${process.pid}.partial`);
  try {
    const text = function* () {
      for (const line of lines) yield `${line}\n`;
    };
    await pipeline(text, createGzip(), fs.createWriteStream(partial, { mode: 0o600 }));
    await sync(partial);
    await verify(partial, lines);
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

/** The events of an archive, also of one that somebody has unpacked. Throws `archive_damaged`, `archive_missing`. */
export async function* readArchive(file: string): AsyncGenerator<AgentEvent, void, void> {
  if (!fs.existsSync(file)) throw new LineclearError('archive_missing', `There is no archive ${file}.`);
  let number = 0;
  try {
    for await (const line of linesOf(file, file.endsWith('.gz'))) {
      number += 1;
      if (line.trim() !== '') yield decodeEvent(storedEnvelopeSchema.parse(JSON.parse(line)));
    }
  } catch (error) {
    throw damaged(file, `line ${number + 1}: ${messageOf(error)}`, error);
  }
}
