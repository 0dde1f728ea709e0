import type { Link } from './link.ts';
import type { Names } from './names.ts';
import { type Store, type StoredMessage, createStore } from './store.ts';

interface KvEntry {
  readonly value: string;
  readonly revision: number;
}

/** A key-value bucket whose entries are changed by who knows their revision. */
export interface Kv {
  get(key: string): Promise<KvEntry | undefined>;
  /** The new revision; undefined when the entry has another one, or when there is one although none was expected. */
  put(key: string, value: string, revision: number | undefined): Promise<number | undefined>;
  delete(key: string, revision: number): Promise<boolean>;
  /** Keys that fit a pattern with wildcards, in no order. */
  keys(pattern: string): AsyncGenerator<string, void, void>;
}

const OPERATION = 'KV-Operation';
const decoder = new TextDecoder();

const isDeleted = ({ header }: StoredMessage) => ['DEL', 'PURGE'].includes(header(OPERATION));

/**
 * The bucket is an ordinary one of NATS, which its own tools can show. It is written here and not by the client's class
 * for it: that one cannot tell a change that was stored, but whose answer got lost, from a change by somebody else.
 */
export function createKv(link: Link, names: Names, description: string, replicas: number): Kv {
  const stream = `KV_${names.bucket}`;
  const subject = (key: string) => `$KV.${names.bucket}.${key}`;
  const base = createStore({ link, stream, description, subjects: [subject('>')], replicas });
  let made: Promise<unknown> | undefined;

  /** The last value and the one before: a writer whose answer got lost finds its own by that. */
  const make = () =>
    link.run(() =>
      new link.driver.Kvm(link.js).create(names.bucket, {
        history: 2,
        replicas,
        description,
        allow_direct: false,
      }),
    );

  async function publish(message: Parameters<Store['publish']>[0]): Promise<number | undefined> {
    made ??= make();
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
    return await base.publish(message);
  }

  return {
    async get(key) {
      const message = await base.last(subject(key));
      if (!message || isDeleted(message)) return undefined;
      return { value: decoder.decode(message.data), revision: message.at };
    },

    async put(key, value, revision) {
      const message = { subject: subject(key), data: value };
      const put = await publish({ ...message, after: revision ?? 0 });
      if (put !== undefined || revision !== undefined) return put;
      // One that was deleted leaves a mark behind, which a new one follows.
      const last = await base.last(message.subject);
      return last && isDeleted(last) ? await publish({ ...message, after: last.at }) : undefined;
    },

    async delete(key, revision) {
      const mark = await publish({
        subject: subject(key),
        data: '',
        headers: { [OPERATION]: 'DEL' },
        after: revision,
      });
      if (mark === undefined) return false;
      // The mark is not needed any more: revisions are places in the stream, which are never given again.
      await link.run(() => link.jsm.streams.purge(stream, { filter: subject(key), seq: mark + 1 }));
      return true;
    },

    async *keys(pattern) {
      for await (const message of base.scan({ subject: subject(pattern), lastHeaders: true })) {
        if (!isDeleted(message)) yield message.subject.slice(subject('').length);
      }
    },
  };
}
