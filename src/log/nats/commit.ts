import * as z from 'zod';
import { type StoredEvent, decodeEvent } from '../../contract/decode.ts';
import type { AgentEvent } from '../../contract/event.ts';
import { envelopeSchema } from '../../contract/event.ts';
import { isEnvelope } from '../../contract/is-envelope.ts';
import { firstIssue } from '../../contract/issue.ts';
import { derivedEventId } from '../event-id.ts';
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

const sequenceSchema = z.stringFormat('sequence', /^[1-9]\d{0,15}$/).transform(Number);
const headersSchema = z
  .object({
    first: sequenceSchema,
    last: sequenceSchema,
    form: z.union([z.enum(['lines', 'gzip']), z.templateLiteral(['blob:', z.string()])]),
  })
  .refine(({ first, last }) => first <= last);

export const commitHeaders = (first: number, last: number, form: Form): Record<string, string> => ({
  [FIRST]: String(first),
  [LAST]: String(last),
  [BODY]: form,
});

/** The commit that a message is; undefined for what somebody else published under this subject. */
export function parseCommit({ at, data, header }: StoredMessage): Commit | undefined {
  const { data: found } = headersSchema.safeParse({
    first: header(FIRST),
    last: header(LAST),
    form: header(BODY),
  });
  return found && { at, body: data, ...found };
}

export const toLine = (sequence: number, json: string): string => `{"sequence":${sequence},${json.slice(1)}`;

const decoder = new TextDecoder();

/** The lines of a body whose events follow each other from `first` to `last`; a line that is missing is empty. */
export function linesOf(body: Uint8Array, first: number, last: number): Line[] {
  const lines = decoder.decode(body).split('\n');
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    sequence: first + index,
    json: lines[index] ?? '',
  }));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Stands where what is stored is no event at all: readers neither stop nor miss a sequence. */
function unreadable(tenantId: string, sequence: number, json: string, reason: string): AgentEvent {
  const origin = `00000000-0000-7000-8000-${sequence.toString(16).padStart(12, '0')}`;
  return {
    id: derivedEventId(origin, 'unreadable'),
    sequence,
    type: 'unknown',
    version: 1,
    timestamp: new Date(0).toISOString(),
    tenant_id: tenantId,
    source: 'log',
    source_agent_id: 'log',
    call_chain: ['log'],
    priority: 'normal',
    correlation_id: origin,
    context_refs: [],
    data: { original_type: 'unreadable', reason, data: json.slice(0, 1000) },
  };
}

/** The event of a line. Whatever the line is: one that cannot be read comes as `unknown`, with the reason. */
export function decodeLine({ sequence, json }: Line, tenantId: string): AgentEvent {
  const value = parseJson(json);
  if (!isRecord(value))
    return unreadable(tenantId, sequence, json, 'what is stored is not the JSON of an event');
  const { sequence: _, ...envelope } = value;
  if (!isEnvelope(envelope)) {
    const { error } = envelopeSchema.safeParse(envelope);
    return unreadable(tenantId, sequence, json, error ? firstIssue(error).text : 'not an event');
  }
  const stored: StoredEvent = { ...envelope, sequence };
  return decodeEvent(stored);
}

const keySchema = z.object({ id: z.string(), task_id: z.string().optional() });

/** Id and task of the event of a line, if it is one. */
export const keyOf = ({ json }: Line): z.infer<typeof keySchema> | undefined =>
  keySchema.safeParse(parseJson(json)).data;
