import fs from 'node:fs';

const BYTES = 2000;

/** The last lines that were written to a file after a position; none when it cannot be read. */
export function lastLines(file: string, after: number, count = 3): readonly string[] {
  try {
    const descriptor = fs.openSync(file, 'r');
    try {
      const { size } = fs.fstatSync(descriptor);
      const start = Math.max(after, size - BYTES);
      const buffer = Buffer.alloc(Math.max(0, size - start));
      fs.readSync(descriptor, buffer, 0, buffer.length, start);
      const lines = buffer.toString('utf8').split('\n');
      return lines.filter((line) => line.trim() !== '').slice(-count);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return [];
  }
}
