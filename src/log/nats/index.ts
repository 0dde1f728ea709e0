import * as z from 'zod';
import { LineclearError } from '../../contract/errors.ts';
import type { Line } from './commit.ts';
import type { Head } from './commits.ts';
import type { Leftovers } from './leftovers.ts';
import type { Names } from './names.ts';
import type { Store } from './store.ts';

/** Up to where the index is complete, and from which event on. */
export interface Mark extends Head {
  readonly from: number;
}

export const NO_MARK: Mark = { at: 0, sequence: 0, from: 1 };

export interface IndexOptions {
  readonly store: Store;
  readonly names: Names;
  readonly logId: string;
  readonly leftovers: Leftovers;
}

/**
 * What is found without reading the log: the events of a task, its version, and where an id is. It is behind the log
 * and says by how much, so who asks looks through the rest of the log, too. All of it is derived, and what is written
 * twice is the same twice.
 */
export interface Index {
  mark(): Promise<Mark>;
  /** Lines of the task's events above `after`, in order, a part at a time; some may be above the mark already. */
  task(taskId: string, after: number): AsyncGenerator<readonly Line[], void, void>;
  /** The last event of the task that the index knows, 0 if it knows none. */
  version(taskId: string): Promise<number>;
  /** The ids of a bucket, and where they are. */
  bucket(subject: string): Promise<ReadonlyMap<string, number>>;
}

const markSchema = z.object({ log: z.string(), at: z.int(), sequence: z.int(), from: z.int() });

/** The last event in a message of a task. */
const LAST = 'Lineclear-Last';
const decoder = new TextDecoder();

export const encodeMark = (logId: string, mark: Mark): string => JSON.stringify({ log: logId, ...mark });
export const encodeTask = (lines: readonly Line[]): { data: string; headers: Record<string, string> } => ({
  data: lines.map(({ sequence, json }) => `${sequence} ${json}`).join('\n'),
  headers: { [LAST]: String(lines.at(-1)?.sequence ?? 0) },
});
export const encodeIds = (ids: readonly (readonly [id: string, sequence: number])[]): string =>
  ids.map(([id, sequence]) => `${id} ${sequence}`).join('\n');

/** Pairs of words, one a line. */
const pairs = (data: Uint8Array): [string, string][] =>
  decoder
    .decode(data)
    .split('\n')
    .map((line) => {
      const end = line.indexOf(' ');
      return [line.slice(0, end), line.slice(end + 1)];
    });

export function createIndex({ store, names, logId, leftovers }: IndexOptions): Index {
  return {
    async mark() {
      const message = await store.last(names.mark);
      if (!message) return NO_MARK;
      const { log, ...mark } = markSchema.parse(JSON.parse(decoder.decode(message.data)));
      if (log === logId) return mark;
      throw new LineclearError(
        'log_foreign',
        `The stream ${names.indexStream} belongs to another log. Delete it: it is made anew.`,
      );
    },

    async *task(taskId, after) {
      let reached = after;
      for await (const message of store.scan({ subject: names.task(taskId) })) {
        if (Number(message.header(LAST)) <= reached) continue;
        const lines = pairs(message.data).map(([sequence, json]) => ({ sequence: Number(sequence), json }));
        const fresh = lines.filter(({ sequence }) => sequence > reached);
        reached = fresh.at(-1)?.sequence ?? reached;
        yield fresh;
      }
    },

    async version(taskId) {
      const message = await store.last(names.task(taskId));
      return Number(message?.header(LAST) ?? 0);
    },

    async bucket(subject) {
      const found = new Map<string, number>();
      if (!(await store.last(subject))) return found;
      for await (const { data } of store.scan({ subject })) {
        for (const [id, sequence] of pairs(data)) found.set(id, Number(sequence));
      }
      // Of truncated history ids are known that are not there any more.
      const { known } = leftovers;
      for (const [id, sequence] of found) {
        if (sequence <= known.purged.sequence && !(await leftovers.has(known, sequence))) found.delete(id);
      }
      return found;
    },
  };
}
