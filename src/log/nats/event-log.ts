import { setImmediate as nextTurn } from 'node:timers/promises';
import { placeDraft } from '../../contract/decode.ts';
import { LineclearError, hasCode } from '../../contract/errors.ts';
import type { AgentEvent } from '../../contract/event.ts';
import { newEventId } from '../event-id.ts';
import { decodeJson, toEventJson } from '../event-json.ts';
import type { EventLog, ReadQuery } from '../log.ts';
import { oneByOne } from '../one-by-one.ts';
import { checkTruncated } from '../truncated.ts';
import type { AppendQueue } from './append-queue.ts';
import type { Prepared } from './append.ts';
import { type Line, keyOf } from './commit.ts';
import type { Commits } from './commits.ts';
import type { Index } from './index.ts';
import type { Leftovers } from './leftovers.ts';
import type { Link } from './link.ts';
import type { Tail } from './tail.ts';

export interface EventLogOptions {
  readonly tenantId: string;
  readonly logId: string;
  readonly link: Link;
  readonly commits: Commits;
  readonly index: Index;
  readonly leftovers: Leftovers;
  readonly queue: AppendQueue;
  readonly tail: Tail;
  readonly now: () => Date;
  readonly close: () => Promise<void>;
}

/** Events that are decoded in one go: bounds how long the event loop waits for it. */
const PAGE_EVENTS = 500;
/** Milliseconds for which a reading of many pages keeps the event loop for itself. */
const TURN_MS = 8;
/** Events that are looked through faster than the index is asked. */
const NEAR = 200;

export function createEventLog(options: EventLogOptions): EventLog {
  const { tenantId, logId, link, commits, index, leftovers, queue, tail } = options;
  const defaults = { tenantId, newId: newEventId, now: options.now };
  const decode = ({ json, sequence }: Line) => decodeJson(json, sequence, tenantId);

  /** Lines among which those of the task are: from the index, and behind its mark from the log. */
  async function* taskLines(
    taskId: string,
    after: number,
    until: number,
    truncatedAt: number,
  ): AsyncGenerator<readonly Line[], void, void> {
    let position = after;
    if (until - after > NEAR) {
      const mark = await index.mark();
      if (mark.sequence > after) {
        if (after + 1 < mark.from) {
          throw new LineclearError(
            'history_truncated',
            `The log begins with event ${mark.from}; those from ${after + 1} on were removed.`,
          );
        }
        for await (const lines of index.task(taskId, after)) {
          yield lines.filter(({ sequence }) => sequence <= until);
          position = lines.at(-1)?.sequence ?? position;
          if (position >= until) return;
        }
        position = Math.max(position, mark.sequence);
      }
    }
    // What somebody removed may have been of the task.
    checkTruncated({ after: position, truncatedAt }, leftovers.known.begins);
    for await (const lines of allLines(position, until)) {
      yield lines.filter((line) => keyOf(line)?.task_id === taskId);
    }
  }

  /** Also of truncated history, as much as is left. */
  async function* allLines(
    after: number,
    until: number,
    query: ReadQuery = { truncatedAt: Infinity },
  ): AsyncGenerator<readonly Line[], void, void> {
    let position = after;
    let truncated = position + NEAR >= commits.known.sequence ? leftovers.known : await leftovers.look();
    while (position < until) {
      const { sequence: purged } = truncated.purged;
      const isLeft = position < purged;
      if (!isLeft && position < truncated.begins) {
        position = truncated.begins;
        continue;
      }
      const source = isLeft ? leftovers.lines(truncated, position) : commits.lines(position, until);
      try {
        for await (const lines of source) {
          yield lines.filter(({ sequence }) => sequence <= until);
          position = lines.at(-1)?.sequence ?? position;
        }
        position = isLeft ? purged : until;
      } catch (error) {
        if (!hasCode(error, 'history_truncated')) throw error;
        const { revision } = truncated;
        truncated = await leftovers.look();
        // Somebody has truncated it meanwhile: then what is left lies elsewhere.
        if (truncated.revision === revision) throw error;
        checkTruncated({ ...query, after: position }, truncated.upto);
      }
    }
  }

  /** What was removed is told to who does not know of it. Who reads the newest finds out when it is missing. */
  async function linesFor(query: ReadQuery, after: number, until: number) {
    const { taskId, truncatedAt = 0 } = query;
    if (taskId !== undefined) return taskLines(taskId, after, until, truncatedAt);
    const isNear = after + NEAR >= commits.known.sequence;
    checkTruncated(query, (isNear ? leftovers.known : await leftovers.look()).upto);
    return truncatedAt === 0 ? commits.lines(after, until) : allLines(after, until, query);
  }

  async function* readPages(query: ReadQuery): AsyncGenerator<AgentEvent[], void, void> {
    const { after = 0, types, limit = Infinity } = query;
    link.check();
    // What is known to be there need not be asked for.
    const wanted = query.until ?? Infinity;
    const until =
      wanted <= commits.known.sequence ? wanted : Math.min(wanted, (await commits.head()).sequence);
    if (after >= until || limit <= 0 || types?.length === 0) return;
    const fits = types && new Set<string>(types);
    let left = limit;
    let turn = performance.now();
    for await (const lines of await linesFor(query, after, until)) {
      for (let from = 0; from < lines.length; from += PAGE_EVENTS) {
        link.check();
        const page = lines.slice(from, from + PAGE_EVENTS).map(decode);
        const events = (fits ? page.filter(({ type }) => fits.has(type)) : page).slice(0, left);
        yield events;
        left -= events.length;
        if (left <= 0) return;
        if (performance.now() - turn > TURN_MS) {
          await nextTurn();
          turn = performance.now();
        }
      }
    }
  }

  /** The events at these sequences, which exist. */
  async function readStored(sequences: readonly number[]): Promise<Map<number, AgentEvent>> {
    const found = new Map<number, AgentEvent>();
    const sorted = [...new Set(sequences)].toSorted((a, b) => a - b);
    for (let from = 0; from < sorted.length;) {
      let to = from;
      while (sorted[to + 1] === (sorted[to] ?? 0) + 1) to += 1;
      const [after, until] = [(sorted[from] ?? 0) - 1, sorted[to] ?? 0];
      // Another process may have indexed what this one has not seen yet.
      if (until > commits.known.sequence) await commits.head();
      for await (const lines of allLines(after, until)) {
        for (const line of lines) found.set(line.sequence, decode(line));
      }
      from = to + 1;
    }
    return found;
  }

  return {
    tenantId,
    logId,

    async append(drafts, { expectedVersion } = {}) {
      // As text from here on: what the caller does to a draft later does not reach the log.
      const prepared: Prepared[] = drafts.map((draft) => ({
        ...toEventJson(draft, defaults),
        fresh: draft.id === undefined,
      }));
      const places = await queue.submit({ drafts: prepared, expected: expectedVersion });
      const known = await readStored(places.flatMap(({ sequence, isNew }) => (isNew ? [] : sequence)));
      return prepared.flatMap(({ event }, position) => {
        const { sequence, isNew } = places[position] ?? { sequence: 0, isNew: false };
        return isNew ? placeDraft(event, sequence) : (known.get(sequence) ?? []);
      });
    },

    read: (query = {}) => oneByOne(readPages(query)),

    async head() {
      return (await commits.head()).sequence;
    },

    truncatedAt: async () => (await leftovers.look()).upto,

    changed: (after, signal) => tail.wait(after, signal),
    close: options.close,
  };
}
