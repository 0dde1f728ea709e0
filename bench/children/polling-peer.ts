// The plainest peer: asks for SQLite's data_version every 5 ms and looks at the head when it differs.
import Database from 'better-sqlite3';
import { reportCpu, reportPosition } from './report.ts';

const [, , file = ''] = process.argv;
const db = new Database(file, { readonly: true });
const version = db.prepare<[], number>('PRAGMA data_version').pluck();
const head = db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
let seen: number | undefined;
reportCpu();
setInterval(() => {
  const now = version.get();
  if (now === seen) return;
  seen = now;
  reportPosition(head.get() ?? 0);
}, 5);
