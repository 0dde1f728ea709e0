import * as z from 'zod';
import { eventTypes } from '../../contract/catalog.ts';
import type { StoredEvent } from '../../contract/decode.ts';
import type { CompleteDraft } from '../../contract/event.ts';

/** An event as the table `events` holds it: lists and data as JSON. */
export interface EventRow {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly timestamp: string;
  readonly task_id: string | null;
  readonly source: string;
  readonly source_agent_id: string;
  readonly call_chain: string;
  readonly priority: CompleteDraft['priority'];
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly context_refs: string;
  readonly data: string;
}

const COLUMNS = `sequence, id, type, version, timestamp, task_id, source, source_agent_id, call_chain, priority,
  correlation_id, causation_id, context_refs, data`;

export const SELECT_EVENTS = `SELECT ${COLUMNS} FROM events`;

/** Takes the sequence and {@link EventValues}, by position: names are looked up anew for every row. */
export const INSERT_EVENT = `INSERT INTO events (${COLUMNS})
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

/** The values of a row behind its sequence. */
export type EventValues = readonly (string | number | null)[];

/** `data` is the event's data as JSON. */
export const toValues = (event: CompleteDraft, data: string): EventValues => [
  event.id,
  event.type,
  event.version,
  event.timestamp,
  event.task_id ?? null,
  event.source,
  event.source_agent_id,
  JSON.stringify(event.call_chain),
  event.priority,
  event.correlation_id,
  event.causation_id ?? null,
  event.context_refs.length === 0 ? '[]' : JSON.stringify(event.context_refs),
  data,
];

const MAX_LISTS = 1000;
const lists = new Map<string, readonly string[]>();

/** A list of strings of its own for each event. The few different ones occur in thousands of events. */
function parseList(json: string): string[] {
  if (json === '[]') return [];
  let list = lists.get(json);
  if (!list) {
    list = z.array(z.string()).parse(JSON.parse(json));
    if (lists.size >= MAX_LISTS) lists.clear();
    lists.set(json, list);
  }
  return [...list];
}

/** The catalog's own strings: whoever folds events compares their types, which is fastest with the very same string. */
const types: ReadonlyMap<string, string> = new Map(eventTypes.map((type) => [type, type]));

export function fromRow(row: EventRow, tenantId: string): StoredEvent {
  const { task_id, causation_id } = row;
  const event: StoredEvent = {
    id: row.id,
    sequence: row.sequence,
    type: types.get(row.type) ?? row.type,
    version: row.version,
    timestamp: row.timestamp,
    tenant_id: tenantId,
    source: row.source,
    source_agent_id: row.source_agent_id,
    call_chain: parseList(row.call_chain),
    priority: row.priority,
    correlation_id: row.correlation_id,
    context_refs: parseList(row.context_refs),
    data: JSON.parse(row.data),
  };
  if (task_id !== null) event.task_id = task_id;
  if (causation_id !== null) event.causation_id = causation_id;
  return event;
}
