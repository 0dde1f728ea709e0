import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { LineclearError } from '../../contract/errors.ts';
import type { Objects } from './blobs.ts';
import type { Line } from './commit.ts';
import type { Head } from './commits.ts';
import type { Kv } from './kv.ts';

/** What is known of truncated history: the beginning of the stream is purged, and what stays of it lies in objects. */
export interface Truncated {
  /** Up to this event some were removed. */
  readonly upto: number;
  /** Up to this commit the stream is purged; what is left of its events is in the objects. */
  readonly purged: Head;
  readonly objects: readonly string[];
  /** The objects before these, which somebody may be reading still. */
  readonly previous: readonly string[];
  /** Of the entry that says so; undefined when there is none. */
  readonly revision: number | undefined;
  /** The event before the first one in the stream. Between the purged ones and this, somebody else removed all. */
  readonly begins: number;
}

type Stored = Omit<Truncated, 'revision' | 'begins'>;

/** Events of truncated history that are still needed. */
export interface Leftovers {
  /** As this process knows it. */
  readonly known: Truncated;
  /** As it is now. */
  look(): Promise<Truncated>;
  /** The lines that are left behind `after`, in order, a part at a time. Throws `history_truncated` when they were replaced. */
  lines(truncated: Truncated, after: number): AsyncGenerator<readonly Line[], void, void>;
  /** Whether that event is left, of which it is known that it was there. */
  has(truncated: Truncated, sequence: number): Promise<boolean>;
  /** Writes what is left, a part at a time. Returns the names of the objects. */
  write(lines: AsyncIterable<readonly Line[]>): Promise<string[]>;
  /** Replaces what is known; undefined when somebody else was faster. */
  replace(next: Stored, revision: number | undefined): Promise<Truncated | undefined>;
  drop(objects: readonly string[]): Promise<void>;
}

const KEY = 'truncated';
/** Bytes of events per object. */
const OBJECT_BYTES = 4 * 1024 * 1024;

const NOTHING: Truncated = {
  upto: 0,
  purged: { at: 0, sequence: 0 },
  objects: [],
  previous: [],
  revision: undefined,
  begins: 0,
};

const entrySchema = z.object({
  upto: z.int(),
  purged: z.object({ at: z.int(), sequence: z.int() }),
  objects: z.array(z.string()),
  previous: z.array(z.string()),
});

const zip = promisify(gzip);
const unzip = promisify(gunzip);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `firstSequence`: the first event in the stream. */
export async function openLeftovers(
  kv: Kv,
  objects: Objects,
  firstSequence: () => Promise<number>,
): Promise<Leftovers> {
  let known = NOTHING;
  /** The last object that was read: who reads a part of it soon reads the next one. */
  let read: { readonly name: string; readonly lines: readonly Line[] } | undefined;

  async function look(): Promise<Truncated> {
    // In this order: what Lineclear purges it has told of before.
    const begins = (await firstSequence()) - 1;
    const entry = await kv.get(KEY);
    if (entry && entry.revision !== known.revision)
      known = { ...entrySchema.parse(JSON.parse(entry.value)), revision: entry.revision, begins: 0 };
    if (begins > known.purged.sequence) known = { ...known, begins, upto: Math.max(known.upto, begins) };
    return known;
  }

  async function load(name: string): Promise<readonly Line[]> {
    if (read?.name === name) return read.lines;
    const content = await objects.get(name);
    if (!content) {
      throw new LineclearError('history_truncated', 'History was truncated once more while it was read.');
    }
    const found = decoder
      .decode(await unzip(content))
      .split('\n')
      .map((line) => {
        const end = line.indexOf(' ');
        return { sequence: Number(line.slice(0, end)), json: line.slice(end + 1) };
      });
    read = { name, lines: found };
    return found;
  }

  async function* lines({ objects: names }: Truncated, after: number) {
    for (const name of names) {
      const found = await load(name);
      if ((found.at(-1)?.sequence ?? 0) > after) yield found.filter(({ sequence }) => sequence > after);
    }
  }

  async function put(part: readonly Line[]): Promise<string> {
    const name = `left-${randomUUID()}`;
    const text = part.map(({ sequence, json }) => `${sequence} ${json}`).join('\n');
    await objects.put(name, await zip(encoder.encode(text)));
    return name;
  }

  async function drop(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => objects.delete(name)));
  }

  await look();
  return {
    get known() {
      return known;
    },
    look,
    lines,

    async has(truncated, sequence) {
      for await (const part of lines(truncated, sequence - 1)) return part[0]?.sequence === sequence;
      return false;
    },

    async write(parts) {
      const names: string[] = [];
      let waiting: Line[] = [];
      let bytes = 0;
      try {
        for await (const part of parts) {
          waiting.push(...part);
          bytes += part.reduce((sum, { json }) => sum + json.length, 0);
          if (bytes < OBJECT_BYTES) continue;
          names.push(await put(waiting));
          waiting = [];
          bytes = 0;
        }
        if (waiting.length > 0) names.push(await put(waiting));
        return names;
      } catch (error) {
        await drop(names);
        throw error;
      }
    },

    async replace(next, revision) {
      const written = await kv.put(KEY, JSON.stringify(entrySchema.parse(next)), revision);
      if (written === undefined) return undefined;
      known = { ...next, revision: written, begins: known.begins };
      return known;
    },

    drop,
  };
}
