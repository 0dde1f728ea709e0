import * as z from 'zod';
import { type EventType, definitionOf, isEventType } from './catalog.ts';
import { type ErrorCode, LineclearError, messageOf } from './errors.ts';
import { type CompleteDraft, type EventDraft, MAX_DATA_BYTES, envelopeSchema } from './event.ts';
import { isEnvelope } from './is-envelope.ts';
import { firstIssue } from './issue.ts';
import { redact } from './redact.ts';
import { upcast } from './upcast.ts';

/** What a draft's defaults are taken from: the clock and the random numbers that this room must not have. */
export interface DraftDefaults {
  readonly tenantId: string;
  /** A new UUIDv7. */
  newId(): string;
  now(): Date;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refuse(code: ErrorCode, field: string | undefined, message: string): never {
  throw new LineclearError(code, message, { field });
}

function refuseIssue(error: z.ZodError, type: string, prefix: readonly string[] = []): never {
  const { field, text } = firstIssue(error, prefix);
  return refuse('invalid_event', field, `${type}: ${text}`);
}

/** Checks `data` against the schema of its type and version, and gives a copy in the version that it came in. */
function checkData(type: EventType, version: number, data: unknown): unknown {
  const { data: schema, version: today } = definitionOf(type);
  if (version > today) {
    refuse(
      'unknown_event_version',
      'version',
      `${type}: version ${version} is unknown; the newest known is ${today}`,
    );
  }
  let current: unknown;
  try {
    current = upcast(type, version, data);
  } catch (error) {
    if (error instanceof z.ZodError) refuseIssue(error, type, ['data']);
    refuse('invalid_event', 'data', `${type}: data does not fit version ${version}: ${messageOf(error)}`);
  }
  const result = schema.safeParse(current);
  if (!result.success) return refuseIssue(result.error, type, ['data']);
  return version === today ? result.data : JSON.parse(JSON.stringify(data));
}

/** All fields that are given, and for those that are not their defaults. */
function withDefaults(draft: Record<string, unknown>, type: EventType, defaults: DraftDefaults) {
  const id = draft['id'] === undefined ? defaults.newId() : draft['id'];
  const event: Record<string, unknown> = {
    id,
    type,
    version: definitionOf(type).version,
    timestamp: undefined,
    tenant_id: defaults.tenantId,
    priority: 'normal',
    correlation_id: id,
    context_refs: [],
  };
  for (const key of Object.keys(draft)) {
    if (draft[key] !== undefined && key !== 'sequence') event[key] = draft[key];
  }
  if (event['timestamp'] === undefined) event['timestamp'] = defaults.now().toISOString();
  event['data'] = redact(draft['data']);
  return event;
}

/** Checks the envelope against its schema and gives it lists of its own. */
function checkEnvelope(event: Record<string, unknown>, type: EventType): CompleteDraft {
  if (isEnvelope(event)) {
    event.call_chain = [...event.call_chain];
    event.context_refs = [...event.context_refs];
    return event;
  }
  const result = envelopeSchema.safeParse(event);
  return result.success ? result.data : refuseIssue(result.error, type);
}

/** The data as JSON, if it is small enough to be stored. */
function serialize(type: EventType, data: unknown): string {
  const json = JSON.stringify(data);
  // A character takes three bytes at most, so most data need not be encoded to be known as small.
  if (json.length * 3 <= MAX_DATA_BYTES) return json;
  const bytes = new TextEncoder().encode(json).length;
  if (bytes <= MAX_DATA_BYTES) return json;
  return refuse(
    'data_too_large',
    'data',
    `${type}: data has ${bytes} bytes; at most ${MAX_DATA_BYTES} are allowed`,
  );
}

/**
 * Turns anything into an event that can be stored, or throws a {@link LineclearError} that names the field:
 * `invalid_event`, `unknown_event_type`, `unknown_event_version`, `wrong_tenant` or `data_too_large`.
 * Secrets of known shapes are redacted before anything else looks at the data. The event shares nothing with the draft:
 * what its owner does to it later does not reach what was checked. `json` is the data as it is to be stored.
 */
export function serializeDraft(
  draft: unknown,
  defaults: DraftDefaults,
): { event: CompleteDraft; json: string } {
  if (!isRecord(draft)) return refuse('invalid_event', undefined, 'An event must be an object.');
  const { type } = draft;
  if (typeof type !== 'string') return refuse('invalid_event', 'type', 'type: must be a string');
  if (!isEventType(type))
    return refuse('unknown_event_type', 'type', `type: '${type}' is not in the catalog`);
  if (draft['tenant_id'] !== undefined && draft['tenant_id'] !== defaults.tenantId) {
    refuse(
      'wrong_tenant',
      'tenant_id',
      `${type}: tenant_id is ${JSON.stringify(draft['tenant_id'])}, but this log serves '${defaults.tenantId}'`,
    );
  }
  const event = checkEnvelope(withDefaults(draft, type, defaults), type);
  if (!event.call_chain.includes(event.source_agent_id)) {
    refuse(
      'invalid_event',
      'call_chain',
      `${type}: call_chain: does not contain source_agent_id '${event.source_agent_id}'`,
    );
  }
  event.data = checkData(type, event.version, event.data);
  return { event, json: serialize(type, event.data) };
}

/** {@link serializeDraft} for whom the event is enough. */
export const completeDraft = (draft: unknown, defaults: DraftDefaults): CompleteDraft =>
  serializeDraft(draft, defaults).event;

/** {@link completeDraft}, typed: what comes from outside becomes a draft that can be appended, or is refused. */
export function parseDraft(draft: unknown, defaults: DraftDefaults): EventDraft {
  const complete = completeDraft(draft, defaults);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- completeDraft has just checked data against the schema of this very type
  return complete as EventDraft;
}
