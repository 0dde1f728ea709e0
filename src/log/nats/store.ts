import { randomUUID } from 'node:crypto';
import type { ConsumerMessages, JsMsg, StoredMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { Link } from './link.ts';
import { isStreamNotFound, isWrongLast, toLogError } from './nats-error.ts';

/** A message as it is stored. */
export interface StoredMessage {
  /** Its place in the stream. */
  readonly at: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the server got it. */
  readonly time: Date;
  /** Empty for a header that it does not have. */
  readonly header: (name: string) => string;
}

interface StreamState {
  /** The first message that is stored; behind `last` when there is none. */
  readonly first: number;
  readonly last: number;
  /** When the stream was made, in the words of the server. */
  readonly created: string;
  readonly description: string;
  /** The server's clock, where it tells (since 2.10). */
  readonly time: Date | undefined;
}

export interface Publishing {
  readonly subject: string;
  readonly data: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The place of the last message on that subject, 0 if there is none. */
  readonly after: number;
}

interface Scan {
  /** May have wildcards. */
  readonly subject: string;
  readonly from?: number;
  /** Only the last message of each subject, and without its data. */
  readonly lastHeaders?: boolean;
}

/** One stream on the server. */
export interface Store {
  /** Makes it where it is missing. */
  ensure(): Promise<void>;
  /** Undefined when there is no such stream. */
  state(): Promise<StreamState | undefined>;
  /** The message at that place, unless it was removed. */
  get(at: number): Promise<StoredMessage | undefined>;
  last(subject: string): Promise<StoredMessage | undefined>;
  /** The first message on the subject at that place or behind it. */
  next(subject: string, at: number): Promise<StoredMessage | undefined>;
  /** The place of the message, or undefined when there is a newer one on the subject than the one it is to follow. */
  publish(message: Publishing): Promise<number | undefined>;
  /**
   * Adds a message, under an id of its own, if `last` is the stream's last one: its place, or the id under which it was added
   * here. Only one try. Many may be under way when each names the id of the one before: if that is refused, they all are. By
   * places they are not: what somebody else adds instead of one makes the place right for the next.
   */
  follow(message: Omit<Publishing, 'after'>, id: string, last: number | string): Promise<void>;
  /** The messages that are there when it begins, in their order. */
  scan(scan: Scan): AsyncGenerator<StoredMessage, void, void>;
}

export interface StoreOptions {
  readonly link: Link;
  readonly stream: string;
  readonly description: string;
  readonly subjects: string[];
  readonly replicas: number;
}

const ID_HEADER = 'Nats-Msg-Id';
/** Messages that a scan asks for at once: bounds what waits in memory. */
const WINDOW = 200;
/** How long the server keeps the place of a reader that has vanished, in milliseconds. */
const INACTIVE_MS = 30_000;

const fromHeaders = (hdrs: MsgHdrs | undefined) => (name: string) => hdrs?.get(name) ?? '';

const fromStored = (message: StoredMsg): StoredMessage => ({
  at: message.seq,
  subject: message.subject,
  data: message.data,
  // Made for who asks: most messages are only read.
  get time() {
    return message.time;
  },
  header: fromHeaders(message.header),
});

export const fromDelivered = (message: JsMsg): StoredMessage => ({
  at: message.seq,
  subject: message.subject,
  data: message.data,
  get time() {
    return message.time;
  },
  header: fromHeaders(message.headers),
});

export function createStore({ link, stream, description, subjects, replicas }: StoreOptions): Store {
  const { js, jsm, driver } = link;

  function toHeaders(fields: Publishing['headers'] = {}): MsgHdrs {
    const result = driver.headers();
    for (const [name, value] of Object.entries(fields)) result.set(name, value);
    return result;
  }

  let ensured = false;

  /** By the leader: what was acknowledged before is seen. */
  const find = (query: Parameters<typeof jsm.streams.getMessage>[1]) =>
    link.run(async () => {
      try {
        const message = await jsm.streams.getMessage(stream, query);
        return message ? fromStored(message) : undefined;
      } catch (error) {
        if (isStreamNotFound(error)) return undefined;
        throw error;
      }
    });

  function next(subject: string, at: number): Promise<StoredMessage | undefined> {
    // The server's own name for it, which the client's types have for other requests only.
    const query = { seq: at, next_by_subj: subject };
    return find(query);
  }

  async function send({ subject, data, headers: fields, after }: Publishing): Promise<number | undefined> {
    const id = randomUUID();
    const expect = { streamName: stream, lastSubjectSequence: after };
    const options = { msgID: id, headers: toHeaders(fields), expect };
    return await link.run(async (tries) => {
      try {
        return (await js.publish(subject, data, options)).seq;
      } catch (error) {
        if (!isWrongLast(error)) throw error;
        if (tries === 1) return undefined;
        // An earlier try may have arrived, and only its answer got lost: then it follows the one that it was to follow.
        const follower = await next(subject, after + 1);
        return follower?.header(ID_HEADER) === id ? follower.at : undefined;
      }
    });
  }

  const store: Store = {
    async ensure() {
      if (ensured) return;
      if (!(await store.state())) {
        await link.run(() =>
          jsm.streams.add({
            name: stream,
            description,
            subjects,
            retention: driver.RetentionPolicy.Limits,
            storage: driver.StorageType.File,
            // Full is full: nothing that was stored makes room for what is new.
            discard: driver.DiscardPolicy.New,
            deny_delete: true,
            num_replicas: replicas,
          }),
        );
      }
      ensured = true;
    },

    state: () =>
      link.run(async () => {
        try {
          const info = await jsm.streams.info(stream);
          const { first_seq: first, last_seq: last, messages } = info.state;
          const time: unknown = info.ts;
          return {
            first: messages === 0 ? last + 1 : first,
            last,
            created: info.created,
            description: info.config.description ?? '',
            time: typeof time === 'string' ? new Date(time) : undefined,
          };
        } catch (error) {
          if (isStreamNotFound(error)) return undefined;
          throw error;
        }
      }),

    get: (at) => find({ seq: at }),
    last: (subject) => find({ last_by_subj: subject }),
    next,

    async publish(message) {
      await store.ensure();
      return await send(message);
    },

    async follow({ subject, data, headers: fields }, id, last) {
      const expected = typeof last === 'string' ? { lastMsgID: last } : { lastSequence: last };
      const expect = { streamName: stream, ...expected };
      await js.publish(subject, data, { msgID: id, headers: toHeaders(fields), expect });
    },

    async *scan({ subject, from, lastHeaders = false }) {
      const consumer = await link.run(async () => {
        try {
          return await js.consumers.get(stream, {
            filter_subjects: subject,
            headers_only: lastHeaders,
            inactive_threshold: INACTIVE_MS * 1e6,
            ...(from === undefined ? {} : { opt_start_seq: from }),
            ...(lastHeaders ? { deliver_policy: driver.DeliverPolicy.LastPerSubject } : {}),
          });
        } catch (error) {
          if (isStreamNotFound(error)) return undefined;
          throw error;
        }
      });
      if (!consumer) return;
      try {
        const { num_pending: count } = await consumer.info(true);
        if (count === 0) return;
        const messages = await consumer.consume({ max_messages: WINDOW, expires: 5000 });
        let left = count;
        for await (const message of watched(messages, link)) {
          yield fromDelivered(message);
          left -= 1;
          if (left === 0 || message.info.pending === 0) return;
        }
      } finally {
        // It would end by itself a while later.
        consumer.delete().catch(() => undefined);
      }
    },
  };
  return store;
}

/** The messages, or `log_unreachable` when none comes for as long as anything waits for the server. */
async function* watched(messages: ConsumerMessages, link: Link): AsyncGenerator<JsMsg, void, void> {
  const { timeoutMs, address } = link;
  let waitsSince = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - waitsSince > timeoutMs)
      messages.stop(new Error(`nothing came for ${timeoutMs} ms`));
  }, timeoutMs / 10);
  try {
    for await (const message of messages) {
      link.check();
      waitsSince = Infinity;
      yield message;
      waitsSince = performance.now();
    }
    link.check();
  } catch (error) {
    throw toLogError(error, address);
  } finally {
    clearInterval(watch);
    await messages.close();
  }
}
