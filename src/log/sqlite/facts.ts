import type { Database } from 'better-sqlite3';
import * as z from 'zod';
import type { LogFacts } from '../log.ts';

const textSchema = z.coerce.string();
/** What the numbers of `PRAGMA synchronous` are called. */
const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'];

const count = (db: Database, name: string): number => z.int().parse(db.pragma(name, { simple: true }));

/** As the connection that writes is set. */
export function readFacts(db: Database): LogFacts {
  const journal = textSchema.parse(db.pragma('journal_mode', { simple: true }));
  const level = z.coerce.number().parse(db.pragma('synchronous', { simple: true }));
  const version = textSchema.parse(db.prepare('SELECT sqlite_version()').pluck().get());
  return {
    product: `SQLite ${version}`,
    survives: level >= 2 ? 'power' : 'crash',
    bytes: count(db, 'page_count') * count(db, 'page_size'),
    settings: `journal_mode=${journal}, synchronous=${SYNCHRONOUS[level] ?? level}`,
  };
}
