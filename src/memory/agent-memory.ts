import { LineclearError } from '../contract/errors.ts';
import type { UnifiedContext } from '../state/contexts.ts';
import type { NoteState, NoteVersion } from '../state/notes.ts';
import type { Author } from './author.ts';
import type { ContextChange } from './contexts.ts';
import type { Memory, Note, NoteChange } from './memory.ts';
import type { NoteFilter } from './note-filter.ts';
import type { Change } from './note-writer.ts';
import type { MemoryHandler, MemoryType } from './subscribers.ts';

export type NoteContent = Pick<NoteChange, 'title' | 'tags' | 'links' | 'body' | 'text'>;

/** `domain/name` as its two parts; the second one is empty in a name without a slash. */
export function splitName(name: string): [domain: string, slug: string] {
  const at = name.indexOf('/');
  return at === -1 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
}

/**
 * The memory as one agent, or a person, has it: notes go by `domain/name` or by id, and all that is written is theirs.
 * Everything here is plain data in and out, so that tools of any protocol can offer it as it is.
 */
export class AgentMemory {
  readonly #memory: Memory;
  readonly #author: Author;

  constructor(memory: Memory, author: Author) {
    this.#memory = memory;
    this.#author = author;
  }

  /**
   * Writes the note with that name, or changes it; a domain alone makes a new note, whose name follows from its title. What
   * is undefined stays as it is. `outcome` says whether somebody changed the same lines meanwhile. Throws `invalid_note`,
   * `note_too_large` and the errors of `append`.
   */
  async write(name: string, content: NoteContent): Promise<Change> {
    await this.#memory.refresh();
    const known = this.#known(name);
    if (known && known.deleted === undefined)
      return await this.#memory.update(known.note_id, content, this.#author);
    const [domain, slug] = splitName(name);
    return await this.#memory.write({ ...content, domain, slug: slug || undefined }, this.#author);
  }

  /** Throws `note_not_found`, also for one that is deleted. */
  async get(name: string): Promise<Note> {
    return await this.#memory.get(await this.#idOf(name));
  }

  /** Newest first, without their texts. */
  list(filter: NoteFilter = {}): Promise<NoteState[]> {
    return this.#memory.list(filter);
  }

  /** Notes with all these words, or words that begin so; best first, without their texts. */
  search(query: string, filter: NoteFilter = {}): Promise<NoteState[]> {
    return this.#memory.search(query, filter);
  }

  /** Its versions, oldest first. Throws `note_not_found`. */
  async history(name: string): Promise<NoteVersion[]> {
    return await this.#memory.versions(await this.#idOf(name));
  }

  /** {@link restore} brings it back. Throws `note_not_found`, and `note_changed` when somebody was faster. */
  async delete(name: string): Promise<void> {
    await this.#memory.delete(await this.#idOf(name), this.#author);
  }

  /** As it was in a version (`event_id`), by default before it was deleted. Throws `note_not_found`. */
  async restore(name: string, version?: string): Promise<Change> {
    return await this.#memory.restore(await this.#idOf(name), version, this.#author);
  }

  /**
   * Merges a JSON merge patch (RFC 7396) into the context of an agent, by default of this one: null removes. Throws
   * `data_too_large`.
   */
  updateContext(patch: ContextChange['patch'], agent?: string): Promise<void> {
    const { agent_id, user_id } = this.#author;
    const agentId = agent ?? agent_id ?? user_id;
    return this.#memory.updateAgentContext({ agentId, patch }, this.#author);
  }

  /** The contexts of all agents, with who set each value and when. */
  contexts(): Promise<UnifiedContext> {
    return this.#memory.getUnifiedContext();
  }

  /** Calls the handler with each event of these types from now on. Returns how to unsubscribe. */
  subscribe<T extends MemoryType>(types: readonly T[], handler: MemoryHandler<T>): () => void {
    return this.#memory.subscribe(types, handler);
  }

  async #idOf(name: string): Promise<string> {
    await this.#memory.refresh();
    const known = this.#known(name);
    if (known) return known.note_id;
    throw new LineclearError('note_not_found', `There is no note '${name}'.`);
  }

  /** Of those with that name the one that is not deleted, else the one that was deleted last. */
  #known(name: string): NoteState | undefined {
    const { state } = this.#memory;
    const named = state.named(...splitName(name)).toSorted((a, b) => b.sequence - a.sequence);
    return named.find(({ deleted }) => deleted === undefined) ?? named[0] ?? state.notes.get(name);
  }
}
