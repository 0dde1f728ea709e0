import * as z from 'zod';
import type { BlobRef } from '../log.ts';
import type { StoredMessage } from './store.ts';

/**
 * What one message holds: the events of one or more appends, as lines of JSON. Its headers say which sequences, so that
 * a place in the log is found without looking inside.
 */
export interface Commit {
  /** Its place in the stream. */
  readonly at: number;
  readonly first: number;
  readonly last: number;
  readonly body: Uint8Array;
  readonly form: Form;
}

/** The lines as they are; compressed, where a message could not hold them; or where they are, compressed, if not even so. */
export type Form = 'lines' | 'gzip' | BlobRef;

/** One event of a commit, by its sequence. */
export interface Line {
  readonly sequence: number;
  readonly json: string;
}

const FIRST = 'Lineclear-First';
const LAST = 'Lineclear-Last';
const BODY = 'Lineclear-Body';

const SEQUENCE = /^[1-9]\d{0,15}$/;
const isForm = (text: string): text is Form =>
  text === 'lines' || text === 'gzip' || text.startsWith('blob:');

export const commitHeaders = (first: number, last: number, form: Form): Record<string, string> => ({
  [FIRST]: String(first),
  [LAST]: String(last),
  [BODY]: form,
});

/** The commit that a message is; undefined for what somebody else published under this subject. */
export function parseCommit({ at, data, header }: Omit<StoredMessage, 'time'>): Commit | undefined {
  const [first, last, form] = [header(FIRST), header(LAST), header(BODY)];
  if (!SEQUENCE.test(first) || !SEQUENCE.test(last) || !isForm(form)) return undefined;
  const commit = { at, first: Number(first), last: Number(last), body: data, form };
  return commit.first <= commit.last ? commit : undefined;
}

const decoder = new TextDecoder();

/** The lines of a body whose events follow each other from `first` to `last`; a line that is missing is empty. */
export function linesOf(body: Uint8Array, first: number, last: number): Line[] {
  const lines = decoder.decode(body).split('\n');
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    sequence: first + index,
    json: lines[index] ?? '',
  }));
}

const keySchema = z.object({ id: z.string(), type: z.string(), task_id: z.string().optional() });

/** Id, type and task of the event of a line, if it is one. */
export function keyOf({ json }: Line): z.infer<typeof keySchema> | undefined {
  try {
    return keySchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
