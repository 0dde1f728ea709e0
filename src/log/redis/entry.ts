import * as z from 'zod';
import { decodeEvent } from '../../contract/decode.ts';
import { messageOf } from '../../contract/errors.ts';
import type { AgentEvent, UnknownEvent } from '../../contract/event.ts';
import { fromFlat } from '../../contract/flat.ts';
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
 * Stands for an entry that is no event, as another program may have added it: it keeps its place and its content. Whatever
 * an envelope needs and it does not say is said to be unknown.
 */
function unreadable(
  fields: Record<string, string>,
  sequence: number,
  tenantId: string,
  reason: string,
): UnknownEvent {
  const stand_in = `00000000-0000-7000-8000-${sequence.toString(16).padStart(12, '0')}`;
  return {
    id: stand_in,
    sequence,
    type: 'unknown',
    version: 1,
    timestamp: new Date(0).toISOString(),
    tenant_id: tenantId,
    source: 'unknown',
    source_agent_id: 'unknown',
    call_chain: ['unknown'],
    priority: 'normal',
    correlation_id: stand_in,
    context_refs: [],
    data: { original_type: fields['type'] ?? 'unknown', reason, data: fields },
  };
}

/** The event of an entry; never throws, so that a reader neither stops nor misses a sequence. */
export function toEvent([id, list]: Entry, tenantId: string): AgentEvent {
  const sequence = sequenceOf(id);
  const fields = toFields(list);
  try {
    const stored = fromFlat(fields);
    if (stored.tenant_id !== tenantId) throw new TypeError(`it is of tenant '${stored.tenant_id}'`);
    // Where it is stored counts, not what it says about that.
    return decodeEvent({ ...stored, sequence });
  } catch (error) {
    return unreadable(fields, sequence, tenantId, `is not an event: ${messageOf(error)}`);
  }
}
