import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { LineclearError } from '../../contract/errors.ts';
import type { BlobStore } from '../log.ts';
import { type Commit, type Line, linesOf, parseCommit } from './commit.ts';
import type { Names } from './names.ts';
import type { Store } from './store.ts';

/** The end of the log: both 0 for an empty one. */
export interface Head {
  /** The place of the last message. */
  readonly at: number;
  /** The last event. */
  readonly sequence: number;
}

export interface CommitsOptions {
  readonly store: Store;
  readonly names: Names;
  readonly blobs: BlobStore;
  /** As it was when the log was opened: the same name with another one is another stream. */
  readonly created: string;
}

/** Reads what is in the log. */
export interface Commits {
  /** The newest head that this process has seen. */
  readonly known: Head;
  /** As the server says now. Throws `log_replaced` when it has less than before. */
  head(): Promise<Head>;
  /** The commits at these places, both inclusive. */
  range(from: number, to: number): AsyncGenerator<Commit, void, void>;
  /** The lines of the events above `after` up to `until`, which is not above the head; a part at a time. */
  lines(after: number, until: number): AsyncGenerator<readonly Line[], void, void>;
  linesOf(commit: Commit): Promise<readonly Line[]>;
  /** The first event that is left, 1 if none was removed. */
  firstSequence(): Promise<number>;
  /** Takes note of a commit that this process got in another way. */
  saw(commit: Commit): void;
}

/** Commits that are kept, and their bytes: what was read by one is soon read by the next. */
const MAX_KEPT = 1000;
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** As many are asked for one by one; to have more of them sent costs less. */
const FEW = 8;

const unzip = promisify(gunzip);

