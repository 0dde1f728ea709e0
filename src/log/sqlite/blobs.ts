import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { BLOB_AGE_STEP_MS, type BlobRef, type BlobStore } from '../log.ts';
import type { WriteQueue } from './write-queue.ts';

export interface BlobOptions {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly queue: WriteQueue;
  readonly reading: <T>(read: () => T) => Promise<T>;
  readonly now: () => Date;
}

export function createBlobs({ writer, reader, queue, reading, now }: BlobOptions): BlobStore {
  const insert = writer.prepare<[string, Uint8Array]>(
    'INSERT INTO blobs (ref, content) VALUES (?, ?) ON CONFLICT (ref) DO NOTHING',
  );
  const touch = writer.prepare<[string, number]>(
    'INSERT INTO blob_times (ref, put_at) VALUES (?, ?) ON CONFLICT (ref) DO UPDATE SET put_at = excluded.put_at',
  );
  const isYoung = reader
    .prepare<[string, number], number>(
      'SELECT 1 FROM blobs JOIN blob_times USING (ref) WHERE ref = ? AND put_at > ?',
    )
    .pluck();
  const select = reader.prepare<[string], Buffer>('SELECT content FROM blobs WHERE ref = ?').pluck();
  const remove = writer.prepare<[string, string, number]>(
    'DELETE FROM blobs WHERE ref = ? AND NOT EXISTS (SELECT 1 FROM blob_times WHERE ref = ? AND put_at > ?)',
  );
  const forget = writer.prepare<[string]>('DELETE FROM blob_times WHERE ref = ?');

  return {
    async put(content) {
      const ref: BlobRef = `blob:${createHash('sha256').update(content).digest('hex')}`;
      // A copy: it is written later, and the caller may use its buffer again.
      const copy = Buffer.from(content);
      const at = now().getTime();
      if ((await reading(() => isYoung.get(ref, at - BLOB_AGE_STEP_MS))) === undefined) {
        await queue.submit(() => {
          insert.run(ref, copy);
          touch.run(ref, at);
        });
      }
      return ref;
    },
    get: (ref) => reading(() => select.get(ref)),
    remove: (ref, ageMs) =>
      queue.submit(() => {
        const isGone = remove.run(ref, ref, now().getTime() - ageMs).changes > 0;
        if (isGone) forget.run(ref);
        return isGone;
      }),
  };
}
