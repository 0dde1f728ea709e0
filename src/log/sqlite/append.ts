import type Database from 'better-sqlite3';
import { LineclearError } from '../../contract/errors.ts';
import type { CompleteDraft } from '../../contract/event.ts';
import type { AppendOptions } from '../log.ts';
import { type EventRow, type EventValues, INSERT_EVENT, SELECT_EVENTS } from './event-row.ts';

/** A draft that waits for its turn to be written. */
interface Prepared {
  readonly event: CompleteDraft;
  readonly values: EventValues;
}

/**
 * Writes events with the next sequences, or throws `version_conflict` before it writes any; for use in a transaction.
 * Gives for each the sequence that it got, or the row that has its id already.
 */
export type Append = (
  drafts: readonly Prepared[],
  expected: AppendOptions['expectedVersion'],
) => (number | EventRow)[];

export function prepareAppend(db: Database.Database): Append {
  const byId = db.prepare<[string], EventRow>(`${SELECT_EVENTS} WHERE id = ?`);
  const insert = db.prepare<(string | number | null)[]>(INSERT_EVENT);
  const head = db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
  const versionOf = db
    .prepare<[string], number | null>('SELECT max(sequence) FROM events WHERE task_id = ?')
    .pluck();

  return (drafts, expected) => {
    if (expected) {
      const repeated = drafts.map(({ event }) => byId.get(event.id)).filter((row) => row !== undefined);
      if (repeated.length === drafts.length) return repeated;
      const version = versionOf.get(expected.taskId) ?? 0;
      if (version !== expected.version) {
        throw new LineclearError(
          'version_conflict',
          `Task ${expected.taskId} is at version ${version}, not at ${expected.version}.`,
        );
      }
    }
    let sequence = head.get() ?? 0;
    return drafts.map(({ event, values }) => {
      if (insert.run(sequence + 1, ...values).changes > 0) {
        sequence += 1;
        return sequence;
      }
      const stored = byId.get(event.id);
      if (stored) return stored;
      throw new LineclearError('log_corrupt', `Event ${event.id} is in the index and not in the table.`);
    });
  };
}
