import * as z from 'zod';
import type { EventData, EventType } from './catalog.ts';

export const prioritySchema = z.enum(['low', 'normal', 'high', 'critical']);
export type Priority = z.infer<typeof prioritySchema>;

/** Bytes of `data` as UTF-8 JSON; larger content belongs into the blob store. */
export const MAX_DATA_BYTES = 64 * 1024;

/** Names are shown in terminals and lists as they are, so they are one printable line. */
const name = z
  .string()
  .min(1)
  .max(200)
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not contain control characters');

/** The fields of an event that do not depend on its type. Field names are the same everywhere, so nothing is translated. */
export const envelopeSchema = z.strictObject({
  id: z.uuid({ version: 'v7' }).describe('Identity: appending the same id again gives the stored event.'),
  type: name.describe('What happened: a name of the catalog.'),
  version: z.int().min(1).describe('Version of the data schema of this type; older ones are upcast on read.'),
  timestamp: z.iso.datetime().describe('When it happened at the source, in UTC.'),
  tenant_id: name.describe('A log serves one tenant and refuses events of another.'),
  task_id: name.optional().describe('The task that it belongs to.'),
  source: name.describe('Kind of component that appended it: `vscode`, `orchestrator`, `cli`, …'),
  source_agent_id: name.describe('Who did it: the id of an agent, or `user:<name>`.'),
  call_chain: z
    .array(name)
    .min(1, 'must not be empty')
    .describe('From the origin to the source; contains `source_agent_id`.'),
  priority: prioritySchema.describe('Default `normal`.'),
  correlation_id: name.describe('Id of the command that began the chain.'),
  causation_id: name.optional().describe('Id of the event that led to this one.'),
  context_refs: z
    .array(z.string().regex(/^blob:[0-9a-f]{64}$/, 'must be blob:<sha256>'))
    .describe('Large content, in the blob store.'),
  data: z.unknown().describe('What the type says; at most 64 KiB as JSON.'),
});

/** An event as it is stored, exported and streamed: with the position that the log gave it. */
export const storedEnvelopeSchema = envelopeSchema.extend({
  sequence: z.int().min(1).describe('Position in the log: 1, 2, 3 … without gaps.'),
});

/** What all events share. */
type Envelope = Omit<z.infer<typeof envelopeSchema>, 'type' | 'data'>;

type TypedEvent<T extends EventType> = Envelope & { sequence: number; type: T; data: EventData<T> };

/**
 * An event that this version cannot read: its type or version is not in the catalog, or its data does not fit.
 * It keeps its place and its content, so that nothing is lost and no sequence is missing; reducers ignore it.
 */
export type UnknownEvent = Envelope & {
  sequence: number;
  type: 'unknown';
  data: { original_type: string; reason: string; data: unknown };
};

export type EventOf<T extends EventType> = { [K in T]: TypedEvent<K> }[T];

/** A stored event. Narrow by `type`. */
export type AgentEvent = EventOf<EventType> | UnknownEvent;

type Defaulted =
  | 'id'
  | 'timestamp'
  | 'version'
  | 'tenant_id'
  | 'priority'
  | 'correlation_id'
  | 'context_refs';

type TypedDraft<T extends EventType> = Omit<Envelope, Defaulted> &
  Partial<Pick<Envelope, Defaulted>> & { type: T; data: EventData<T> };

/** An event to be appended: no sequence yet, and what has a default may be left out. */
export type EventDraft<T extends EventType = EventType> = { [K in T]: TypedDraft<K> }[T];

/** A draft with every default filled in, in the form in which it is stored. */
export type CompleteDraft = Envelope & { type: string; data: unknown };
