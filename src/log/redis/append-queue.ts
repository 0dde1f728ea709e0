import * as z from 'zod';
import { LineclearError } from '../../contract/errors.ts';
import { toFlat } from '../../contract/flat.ts';
import type { EventJson } from '../event-json.ts';
import type { AppendOptions } from '../log.ts';
import { appendEvents } from './append-script.ts';
import type { Client } from './client.ts';
import { type Keys, familyOf } from './keys.ts';
import type { Link } from './link.ts';

export interface AppendQueueOptions {
  readonly link: Link;
  readonly keys: Keys;
  /** Identity of the log: nothing is appended to another one that took its place. */
  readonly storedId: string;
  /** Families that have a stream of their own, and about how long that is. */
  readonly streams: readonly string[];
  readonly maxLength: number;
  /** Families that are published, and the channel. */
  readonly notify: readonly string[];
  readonly channel: string;
  /** In a cluster a script may be sent on to another node, behind a later one: then one is on its way at a time. */
  readonly isCluster: boolean;
}

/** The sequence of each event, and whether it was stored before. */
type Placed = readonly { readonly sequence: number; readonly isNew: boolean }[];

export interface AppendQueue {
  /** Appends the events of one call after those of all calls before, or rejects; see `EventLog.append`. */
  submit(events: readonly EventJson[], expected: AppendOptions['expectedVersion']): Promise<Placed>;
  /** Resolves when everything that was submitted is stored or rejected; from now on nothing is accepted. */
  close(): Promise<void>;
}

interface Call {
  readonly events: readonly EventJson[];
  readonly expected: AppendOptions['expectedVersion'];
  readonly resolve: (placed: Placed) => void;
  readonly reject: (error: unknown) => void;
}

/** Events per script at most, unless one call has more: bounds the time for which the server does nothing else. */
const MAX_BATCH = 500;
/** From so many calls on two scripts are made of them, so that this process works on one while the server does on the other. */
const WORTH_PARTING = 16;

/** Calls that travel together. */
interface Batch {
  /** An event that is stored as soon as this is: of a call that expects no version. */
  readonly witness: string | undefined;
  readonly settled: Promise<void>;
  /** `stumbled`: it has failed once, and is repeated. */
  stage: 'sent' | 'stumbled' | 'settled';
}

const pairsSchema = z.array(z.tuple([z.int(), z.int()]));
/** See the script. */
const replySchema = z.tuple([z.int(), pairsSchema, pairsSchema]);

/**
 * Calls that are made while scripts are on their way travel together with the next one. Two may be on their way: the
 * second one is refused by the server if it comes without the first, and is repeated only after that, so that no calls
 * change their order when a connection is lost.
 */
export function createAppendQueue({
  link,
  keys,
  storedId,
  streams,
  maxLength,
  notify,
  channel,
  isCluster,
}: AppendQueueOptions): AppendQueue {
  const copied = new Set(streams);
  const published = new Set(notify);
  const scriptKeys = [keys.meta, keys.log, keys.ids];
  let waiting: Call[] = [];
  let sending: Promise<void> | undefined;
  let newest: Batch | undefined;
  let underWay = 0;
  let closed = false;

  /** ARGV of the script behind its first two. */
  function encode(calls: readonly Call[]): string[] {
    const ids: string[] = [];
    const stored: string[] = [];
    const expectations: string[] = [];
    const publications: string[] = [];
    const copies: string[] = [];
    for (const { events, expected } of calls) {
      if (expected && events.length > 0) {
        expectations.push(
          String(ids.length + 1),
          String(events.length),
          expected.taskId,
          String(expected.version),
        );
      }
      for (const { event, json } of events) {
        ids.push(event.id);
        stored.push(event.task_id ?? '', event.type, json);
        const family = familyOf(event.type);
        if (published.has(family)) publications.push(String(ids.length));
        if (!copied.has(family)) continue;
        const fields = Object.entries(toFlat(event)).flat();
        copies.push(String(ids.length), keys.family(family), String(fields.length), ...fields);
      }
    }
    const sizes = [ids.length, expectations.length / 4, publications.length].map(String);
    const settings = [keys.task(''), String(maxLength), channel];
    return [...settings, ...sizes, ...ids, ...stored, ...expectations, ...publications, ...copies];
  }

  function take(most: number): Call[] {
    let events = 0;
    const end = waiting.findIndex(
      (call, index) => index >= most || (events += call.events.length) > MAX_BATCH,
    );
    return waiting.splice(0, end < 0 ? waiting.length : Math.max(end, 1));
  }

  function send(calls: readonly Call[], before: Batch | undefined): Batch {
    const args = encode(calls);
    const { promise: settled, resolve: end } = Promise.withResolvers<void>();
    const witness = calls.findLast(({ expected, events }) => !expected && events.length > 0)?.events[0]?.event
      .id;
    const batch: Batch = { witness, settled, stage: 'sent' };
    let isFirst = true;

    async function attempt(client: Client): Promise<unknown> {
      const needed = isFirst && before?.stage === 'sent' ? before.witness : undefined;
      isFirst = false;
      if (needed === undefined) await before?.settled;
      try {
        return await appendEvents(client, scriptKeys, [storedId, needed ?? '', ...args]);
      } catch (error) {
        batch.stage = 'stumbled';
        throw error;
      }
    }

    async function run(): Promise<void> {
      try {
        settle(calls, replySchema.parse(await link.run(attempt)));
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
      batch.stage = 'settled';
      end();
    }
    void run();
    return batch;
  }

  async function sendAll(): Promise<void> {
    // What is called in the same turn travels together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const half = waiting.length < WORTH_PARTING || underWay > 0 ? Infinity : Math.ceil(waiting.length / 2);
      const last = newest;
      newest = send(take(half), last);
      underWay += 1;
      void newest.settled.then(() => (underWay -= 1));
      await (isCluster ? newest : last)?.settled;
    }
    sending = undefined;
  }

  return {
    submit(events, expected) {
      if (closed) return Promise.reject(new LineclearError('log_closed', 'The log is closed.'));
      const { promise, resolve, reject } = Promise.withResolvers<Placed>();
      waiting.push({ events, expected, resolve, reject });
      sending ??= sendAll();
      return promise;
    },
    async close() {
      closed = true;
      await sending;
      await newest?.settled;
    },
  };
}

function settle(calls: readonly Call[], [before, known, conflicts]: z.infer<typeof replySchema>): void {
  const sequences = new Map(known);
  const versions = new Map(conflicts);
  let head = before;
  let number = 0;
  for (const { events, expected, resolve, reject } of calls) {
    const version = expected && events.length > 0 ? versions.get(number + 1) : undefined;
    if (version !== undefined) {
      number += events.length;
      const message = `Task ${expected?.taskId} is at version ${version}, not at ${expected?.version}.`;
      reject(new LineclearError('version_conflict', message));
      continue;
    }
    const places = events.map(() => {
      number += 1;
      const sequence = sequences.get(number);
      if (sequence !== undefined) return { sequence, isNew: false };
      head += 1;
      return { sequence: head, isNew: true };
    });
    resolve(places);
  }
}
