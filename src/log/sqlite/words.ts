import type Database from 'better-sqlite3';
import type { WordIndex } from '../log.ts';
import type { WriteQueue } from './write-queue.ts';

export interface WordsOptions {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly queue: WriteQueue;
  readonly reading: <T>(read: () => T) => Promise<T>;
}

/** The words of keys in SQLite's full-text index. */
export function createWords({ writer, reader, queue, reading }: WordsOptions): WordIndex {
  const POSITION = 'SELECT sequence FROM word_position';
  const position = reader.prepare<[], number>(POSITION).pluck();
  const positionToWrite = writer.prepare<[], number>(POSITION).pluck();
  const move = writer.prepare<[number]>('UPDATE word_position SET sequence = ?');
  const rowOf = writer.prepare<[string], number>('SELECT row FROM word_keys WHERE key = ?').pluck();
  const addKey = writer.prepare<[string]>('INSERT INTO word_keys (key) VALUES (?)');
  const removeKey = writer.prepare<[number]>('DELETE FROM word_keys WHERE row = ?');
  const removeWords = writer.prepare<[number]>('DELETE FROM words WHERE rowid = ?');
  const addWords = writer.prepare<[number | bigint, string]>('INSERT INTO words (rowid, text) VALUES (?, ?)');
  const find = reader
    .prepare<[string], string>(
      'SELECT key FROM words JOIN word_keys ON row = words.rowid WHERE words MATCH ?',
    )
    .pluck();

  return {
    position: () => reading(() => position.get() ?? 0),

    update: (from, to, changes) =>
      queue.submit(() => {
        if (positionToWrite.get() !== from) return false;
        for (const { key, words } of changes) {
          const known = rowOf.get(key);
          if (known !== undefined) {
            removeWords.run(known);
            removeKey.run(known);
          }
          if (words) addWords.run(addKey.run(key).lastInsertRowid, words.join(' '));
        }
        move.run(to);
        return true;
      }),

    async find(terms) {
      if (terms.length === 0) return [];
      // Each as a text in quotes, so that none is taken for an operator.
      const query = terms.map((term) => `"${term.replaceAll('"', '""')}"*`).join(' ');
      return await reading(() => find.all(query));
    },
  };
}