export function createCommits({ store, names, blobs, created }: CommitsOptions): Commits {
  const kept = new Map<number, Commit>();
  let keptBytes = 0;
  let known: Head = { at: 0, sequence: 0 };
  /** The last of the large ones, which is read a part at a time. */
  let unpacked: { readonly at: number; readonly lines: readonly Line[] } = { at: 0, lines: [] };

  function keep(commit: Commit): void {
    if (kept.has(commit.at)) return;
    kept.set(commit.at, commit);
    keptBytes += commit.body.length;
    for (const [at, { body }] of kept) {
      if (kept.size <= MAX_KEPT && keptBytes <= MAX_KEPT_BYTES) break;
      kept.delete(at);
      keptBytes -= body.length;
    }
  }

  function saw(commit: Commit): void {
    keep(commit);
    if (commit.at > known.at) known = { at: commit.at, sequence: commit.last };
  }

  async function one(at: number): Promise<Commit | undefined> {
    const here = kept.get(at);
    if (here) return here;
    const message = await store.get(at);
    const found = message && parseCommit(message);
    if (found) keep(found);
    return found;
  }

  /** The first commit at that place or behind it: what is no commit is passed. */
  async function nextCommit(at: number): Promise<Commit | undefined> {
    const here = kept.get(at);
    if (here) return here;
    for (let from = at; ;) {
      const message = await store.next(names.log, from);
      if (!message) return undefined;
      const commit = parseCommit(message);
      if (commit) {
        keep(commit);
        return commit;
      }
      from = message.at + 1;
    }
  }

  async function state() {
    const { at: before } = known;
    const found = await store.state();
    if (found?.created === created && found.last >= before) return found;
    throw new LineclearError(
      'log_replaced',
      found
        ? `The stream ${names.logStream} on the server ends before what was read of it: it is another one, or lost its newest events.`
        : `The stream ${names.logStream} was deleted on the server.`,
    );
  }

  async function head(): Promise<Head> {
    const { first, last } = await state();
    // An empty stream whose messages were all removed would begin anew with 1.
    if (last > 0 && first > last) {
      throw new LineclearError(
        'log_corrupt',
        `All events of ${names.logStream} were removed on the server: put its data back there, or delete the stream to begin anew.`,
      );
    }
    let { sequence } = known;
    for (let at = last; at >= first && at > known.at; at -= 1) {
      const commit = await one(at);
      if (!commit) continue;
      sequence = commit.last;
      break;
    }
    // Another one may have looked meanwhile, and have seen more.
    if (last > known.at) known = { at: last, sequence };
    return known;
  }

  async function* range(from: number, to: number): AsyncGenerator<Commit, void, void> {
    let at = from;
    while (at <= to) {
      const here = kept.get(at);
      if (here) {
        yield here;
        at += 1;
        continue;
      }
      const count = to - at + 1;
      if (count <= FEW) {
        const found = await Promise.all(Array.from({ length: count }, (_, index) => one(at + index)));
        for (const commit of found) if (commit) yield commit;
        return;
      }
      for await (const message of store.scan({ subject: names.log, from: at })) {
        at = message.at + 1;
        const commit = message.at <= to ? parseCommit(message) : undefined;
        if (commit && count <= MAX_KEPT) keep(commit);
        if (commit) yield commit;
        if (message.at >= to || kept.has(at)) break;
      }
      // What is missing up to the end was removed.
      if (!kept.has(at)) return;
    }
  }

  /** The place of the commit that holds the event, or of a commit before it, as near as it is known. */
  async function locate(sequence: number): Promise<number> {
    // Who follows the log asks for the newest.
    const newest = kept.get(known.at);
    if (newest && newest.first <= sequence) return known.at;
    let low: Commit | undefined;
    let high: Head = { at: known.at, sequence: known.sequence };
    for (const commit of kept.values()) {
      if (commit.first <= sequence && sequence <= commit.last) return commit.at;
      if (commit.last < sequence && (!low || commit.at > low.at)) low = commit;
      if (commit.first > sequence && commit.at < high.at) high = { at: commit.at, sequence: commit.first };
    }
    low ??= await nextCommit(1);
    // Between what is known commits are about equally large; every other guess halves, in case they are not.
    for (let guess = 0; low && low.last < sequence && low.at + 1 < high.at; guess += 1) {
      const share = guess % 2 === 0 ? (sequence - low.last) / (high.sequence - low.last + 1) : 0.5;
      const at = low.at + Math.min(Math.max(1, Math.floor(share * (high.at - low.at))), high.at - low.at - 1);
      const commit = await nextCommit(at);
      if (!commit || commit.at >= high.at) high = { at, sequence: high.sequence };
      else if (commit.first > sequence) high = { at: Math.min(at, commit.at), sequence: commit.first };
      else low = commit;
    }
    if (!low) return known.at;
    return low.last < sequence ? low.at + 1 : low.at;
  }

  async function unpack({ body, form, first, last }: Commit): Promise<Uint8Array> {
    if (form === 'lines') return body;
    if (form === 'gzip') return await unzip(body);
    const content = await blobs.get(form);
    if (content) return await unzip(content);
    throw new LineclearError(
      'log_corrupt',
      `The events ${first} to ${last} are missing: ${form} was removed.`,
    );
  }

  async function readLines(commit: Commit): Promise<readonly Line[]> {
    if (unpacked.at === commit.at) return unpacked.lines;
    const lines = linesOf(await unpack(commit), commit.first, commit.last);
    if (commit.form !== 'lines') unpacked = { at: commit.at, lines };
    return lines;
  }

  async function missing(from: number, found: number): Promise<LineclearError> {
    const first = await firstSequence();
    if (from < first) {
      return new LineclearError(
        'history_truncated',
        `The log begins with event ${first}; those from ${from} on were removed.`,
      );
    }
    return new LineclearError(
      'log_corrupt',
      `Event ${from} is missing in ${names.logStream}; ${found} follows.`,
    );
  }

  async function firstSequence(): Promise<number> {
    // As of now: meanwhile there may be a first one.
    const { sequence } = known;
    const { first, last } = await state();
    if (last === 0 || first > last) return sequence + 1;
    return (await nextCommit(first))?.first ?? 1;
  }

  return {
    get known() {
      return known;
    },
    head,
    range,
    saw,
    linesOf: readLines,
    firstSequence,

    async *lines(after, until) {
      let next = after + 1;
      if (next > until) return;
      let last: Commit | undefined;
      try {
        for await (const commit of range(await locate(next), known.at)) {
          if (commit.last < next) continue;
          if (commit.first > next) throw await missing(next, commit.first);
          last = commit;
          const lines = await readLines(commit);
          yield lines.slice(next - commit.first, until - commit.first + 1);
          next = commit.last + 1;
          if (next > until) return;
        }
      } finally {
        // Where somebody will read on from.
        if (last) keep(last);
      }
      throw await missing(next, known.sequence + 1);
    },
  };
}
