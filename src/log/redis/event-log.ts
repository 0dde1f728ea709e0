import * as z from 'zod';
import { placeDraft } from '../../contract/decode.ts';
import { LineclearError } from '../../contract/errors.ts';
import type { AgentEvent } from '../../contract/event.ts';
import { newEventId } from '../event-id.ts';
import { toEventJson } from '../event-json.ts';
import type { EventLog, ReadQuery } from '../log.ts';
import { oneByOne } from '../one-by-one.ts';
import type { AppendQueue } from './append-queue.ts';
import { type Entry, entriesSchema, toEvent } from './entry.ts';
import { type Keys, entryId, sequenceOf } from './keys.ts';
import type { Link } from './link.ts';
import { countRemoved, findEvents, readBounds } from './read-script.ts';
import { checkTruncated } from '../truncated.ts';
import type { Tail } from './tail.ts';

export interface EventLogOptions {
  readonly tenantId: string;
  readonly logId: string;
  readonly link: Link;
  readonly keys: Keys;
  readonly queue: AppendQueue;
  readonly tail: Tail;
  readonly now: () => Date;
  /** Called with events that are in the log now. */
  readonly saw: (event: AgentEvent) => void;
  /** Called with events that this process has just appended, each of them once. */
  readonly appended: (events: readonly AgentEvent[]) => void;
  readonly close: () => Promise<void>;
}

/** Events per page at most. */
const PAGE_EVENTS = 500;
/** Entries that the server looks at for a page of some types: bounds the time for which it does nothing else. */
const PAGE_LOOKS = 5000;

const pairSchema = z.tuple([z.int(), z.int()]);
const foundSchema = z.tuple([z.int(), entriesSchema, z.int()]);

interface Page {
  readonly entries: readonly Entry[];
  /** Up to which sequence there is nothing else. */
  readonly end: number;
  /** Up to where events may have been removed, where that was looked up. */
  readonly truncatedAt?: number;
}

