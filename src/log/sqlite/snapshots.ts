import type Database from 'better-sqlite3';
import type { Snapshot, SnapshotStore } from '../log.ts';
import type { WriteQueue } from './write-queue.ts';

export interface SnapshotOptions {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly queue: WriteQueue;
  readonly reading: <T>(read: () => T) => Promise<T>;
}

export function createSnapshots({ writer, reader, queue, reading }: SnapshotOptions): SnapshotStore {
  const select = reader.prepare<[string, number], Snapshot>(
    `SELECT reducer, reducer_version AS reducerVersion, sequence, state FROM snapshots
     WHERE reducer = ? AND reducer_version = ?`,
  );
  const selectSequence = reader
    .prepare<[string, number], number>(
      'SELECT sequence FROM snapshots WHERE reducer = ? AND reducer_version = ?',
    )
    .pluck();
  const upsert = writer.prepare<[string, number, number, string]>(
    `INSERT INTO snapshots (reducer, reducer_version, sequence, state) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sequence = excluded.sequence, state = excluded.state
     WHERE excluded.sequence >= sequence`,
  );
  // A process of an older version may still run and put its own again: that costs space for a while and nothing else.
  const dropOlder = writer.prepare<[string, number]>(
    'DELETE FROM snapshots WHERE reducer = ? AND reducer_version < ?',
  );

  return {
    get: (reducer, reducerVersion) => reading(() => select.get(reducer, reducerVersion)),
    position: (reducer, reducerVersion) => reading(() => selectSequence.get(reducer, reducerVersion) ?? 0),
    async put({ reducer, reducerVersion, sequence, state }) {
      await queue.submit(() => {
        dropOlder.run(reducer, reducerVersion);
        upsert.run(reducer, reducerVersion, sequence, state);
      });
    },
  };
}
