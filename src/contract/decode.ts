import * as z from 'zod';
import { definitionOf, isEventType } from './catalog.ts';
import { messageOf } from './errors.ts';
import type { AgentEvent, CompleteDraft, UnknownEvent } from './event.ts';
import { firstIssue } from './issue.ts';
import { upcast } from './upcast.ts';

/** An event as a backend stored it. */
export type StoredEvent = CompleteDraft & { sequence: number };

function unknown(stored: StoredEvent, reason: string): UnknownEvent {
  return { ...stored, type: 'unknown', data: { original_type: stored.type, reason, data: stored.data } };
}

/**
 * Reads a stored event: upcasts older versions and checks the data. Never throws: what cannot be read comes back as
 * an `unknown` event with the reason, so that a reader neither stops nor misses a sequence.
 */
export function decodeEvent(stored: StoredEvent): AgentEvent {
  const { type, version } = stored;
  if (!isEventType(type)) return unknown(stored, `type '${type}' is not in the catalog`);
  const { version: today, data: schema } = definitionOf(type);
  if (version > today) return unknown(stored, `version ${version} is newer than ${today}`);
  let data = stored.data;
  if (version < today) {
    try {
      data = upcast(type, version, data);
    } catch (error) {
      const why = error instanceof z.ZodError ? firstIssue(error, ['data']).text : messageOf(error);
      return unknown(stored, `version ${version} could not be upcast: ${why}`);
    }
  }
  const result = schema.safeParse(data);
  if (!result.success)
    return unknown(stored, `data does not fit: ${firstIssue(result.error, ['data']).text}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of this very type has just accepted the data; the compiler cannot follow that through a union of names
  return (version === today ? stored : { ...stored, version: today, data }) as AgentEvent;
}

/** The event that a draft becomes at its place in the log: what {@link decodeEvent} gives, without a second check. */
export function placeDraft(draft: CompleteDraft, sequence: number): AgentEvent {
  const stored = { ...draft, sequence };
  const { type, version } = stored;
  if (!isEventType(type) || definitionOf(type).version !== version) return decodeEvent(stored);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a complete draft of today's version has been checked by the schema of its type
  return stored as AgentEvent;
}

/** The event as it was stored: the way out for export and copy. The inverse of {@link decodeEvent} but for upcasting. */
export function encodeEvent(event: AgentEvent): StoredEvent {
  return event.type === 'unknown'
    ? { ...event, type: event.data.original_type, data: event.data.data }
    : event;
}

/** Whether a newer version wrote it: a type, a version or a field that this one does not know. */
export function isFromNewer(event: AgentEvent): boolean {
  if (event.type !== 'unknown') return false;
  const { original_type, data } = event.data;
  if (!isEventType(original_type)) return true;
  const { version, data: schema } = definitionOf(original_type);
  if (event.version !== version) return event.version > version;
  const issues = schema.safeParse(data).error?.issues ?? [];
  return issues.length > 0 && issues.every(({ code }) => code === 'unrecognized_keys');
}
