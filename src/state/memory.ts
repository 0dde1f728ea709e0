import type { EventType } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { type ContextState, reduceContext } from './contexts.ts';
import { type NoteState, nameKey, reduceNote } from './notes.ts';

/** Bump when a reducer or a state here changes shape: snapshots of another version are ignored. */
export const MEMORY_VERSION = 5;

/** The events that make up the memory. */
export const MEMORY_TYPES = [
  'memory.written',
  'memory.updated',
  'memory.deleted',
  'memory.conflicted',
  'context.updated',
] as const satisfies readonly EventType[];

/** What agents share, as derived from the events up to `position`. Read-only for everybody but the fold. */
export interface MemoryState {
  readonly position: number;
  /** Also those that were deleted. */
  readonly notes: ReadonlyMap<string, NoteState>;
  readonly contexts: ReadonlyMap<string, ContextState>;
  /** The notes with that name, also those that were deleted, the oldest first. */
  named(domain: string, slug: string): NoteState[];
  /** The sequences of all events about a note, oldest first: so nobody need look for them in the log. */
  eventsOf(noteId: string): readonly number[];
}

/** A memory that is being folded; notes and contexts that did not change stay the very same objects. */
export class MemoryFold implements MemoryState {
  readonly notes: Map<string, NoteState>;
  readonly contexts: Map<string, ContextState>;
  position: number;
  readonly #idsByName = new Map<string, Set<string>>();
  readonly #events: Map<string, number[]>;

  /** An empty one, or the one that {@link MemoryFold.serialize} gave under the same {@link MEMORY_VERSION}. */
  constructor(serialized?: string) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by serialize() under the same MEMORY_VERSION, which the reader of a snapshot checks
    const from = JSON.parse(
      serialized ?? '{"position":0,"notes":[],"events":[],"contexts":[]}',
    ) as Serialized;
    this.position = from.position;
    this.notes = new Map(from.notes.map((note) => [note.note_id, note]));
    for (const note of from.notes) this.#name(note);
    this.#events = new Map(from.events);
    this.contexts = new Map(from.contexts.map((context) => [context.agent_id, context]));
  }

  /** Folds an event; one that is in it already has no effect. */
  apply(event: AgentEvent): void {
    if (event.sequence <= this.position) return;
    this.position = event.sequence;
    if (event.type === 'context.updated') {
      const { agent_id } = event.data;
      this.contexts.set(agent_id, reduceContext(this.contexts.get(agent_id), event));
      return;
    }
    if (!isAboutNote(event)) return;
    const { note_id } = event.data;
    const before = this.notes.get(note_id);
    const note = reduceNote(before, event);
    if (note) this.#add(note_id, event.sequence);
    if (!note || note === before) return;
    this.notes.set(note_id, note);
    if (before) this.#idsByName.get(nameKey(before.domain, before.slug))?.delete(note_id);
    this.#name(note);
  }

  named(domain: string, slug: string): NoteState[] {
    const ids = this.#idsByName.get(nameKey(domain, slug)) ?? [];
    const notes = [...ids].flatMap((id) => this.notes.get(id) ?? []);
    return notes.toSorted((a, b) => a.created_sequence - b.created_sequence);
  }

  eventsOf(noteId: string): readonly number[] {
    return this.#events.get(noteId) ?? [];
  }

  #add(noteId: string, sequence: number): void {
    const known = this.#events.get(noteId);
    if (known) known.push(sequence);
    else this.#events.set(noteId, [sequence]);
  }

  #name({ domain, slug, note_id }: NoteState): void {
    const key = nameKey(domain, slug);
    const ids = this.#idsByName.get(key);
    if (ids) ids.add(note_id);
    else this.#idsByName.set(key, new Set([note_id]));
  }

  serialize(): string {
    const { position, notes, contexts } = this;
    return JSON.stringify({
      position,
      notes: [...notes.values()],
      events: [...this.#events],
      contexts: [...contexts.values()],
    } satisfies Serialized);
  }
}

interface Serialized {
  readonly position: number;
  readonly notes: readonly NoteState[];
  readonly events: readonly (readonly [string, number[]])[];
  readonly contexts: readonly ContextState[];
}

const isAboutNote = (event: AgentEvent): event is Extract<AgentEvent, { data: { note_id: string } }> =>
  event.type !== 'unknown' && event.type !== 'context.updated' && isOneOf(MEMORY_TYPES, event.type);

const isOneOf = (types: readonly EventType[], type: EventType): boolean => types.includes(type);
