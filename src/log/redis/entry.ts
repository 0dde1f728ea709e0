import * as z from 'zod';
import { decodeEvent } from '../../contract/decode.ts';
import { messageOf } from '../../contract/errors.ts';
import type { AgentEvent } from '../../contract/event.ts';
import { fromFlat } from '../../contract/flat.ts';
import { decodeJson, unreadable } from '../event-json.ts';
import { sequenceOf } from './keys.ts';

/** An entry of a stream as the server gives it: its id, then names and values in turn. */
export const entriesSchema = z.array(z.tuple([z.string(), z.array(z.string())]));
export type Entry = z.infer<typeof entriesSchema>[number];

function toFields(list: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < list.length; at += 2) fields[list[at] ?? ''] = list[at + 1] ?? '';
  return fields;
}

/**
 * The event of an entry; never throws, so that a reader neither stops nor misses a sequence. One whose fields are those of
 * the event is read as well.
 */
export function toEvent([id, list]: Entry, tenantId: string): AgentEvent {
  const sequence = sequenceOf(id);
  const [name, json] = list.slice(-2);
  if (name === 'event' && json !== undefined) return decodeJson(json, sequence, tenantId);
  const fields = toFields(list);
  try {
    const stored = fromFlat(fields);
    if (stored.tenant_id !== tenantId) throw new TypeError(`it is of tenant '${stored.tenant_id}'`);
    // Where it is stored counts, not what it says about that.
    return decodeEvent({ ...stored, sequence });
  } catch (error) {
    const reason = `is not an event: ${messageOf(error)}`;
    return unreadable(sequence, tenantId, { original_type: fields['type'], reason, data: fields });
  }
}
