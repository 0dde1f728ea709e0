import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

function sync(file: string): void {
  const handle = fs.openSync(file, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Writes a file that is there as a whole or not at all, and survives a loss of power once this has returned. */
export function writeDurably(file: string, text: string): void {
  const folder = path.dirname(file);
  const unfinished = path.join(folder, `.${path.basename(file)}.${randomUUID()}`);
  try {
    fs.writeFileSync(unfinished, text, { flag: 'wx', mode: 0o600, flush: true });
    fs.renameSync(unfinished, file);
  } catch (error) {
    fs.rmSync(unfinished, { force: true });
    throw error;
  }
  // Windows has no handle of a folder to do that with.
  if (process.platform !== 'win32') sync(folder);
}
