import { createHash } from 'node:crypto';

/** What belongs to one log on the server; see {@link openNats} for what each is for. */
export interface Names {
  readonly logStream: string;
  /** Of the commits, one message each. */
  readonly log: string;
  readonly indexStream: string;
  /** Of everything in the index. */
  readonly index: string;
  /** Up to which commit the index is complete. */
  readonly mark: string;
  /** The events of a task once more. */
  task(taskId: string): string;
  /** Where events are whose ids were made within the same half minute. */
  ids(eventId: string): string;
  /** Of the key-value bucket and of the object store. */
  readonly bucket: string;
  /** Nothing is stored here: a writer that loses again and again asks the others to wait. */
  readonly turn: string;
}

const READABLE = /^[A-Za-z0-9][\w-]{0,63}$/;

/** Any text as one token of a subject or name: as it is where that is possible, otherwise a hash of it. */
export const token = (text: string): string =>
  READABLE.test(text) ? text : `_${createHash('sha256').update(text).digest('base64url')}`;

/** Bits of an id's time, which is in milliseconds, that one bucket of ids covers: 33 seconds. */
const BUCKET_BITS = 2 ** 15;

/** An UUIDv7 begins with the time at which it was made. */
const bucketOf = (eventId: string): string =>
  Math.floor(Number.parseInt(eventId.replace('-', '').slice(0, 12), 16) / BUCKET_BITS).toString(36);

export function namesOf(name: string): Names {
  const log = token(name);
  const prefix = `lineclear.${log}`;
  return {
    logStream: `LINECLEAR_LOG_${log}`,
    log: `${prefix}.log`,
    indexStream: `LINECLEAR_INDEX_${log}`,
    index: `${prefix}.index.>`,
    mark: `${prefix}.index.mark`,
    task: (taskId) => `${prefix}.index.task.${token(taskId)}`,
    ids: (eventId) => `${prefix}.index.ids.${bucketOf(eventId)}`,
    bucket: `lineclear_${log}`,
    turn: `${prefix}.turn`,
  };
}