export function createEventLog(options: EventLogOptions): EventLog {
  const { tenantId, logId, link, keys, queue, tail, saw, appended } = options;
  const defaults = { tenantId, newId: newEventId, now: options.now };

  const readableBounds = async () =>
    pairSchema.parse(await link.run((client) => readBounds(client, [keys.meta, keys.log], [])));

  async function readEntries(from: number, until: number, size: number): Promise<Page> {
    const range = [entryId(from), entryId(until), 'COUNT', size] as const;
    const entries = await link.run((client) => client.xrange(keys.log, ...range));
    const last = entries.length < size ? undefined : entries.at(-1);
    return { entries, end: last ? sequenceOf(last[0]) : until };
  }

  async function find(
    { taskId, types = [] }: ReadQuery,
    from: number,
    until: number,
    size: number,
  ): Promise<Page> {
    const scriptKeys = [keys.meta, keys.log, ...(taskId === undefined ? [] : [keys.task(taskId)])];
    const args = [from, until, size, PAGE_LOOKS, ...types];
    const reply = await link.run((client) => findEvents(client, scriptKeys, args));
    const [end, entries, truncatedAt] = foundSchema.parse(reply);
    return { entries, end, truncatedAt };
  }

  /** Throws `history_truncated` when events were removed that the reader asks for, and does not know of. */
  async function checkHistory(query: ReadQuery, truncatedAt: number): Promise<void> {
    checkTruncated(query, truncatedAt);
    const { after = 0, taskId, truncatedAt: known = 0 } = query;
    if (taskId === undefined || after >= truncatedAt || known >= truncatedAt) return;
    const removed = await link.run((client) => countRemoved(client, [keys.task(taskId)], []));
    if (removed === 0) return;
    throw new LineclearError(
      'history_truncated',
      `History is truncated: events of task ${taskId} up to ${truncatedAt} were removed.`,
    );
  }

  /** Throws if the events are not those behind `after` up to `end`: they were removed meanwhile, or by somebody else. */
  async function checkGaps(query: ReadQuery, events: readonly AgentEvent[], end: number): Promise<void> {
    const { after = 0, truncatedAt: known = 0 } = query;
    const whole = events.filter(({ sequence }) => sequence > known);
    const from = Math.max(after, known);
    const wrong = whole.findIndex(({ sequence }, index) => sequence !== from + index + 1);
    if (wrong < 0 && whole.length === Math.max(0, end - from)) return;
    const [truncatedAt] = await readableBounds();
    checkTruncated(query, truncatedAt);
    const missing = from + 1 + (wrong < 0 ? whole.length : wrong);
    throw new LineclearError('log_corrupt', `Event ${missing} is missing in the log: somebody deleted it.`);
  }

  /**
   * The events of a query that names its end and is no longer than a page, if they are all there: nothing else need be
   * asked for then. What follows the end of the log has come with the news of it.
   */
  async function readRange({ after = 0, until = 0, taskId, types, limit = Infinity }: ReadQuery) {
    const count = Math.min(until - after, limit);
    if (count <= 0 || count > PAGE_EVENTS || taskId !== undefined || types !== undefined) return undefined;
    const entries =
      tail.held(after, after + count) ?? (await readEntries(after + 1, after + count, count)).entries;
    const events = entries.map((entry) => toEvent(entry, tenantId));
    if (events.length < count || events.some(({ sequence }, index) => sequence !== after + index + 1))
      return undefined;
    const [newest] = events.slice(-1);
    if (newest) saw(newest);
    return events;
  }

  async function* readPages(query: ReadQuery): AsyncGenerator<AgentEvent[], void, void> {
    const { taskId, types, limit = Infinity } = query;
    if (types?.length === 0) return;
    const range = await readRange(query);
    if (range) return yield range;
    const [truncatedAt, last] = await readableBounds();
    const until = Math.min(query.until ?? Infinity, last);
    let { after = 0 } = query;
    if (after >= until || limit <= 0) return;
    await checkHistory(query, truncatedAt);
    for (let left = limit; left > 0 && after < until;) {
      const size = Math.min(left, PAGE_EVENTS);
      const isAll = taskId === undefined && types === undefined;
      const page = isAll
        ? await readEntries(after + 1, until, size)
        : await find(query, after + 1, until, size);
      const events = page.entries.map((entry) => toEvent(entry, tenantId));
      if (isAll) await checkGaps({ ...query, after }, events, page.end);
      else checkTruncated({ ...query, after }, page.truncatedAt ?? 0);
      const [newest] = events.slice(-1);
      if (newest) saw(newest);
      yield events;
      left -= events.length;
      after = page.end;
    }
  }

  /** The event that was stored under an id before. */
  async function readStored(sequence: number): Promise<AgentEvent> {
    const { entries } = await readEntries(sequence, sequence, 1);
    const [entry] = entries;
    if (entry) return toEvent(entry, tenantId);
    throw new LineclearError('log_corrupt', `Event ${sequence} is in the index and not in the log.`);
  }

  return {
    tenantId,
    logId,

    async append(drafts, { expectedVersion } = {}) {
      // As text from here on: what the caller does to a draft later does not reach the log.
      const prepared = drafts.map((draft) => toEventJson(draft, defaults));
      const placed = await queue.submit(prepared, expectedVersion);
      const stored: AgentEvent[] = [];
      const fresh: AgentEvent[] = [];
      for (const [index, { sequence, isNew }] of placed.entries()) {
        const draft = prepared[index];
        if (isNew && draft) {
          const event = placeDraft(draft.event, sequence);
          stored.push(event);
          fresh.push(event);
        } else stored.push(await readStored(sequence));
      }
      for (const event of fresh) saw(event);
      appended(fresh);
      return stored;
    },

    read: (query = {}) => oneByOne(readPages(query)),

    async head() {
      const [, last] = await readableBounds();
      return last;
    },

    async truncatedAt() {
      const [truncatedAt] = await readableBounds();
      return truncatedAt;
    },

    changed: (after, signal) => tail.wait(after, signal),
    close: options.close,
  };
}
