import { randomUUID } from 'node:crypto';
import { type Commit, type Line, keyOf } from './commit.ts';
import type { Commits, Head } from './commits.ts';
import { type Index, type Mark, encodeIds, encodeMark, encodeTask } from './index.ts';
import type { Leftovers } from './leftovers.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';
import { isWrongLast, toLogError } from './nats-error.ts';
import type { Publishing, Store } from './store.ts';

export interface IndexWriterOptions {
  readonly link: Link;
  readonly store: Store;
  readonly names: Names;
  readonly logId: string;
  readonly commits: Commits;
  readonly index: Index;
  readonly leftovers: Leftovers;
}

export interface IndexWriter {
  /** Brings the index on, in the background, when it is far enough behind; `marked` is the last event known to be in it. */
  grown(head: Head, marked: number): void;
  /** Resolves when everything up to there is in the index. Throws what keeps it from that. */
  bring(head: Head): Promise<void>;
  /** Resolves when what is being written is; nothing is begun any more. */
  close(): Promise<void>;
}

/** Events by which the index is behind at least before it is brought on: what everybody who opens the log reads. */
const SEGMENT = 1000;
/** Bytes of events that are indexed at once. */
const MAX_BYTES = 1024 * 1024;
/** Messages that wait for their acknowledgement at once. */
const WINDOW = 256;
/** Milliseconds before it is tried again when it did not work. */
const PAUSE_MS = 1000;

type Entry = Pick<Publishing, 'subject' | 'data' | 'headers'>;

/**
 * Writes what {@link Index} reads. Any process may, several at once and none alone: each message names the
 * one before it in the stream, so of two writers one is refused and leaves it to the other. The mark comes last; what a
 * writer that died left behind the mark is written once more, and says the same.
 */
export function createIndexWriter(options: IndexWriterOptions): IndexWriter {
  const { link, store, names, logId, commits, index, leftovers } = options;
  // Not all processes at the same moment.
  const due = SEGMENT * (1 + Math.random());
  let reached = 0;
  let notBefore = 0;
  let running: Promise<void> | undefined;
  let closed = false;

  /** The commits behind the mark, as many as are indexed at once. */
  async function segment({ at }: Mark, head: Head): Promise<{ commits: Commit[]; lines: Line[] }> {
    const found: Commit[] = [];
    const lines: Line[] = [];
    let bytes = 0;
    for await (const commit of commits.range(at + 1, head.at)) {
      const before = found.at(-1);
      // What is behind a gap is looked at once more: the mark must not pass what a broken connection did not bring.
      if (before && commit.first !== before.last + 1) break;
      found.push(commit);
      for (const line of await commits.linesOf(commit)) {
        lines.push(line);
        bytes += line.json.length;
      }
      if (bytes > MAX_BYTES || closed) break;
    }
    return { commits: found, lines };
  }

  /** True when there is more to do. */
  async function step(head: Head): Promise<boolean> {
    await store.ensure();
    // First where the stream ends, then what is in it: who writes in between makes the first message be refused.
    const end = (await store.state())?.last ?? 0;
    const mark = await index.mark();
    reached = Math.max(reached, mark.sequence);
    if (closed || head.at <= mark.at) return false;
    const { purged } = await leftovers.look();
    if (mark.sequence < purged.sequence) {
      await writeLeftovers(mark, end);
      return true;
    }
    const { commits: found, lines } = await segment(mark, head);
    const [first, last] = [found[0], found.at(-1)];
    if (closed || !first || !last) return false;
    // Events between the mark and the first that is left were removed before they were indexed.
    const from = first.first === mark.sequence + 1 ? mark.from : first.first;
    const next = { at: last.at, sequence: last.last, from };
    const entries = [
      ...toEntries(lines, names, link.maxBytes),
      { subject: names.mark, data: encodeMark(logId, next) },
    ];
    await write(entries, end);
    reached = next.sequence;
    return next.at < head.at;
  }

  /** What the stream does not have any more, for an index that is made anew. */
  async function writeLeftovers(mark: Mark, end: number): Promise<void> {
    const truncated = await leftovers.look();
    const lines: Line[] = [];
    for await (const part of leftovers.lines(truncated, mark.sequence)) lines.push(...part);
    const next = { ...truncated.purged, from: 1 };
    const entries = [
      ...toEntries(lines, names, link.maxBytes),
      { subject: names.mark, data: encodeMark(logId, next) },
    ];
    await write(entries, end);
    reached = next.sequence;
  }

  /** Rejects as soon as one is refused; those behind it are, too, so that what is stored has no gaps. */
  async function write(entries: readonly Entry[], end: number): Promise<void> {
    let last: number | string = end;
    for (let from = 0; from < entries.length; from += WINDOW) {
      const following = entries.slice(from, from + WINDOW).map((entry) => {
        const [id, before] = [randomUUID(), last];
        last = id;
        return store.follow(entry, id, before);
      });
      await Promise.all(following);
    }
  }

  async function advance(head: Head): Promise<void> {
    try {
      for (let isMore = true; isMore;) isMore = await step(head);
    } catch {
      // Somebody else was faster, or the server is away: the index stays behind, which costs time and nothing else.
      notBefore = performance.now() + PAUSE_MS;
    }
  }

  return {
    grown(head, marked) {
      if (closed || running || head.sequence - Math.max(reached, marked) < due) return;
      if (performance.now() < notBefore) return;
      running = advance(head).finally(() => {
        running = undefined;
      });
    },

    async bring(head) {
      for (;;) {
        await running;
        if (closed || (await index.mark()).sequence >= head.sequence) return;
        try {
          for (let isMore = true; isMore;) isMore = await step(head);
        } catch (error) {
          // Whoever was faster has brought it on.
          if (!isWrongLast(error)) throw toLogError(error, link.address);
        }
      }
    },

    async close() {
      closed = true;
      await running;
    },
  };
}

function add<T>(groups: Map<string, T[]>, subject: string, item: T): void {
  const group = groups.get(subject);
  if (group) group.push(item);
  else groups.set(subject, [item]);
}

function toEntries(lines: readonly Line[], names: Names, maxBytes: number): Entry[] {
  const tasks = new Map<string, Line[]>();
  const buckets = new Map<string, [string, number][]>();
  for (const line of lines) {
    const key = keyOf(line);
    if (!key) continue;
    add(buckets, names.ids(key.id), [key.id, line.sequence]);
    if (key.task_id !== undefined) add(tasks, names.task(key.task_id), line);
  }
  return [
    ...[...tasks].flatMap(([subject, items]) =>
      parts(items, maxBytes, ({ json }) => json.length * 3 + 20).map((part) => ({
        subject,
        ...encodeTask(part),
      })),
    ),
    ...[...buckets].flatMap(([subject, items]) =>
      parts(items, maxBytes, () => 60).map((part) => ({ subject, data: encodeIds(part) })),
    ),
  ];
}

/** Cuts a list so that no part is larger than a message may be. */
function parts<T>(items: readonly T[], maxBytes: number, bytesOf: (item: T) => number): T[][] {
  const result: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (bytes > room || !result.at(-1)) {
      result.push([]);
      room = maxBytes;
    }
    result.at(-1)?.push(item);
    room -= bytes;
  }
  return result;
}
