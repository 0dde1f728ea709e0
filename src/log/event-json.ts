import { type StoredEvent, decodeEvent } from '../contract/decode.ts';
import { type DraftDefaults, completeDraft } from '../contract/draft.ts';
import type { AgentEvent, CompleteDraft, UnknownEvent } from '../contract/event.ts';
import { envelopeSchema } from '../contract/event.ts';
import { isEnvelope } from '../contract/is-envelope.ts';
import { firstIssue } from '../contract/issue.ts';
import { derivedEventId } from './event-id.ts';

/** An event and its JSON, as a server stores it: without a sequence, which is that of its place. */
export interface EventJson {
  readonly event: CompleteDraft;
  readonly json: string;
}

/** Throws the errors of `completeDraft`. */
export function toEventJson(draft: unknown, defaults: DraftDefaults): EventJson {
  const event = completeDraft(draft, defaults);
  return { event, json: JSON.stringify(event) };
}

/** The JSON of the event at its place in the log. */
export const placeJson = (sequence: number, json: string): string =>
  `{"sequence":${sequence},${json.slice(1)}`;

/**
 * Stands where what is stored is no event at all: readers neither stop nor miss a sequence. Whatever an envelope needs
 * is said to be unknown.
 */
export function unreadable(
  sequence: number,
  tenantId: string,
  data: Omit<UnknownEvent['data'], 'original_type'> & { readonly original_type?: string | undefined },
): UnknownEvent {
  const origin = `00000000-0000-7000-8000-${sequence.toString(16).padStart(12, '0')}`;
  return {
    id: derivedEventId(origin, 'unreadable'),
    sequence,
    type: 'unknown',
    version: 1,
    timestamp: new Date(0).toISOString(),
    tenant_id: tenantId,
    source: 'unknown',
    source_agent_id: 'unknown',
    call_chain: ['unknown'],
    priority: 'normal',
    correlation_id: origin,
    context_refs: [],
    data: { ...data, original_type: data.original_type ?? 'unknown' },
  };
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

function withoutSequence(value: Record<string, unknown>): Record<string, unknown> {
  const { sequence: _, ...rest } = value;
  return rest;
}

/** The event of such a text, with or without a sequence. Whatever it is: what cannot be read comes as `unknown`, with the reason. */
export function decodeJson(json: string, sequence: number, tenantId: string): AgentEvent {
  const refuse = (reason: string) => unreadable(sequence, tenantId, { reason, data: json.slice(0, 1000) });
  const value = parseJson(json);
  if (!isRecord(value)) return refuse('what is stored is not the JSON of an event');
  const envelope = Object.hasOwn(value, 'sequence') ? withoutSequence(value) : value;
  if (!isEnvelope(envelope)) {
    const { error } = envelopeSchema.safeParse(envelope);
    return refuse(error ? firstIssue(error).text : 'not an event');
  }
  if (envelope.tenant_id !== tenantId) return refuse(`it is of tenant '${envelope.tenant_id}'`);
  // Parsed just now: nobody else has it.
  const stored: StoredEvent = Object.assign(envelope, { sequence });
  return decodeEvent(stored);
}
