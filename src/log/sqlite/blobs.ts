import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { BlobRef, BlobStore } from '../log.ts';
import type { WriteQueue } from './write-queue.ts';

export interface BlobOptions {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly queue: WriteQueue;
  readonly reading: <T>(read: () => T) => Promise<T>;
}

export function createBlobs({ writer, reader, queue, reading }: BlobOptions): BlobStore {
  const insert = writer.prepare<[string, Uint8Array]>(
    'INSERT INTO blobs (ref, content) VALUES (?, ?) ON CONFLICT (ref) DO NOTHING',
  );
  const exists = reader.prepare<[string], number>('SELECT 1 FROM blobs WHERE ref = ?').pluck();
  const select = reader.prepare<[string], Buffer>('SELECT content FROM blobs WHERE ref = ?').pluck();

  return {
    async put(content) {
      const ref: BlobRef = `blob:${createHash('sha256').update(content).digest('hex')}`;
      // A copy: it is written later, and the caller may use its buffer again.
      const copy = Buffer.from(content);
      if ((await reading(() => exists.get(ref))) === undefined) {
        await queue.submit(() => insert.run(ref, copy));
      }
      return ref;
    },
    get: (ref) => reading(() => select.get(ref)),
  };
}
