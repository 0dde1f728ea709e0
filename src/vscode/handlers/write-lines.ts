import fs from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How often progress is told. */
const STEP = 1000;

/**
 * Writes lines into a file that is there only when it is complete. Returns their number; undefined when it was
 * cancelled, which leaves nothing behind and an older file as it was.
 */
export async function writeLines(
  file: string,
  lines: AsyncIterable<string>,
  signal: AbortSignal,
  report: (lines: number) => void,
): Promise<number | undefined> {
  const unfinished = `${file}.${process.pid}.part`;
  let count = 0;
  async function* counted() {
    for await (const line of lines) {
      count += 1;
      if (count % STEP === 0) report(count);
      yield `${line}\n`;
    }
  }
  try {
    await pipeline(Readable.from(counted()), fs.createWriteStream(unfinished), { signal });
    await rename(unfinished, file);
    return count;
  } catch (error) {
    await rm(unfinished, { force: true });
    if (signal.aborted) return undefined;
    throw error;
  }
}
