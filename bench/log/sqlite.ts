import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openBenchLog } from '../workplace.ts';
import { type Backend, type Raw, openSubject } from './subject.ts';

/** What a reader that is told of nothing asks every time: no wake-up is faster than this without one. */
const POLL_MS = 5;

async function openRaw(file: string): Promise<Raw> {
  const open = () => new Database(file);
  const [db, peer] = [open(), open()];
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = NORMAL');
  db.exec('CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT, taken INTEGER DEFAULT 0)');
  const insert = db.prepare('INSERT INTO events (json) VALUES (?)');
  const select = db.prepare<[], { json: string }>('SELECT json FROM events');
  const take = db.prepare<[], { id: number; json: string }>(
    'UPDATE events SET taken = 1 WHERE id = (SELECT min(id) FROM events WHERE taken = 0) RETURNING id, json',
  );
  db.exec('CREATE INDEX waiting ON events (id) WHERE taken = 0');
  const settle = db.prepare('UPDATE events SET taken = 2 WHERE id = ?');
  let polling: NodeJS.Timeout | undefined;
  return {
    append: async (json) => insert.run(json),
    async follow(listener) {
      const newest = peer.prepare<[], number>('SELECT max(id) FROM events').pluck();
      let seen = newest.get() ?? 0;
      polling = setInterval(() => {
        const now = newest.get() ?? 0;
        for (; seen < now; seen += 1) listener();
      }, POLL_MS);
    },
    async replay() {
      const rows = select.all();
      for (const { json } of rows) JSON.parse(json);
      return rows.length;
    },
    async deliver(count) {
      for (let left = count; left > 0; left -= 1) {
        const row = take.get();
        if (!row) return;
        JSON.parse(row.json);
        settle.run(row.id);
      }
    },
    async close() {
      clearInterval(polling);
      db.close();
      peer.close();
    },
  };
}

export const sqlite: Backend = {
  name: 'sqlite',
  note: `SQLite, durability process (synchronous=NORMAL); reference: INSERT of finished JSON, one transaction each, a peer that polls every ${POLL_MS} ms, a column that says who took a row`,
  async open() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-bench-'));
    return await openSubject(
      () => openBenchLog(folder),
      () => openRaw(path.join(folder, 'raw.db')),
      () => fs.promises.rm(folder, { recursive: true }),
    );
  },
};
