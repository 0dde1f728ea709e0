/** Marks a SQLite file as a log of Lineclear ("LnCl"), for us and for `file(1)`. */
export const APPLICATION_ID = 0x4c6e436c;

/**
 * Step n brings a file from `user_version` n to n + 1. A step that was released is never changed, and only adds:
 * older processes may have the file open while a newer one brings it up to date.
 *
 * Sequences are given as highest + 1 inside the writer's transaction. AUTOINCREMENT would cost another table's write
 * for the one thing that it adds, that the number of a deleted last row is not given again; so truncating keeps the
 * last row.
 *
 * `tenant_id` is no column of the events: a file serves one tenant, whom `meta` names.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    timestamp TEXT NOT NULL,
    task_id TEXT,
    source TEXT NOT NULL,
    source_agent_id TEXT NOT NULL,
    call_chain TEXT NOT NULL,
    priority TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    causation_id TEXT,
    context_refs TEXT NOT NULL,
    data TEXT NOT NULL
  );
  CREATE INDEX events_of_task ON events (task_id, sequence) WHERE task_id IS NOT NULL;

  CREATE TABLE blobs (ref TEXT NOT NULL UNIQUE, content BLOB NOT NULL);

  CREATE TABLE snapshots (
    reducer TEXT NOT NULL,
    reducer_version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (reducer, reducer_version)
  );

  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT,
    token INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  // AUTOINCREMENT, so that the revision of a deleted document is never given again.
  `
  CREATE TABLE documents (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
  );
  `,
  // The texts are in the blobs: the index has their words only. One row says how far it is.
  `
  CREATE TABLE word_keys (row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
  CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0"
  );
  CREATE TABLE word_position (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL);
  INSERT INTO word_position VALUES (1, 0);
  `,
  // A table of its own: to write into a row of the blobs writes all of the content again. Without a row a blob is old.
  `
  CREATE TABLE blob_times (ref TEXT PRIMARY KEY, put_at INTEGER NOT NULL) WITHOUT ROWID;
  `,
];
