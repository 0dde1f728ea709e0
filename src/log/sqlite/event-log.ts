import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { decodeEvent, placeDraft } from '../../contract/decode.ts';
import { serializeDraft } from '../../contract/draft.ts';
import type { AgentEvent } from '../../contract/event.ts';
import { newEventId } from '../event-id.ts';
import type { EventLog, ReadQuery } from '../log.ts';
import { prepareAppend } from './append.ts';
import { type EventRow, SELECT_EVENTS, fromRow, toValues } from './event-row.ts';
import { oneByOne } from '../one-by-one.ts';
import { checkTruncated } from '../truncated.ts';
import type { WakeUp } from './wake-up.ts';
import type { WriteQueue } from './write-queue.ts';

export interface EventLogOptions {
  readonly tenantId: string;
  readonly logId: string;
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  /** Highest sequence that the reader sees now. */
  readonly head: () => number;
  readonly queue: WriteQueue;
  readonly wakeUp: WakeUp;
  readonly now: () => Date;
  /** Runs a reading: checks the file, waits for locks, translates errors. */
  readonly reading: <T>(read: () => T) => Promise<T>;
  /** Up to where events may have been removed, as the reader sees it now. */
  readonly truncatedAt: () => number;
  /** Called in the transaction when it appends events. */
  readonly appended: () => void;
  readonly close: () => Promise<void>;
}

/** Events per page at most: a page is read in one go, so this bounds how long the event loop waits for it. */
const PAGE_EVENTS = 500;
/** Sequences per page at most: the same bound for a reading by type that finds little. */
const PAGE_SEQUENCES = 20_000;
/** Milliseconds for which a reading of many pages keeps the event loop for itself. */
const TURN_MS = 8;

export function createEventLog(options: EventLogOptions): EventLog {
  const { tenantId, logId, writer, reader, head, truncatedAt, queue, wakeUp, reading, appended } = options;
  const defaults = { tenantId, newId: newEventId, now: options.now };
  const appendEvents = prepareAppend(writer);
  const page = preparePages(reader);
  const toEvent = (row: EventRow): AgentEvent => decodeEvent(fromRow(row, tenantId));

  async function* readPages(query: ReadQuery): AsyncGenerator<AgentEvent[], void, void> {
    const { types, limit = Infinity } = query;
    let { after = 0 } = query;
    let turn = performance.now();
    const until = Math.min(query.until ?? Infinity, await reading(head));
    for (let left = limit; left > 0 && after < until;) {
      const size = Math.min(left, PAGE_EVENTS);
      // The index of a task finds its events anywhere; without it a page must not look through the whole log.
      const end = types && query.taskId === undefined ? Math.min(until, after + PAGE_SEQUENCES) : until;
      const rows = await reading(() => {
        const found = page(query, after, end, size);
        // Looked up behind the page: what it lacks was announced before.
        checkTruncated({ ...query, after }, truncatedAt());
        return found;
      });
      yield rows.map(toEvent);
      left -= rows.length;
      after = rows.length < size ? end : (rows.at(-1)?.sequence ?? end);
      if (performance.now() - turn > TURN_MS) {
        await nextTurn();
        turn = performance.now();
      }
    }
  }

  return {
    tenantId,
    logId,

    async append(drafts, { expectedVersion } = {}) {
      // As text from here on: what the caller does to a draft later does not reach the log.
      const prepared = drafts.map((draft) => {
        const { event, json } = serializeDraft(draft, defaults);
        return { event, values: toValues(event, json) };
      });
      const results = await queue.submit(() => {
        appended();
        return appendEvents(prepared, expectedVersion);
      });
      return prepared.map(({ event }, index) => {
        const result = results[index] ?? Number.NaN;
        return typeof result === 'number' ? placeDraft(event, result) : toEvent(result);
      });
    },

    read: (query = {}) => oneByOne(readPages(query)),

    head: () => reading(head),
    truncatedAt: () => reading(truncatedAt),
    changed: (after, signal) => wakeUp.wait(after, signal).then(() => undefined),
    close: options.close,
  };
}

/** One page of events: sequences above `after` up to `until`, at most `size`. */
type ReadPage = (
  query: Pick<ReadQuery, 'taskId' | 'types'>,
  after: number,
  until: number,
  size: number,
) => EventRow[];

function preparePages(db: Database.Database): ReadPage {
  const prepare = (filter: string) =>
    db.prepare<(string | number)[], EventRow>(
      `${SELECT_EVENTS} WHERE ${filter} sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
    );
  const ofTypes = 'type IN (SELECT value FROM json_each(?)) AND';
  const all = prepare('');
  const byTypes = prepare(ofTypes);
  const byTask = prepare('task_id = ? AND');
  const byTaskAndTypes = prepare(`task_id = ? AND ${ofTypes}`);

  return ({ taskId, types }, after, until, size) => {
    const range = [after, until, size];
    if (taskId !== undefined) {
      return types
        ? byTaskAndTypes.all(taskId, JSON.stringify(types), ...range)
        : byTask.all(taskId, ...range);
    }
    return types ? byTypes.all(JSON.stringify(types), ...range) : all.all(...range);
  };
}
