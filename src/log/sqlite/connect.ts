import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { LineclearError } from '../../contract/errors.ts';
import type { Durability } from '../log.ts';
import { retryBusy } from './retry-busy.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { needsRecovery } from './sqlite-error.ts';

export interface ConnectOptions {
  readonly file: string;
  readonly tenantId: string;
  readonly durability: Durability;
  readonly readonly: boolean;
  readonly journal: 'wal' | 'delete';
  readonly busyTimeoutMs: number;
}

export interface Connections {
  readonly writer: Database.Database;
  /** Never writes: separate, so that its `data_version` also tells what our own writer committed. */
  readonly reader: Database.Database;
  readonly logId: string;
}

/** What a file says of itself. One transaction: between two readings another process may fill a file that was empty. */
function identify(db: Database.Database) {
  return db.transaction(() => ({
    applicationId: db.pragma('application_id', { simple: true }),
    version: Number(db.pragma('user_version', { simple: true })),
    empty: db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0,
  }))();
}

/** How far a file has come: its `user_version`, 0 for an empty one. Throws `log_foreign` or `log_newer`. */
function schemaVersion(db: Database.Database, file: string): number {
  const { applicationId, version, empty } = identify(db);
  if (applicationId === APPLICATION_ID) {
    if (version <= MIGRATIONS.length) return version;
    throw new LineclearError(
      'log_newer',
      `${file} has schema version ${version}; this version of Lineclear knows ${MIGRATIONS.length}.`,
    );
  }
  // A process that died between creating the file and filling it leaves an empty database: that one is free to take.
  if (applicationId === 0 && version === 0 && empty) return 0;
  throw new LineclearError('log_foreign', `${file} is a SQLite database of another program.`);
}

const meta = (db: Database.Database, key: string) =>
  db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key);

function checkTenant(db: Database.Database, { file, tenantId }: ConnectOptions): void {
  const owner = meta(db, 'tenant_id');
  if (owner === tenantId) return;
  throw new LineclearError('wrong_tenant', `${file} is the log of tenant '${owner}', not of '${tenantId}'.`, {
    field: 'tenant_id',
  });
}

/** Looks at an existing file through a read-only connection, so that a file that is not ours stays as it is. */
function inspect(options: ConnectOptions): void {
  const db = new Database(options.file, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    if (schemaVersion(db, options.file) > 0) checkTenant(db, options);
  } catch (error) {
    // Only a writing connection can tell more about a file that a crash left half written.
    if (!needsRecovery(error)) throw error;
  } finally {
    db.close();
  }
}

function migrate(db: Database.Database, { file, tenantId }: ConnectOptions): void {
  if (schemaVersion(db, file) === MIGRATIONS.length) return;
  db.transaction(() => {
    // Looked up again: another process may have been faster.
    const from = schemaVersion(db, file);
    for (const step of MIGRATIONS.slice(from)) db.exec(step);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    const insert = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING');
    insert.run('log_id', randomUUID());
    insert.run('tenant_id', tenantId);
  }).immediate();
}

function prepareWriter(db: Database.Database, options: ConnectOptions): void {
  // Counts for a new file only: room of what is removed can be given back a little at a time.
  if (schemaVersion(db, options.file) === 0) db.pragma('auto_vacuum = INCREMENTAL');
  const mode = db.pragma(`journal_mode = ${options.journal}`, { simple: true });
  // NORMAL is safe against a crash of the process only with a write-ahead log.
  const normal = options.durability === 'process' && mode === 'wal';
  db.pragma(`synchronous = ${normal ? 'NORMAL' : 'FULL'}`);
  // Checkpoints wait for the disk, so there are fewer of them than by default: one per 16 MB of the write-ahead log.
  db.pragma('wal_autocheckpoint = 4000');
  // A long reading elsewhere may have let it grow; then it shrinks again.
  db.pragma(`journal_size_limit = ${32 * 1024 * 1024}`);
  migrate(db, options);
}

function refuseOld(db: Database.Database, file: string): void {
  if (schemaVersion(db, file) === MIGRATIONS.length) return;
  throw new LineclearError(
    'log_readonly',
    `${file} has the schema of an older version; read-only it cannot be brought up to date.`,
  );
}

/**
 * Opens a log's file, creates it (for its owner only) where there is none, and brings it up to date. A file that is not
 * a log of this tenant is left as it is.
 *
 * The file is opened by SQLite and by nothing else in this process: closing any other handle of it would drop the
 * locks of all of them (POSIX), and a write that was acknowledged could be lost.
 */
export async function connect(options: ConnectOptions): Promise<Connections> {
  const { file, readonly, busyTimeoutMs } = options;
  const existing = fs.statSync(file, { throwIfNoEntry: false });
  if (existing && !existing.isFile()) throw new LineclearError('log_foreign', `${file} is not a file.`);
  // SQLite would open it all the same, or only say that it cannot.
  if (!readonly) {
    fs.accessSync(path.dirname(file), fs.constants.W_OK);
    if (existing) fs.accessSync(file, fs.constants.W_OK);
  }
  if (existing && existing.size > 0) await retryBusy(() => inspect(options), busyTimeoutMs);

  const opened: Database.Database[] = [];
  const open = () => {
    const db = new Database(file, { readonly, fileMustExist: readonly, timeout: 0 });
    opened.push(db);
    return db;
  };
  try {
    const writer = open();
    // SQLite gives the files beside it the same permissions.
    if (!existing) fs.chmodSync(file, 0o600);
    await retryBusy(
      () => (readonly ? refuseOld(writer, file) : prepareWriter(writer, options)),
      busyTimeoutMs,
    );
    const reader = open();
    // Not opened read-only: after a crash elsewhere a reader, too, has to be able to recover the file.
    await retryBusy(() => {
      reader.pragma('query_only = 1');
      checkTenant(reader, options);
    }, busyTimeoutMs);
    return { writer, reader, logId: meta(reader, 'log_id') ?? '' };
  } catch (error) {
    for (const db of opened) db.close();
    throw error;
  }
}
