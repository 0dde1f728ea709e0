import type Database from 'better-sqlite3';
import type { Documents, StoredDocument } from '../log.ts';
import type { WriteQueue } from './write-queue.ts';

export interface DocumentOptions {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly queue: WriteQueue;
  readonly reading: <T>(read: () => T) => Promise<T>;
}

const SELECT = 'SELECT key, value, revision FROM documents';
/** Documents per page of a list: bounds how long the event loop waits for it. */
const PAGE = 200;

export function createDocuments({ writer, reader, queue, reading }: DocumentOptions): Documents {
  const select = reader.prepare<[string], StoredDocument>(`${SELECT} WHERE key = ?`);
  // A prefix as a range, which the index of the keys serves; '~' follows every character that a key may have.
  const page = reader.prepare<[string, string, number], StoredDocument>(
    `${SELECT} WHERE key > ? AND key < ? || '~' ORDER BY key LIMIT ?`,
  );
  const insert = writer.prepare<[string, string]>(
    'INSERT INTO documents (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const remove = writer.prepare<[string, number]>('DELETE FROM documents WHERE key = ? AND revision = ?');

  return {
    get: (key) => reading(() => select.get(key)),

    put: (key, value, revision) =>
      queue.submit(() => {
        if (revision !== undefined && remove.run(key, revision).changes === 0) return undefined;
        const { changes, lastInsertRowid } = insert.run(key, value);
        return changes > 0 ? Number(lastInsertRowid) : undefined;
      }),

    delete: (key, revision) => queue.submit(() => remove.run(key, revision).changes > 0),

    async *list(prefix) {
      let last = prefix;
      for (;;) {
        const documents = await reading(() => page.all(last, prefix, PAGE));
        yield* documents;
        if (documents.length < PAGE) return;
        last = documents.at(-1)?.key ?? last;
      }
    },
  };
}
