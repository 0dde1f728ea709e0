import { LineclearError } from '../contract/errors.ts';
import { derivedEventId, newEventId } from '../log/event-id.ts';
import type { LogBackend } from '../log/log.ts';
import { type UnifiedContext, unify } from '../state/contexts.ts';
import type { MemoryState } from '../state/memory.ts';
import { type NoteState, type NoteVersion, isUnsettled } from '../state/notes.ts';
import type { Author } from './author.ts';
import { type NoteConflict, checkMerged, readConflict } from './conflict.ts';
import { type ContextChange, type Side, changeContext, settleContext } from './contexts.ts';
import { type MemoryFollower, followMemory } from './follower.ts';
import { Following } from './following.ts';
import { checkName, freeName, slugOf } from './names.ts';
import { type NoteFilter, fits } from './note-filter.ts';
import { NoteSearch } from './note-search.ts';
import { type FrontMatter, composeNote, parseNote } from './note-text.ts';
import { type Change, type NoteContent, NoteWriter, checkText } from './note-writer.ts';
import { type MemoryHandler, type MemoryType, Subscribers } from './subscribers.ts';
import { TextCache } from './text-cache.ts';

/** What a note is to become; what is undefined stays as it is. */
export interface NoteChange extends FrontMatter {
  readonly domain?: string | undefined;
  /** Its name in the domain. */
  readonly slug?: string | undefined;
  /** The Markdown without its front matter. */
  readonly body?: string | undefined;
  /** The Markdown with its front matter; title, tags, links and body are put into it. */
  readonly text?: string | undefined;
}

export interface NewNote extends NoteChange {
  readonly domain: string;
}

/** A note with its text. */
export interface Note extends NoteState {
  /** With the front matter. */
  readonly text: string;
  /** Without it. */
  readonly body: string;
}

type Backend = Pick<LogBackend, 'log' | 'blobs' | 'snapshots' | 'words'>;

/**
 * Notes and contexts that all agents share. A write is done when its event is in the log, which everybody follows: so
 * nothing that is announced can be lost, and subscribers, who hear of it later and on their own, hold up no write.
 * A reading first reads up to the head of the log, so it is never older than any event that its caller has seen.
 */
export class Memory {
  readonly #backend: Backend;
  readonly #follower: MemoryFollower;
  readonly #following: Following;
  readonly #search: NoteSearch;
  /** For who brings in versions that were made elsewhere. */
  readonly writer: NoteWriter;

  /** `onError` hears what subscribers throw, and what ends their subscription: an error of the log. */
  static async open(backend: Backend, onError: (error: unknown) => void): Promise<Memory> {
    const subscribers = new Subscribers(onError);
    const follower = await followMemory(backend.log, backend.snapshots, (events) => subscribers.tell(events));
    return new Memory(backend, follower, new Following(backend.log, follower, subscribers, onError));
  }

  private constructor(backend: Backend, follower: MemoryFollower, following: Following) {
    this.#backend = backend;
    this.#follower = follower;
    this.#following = following;
    const texts = new TextCache(backend.blobs);
    this.writer = new NoteWriter(backend.log, texts, follower);
    this.#search = new NoteSearch(
      follower.state,
      ({ content_hash }) => texts.get(content_hash),
      backend.words,
    );
  }

  /** As of the last reading or {@link refresh}; kept up to date while somebody has subscribed. */
  get state(): MemoryState {
    return this.#follower.state;
  }

  /** Reads up to the head of the log. */
  refresh(): Promise<void> {
    return this.#follower.refresh();
  }

  /** The note as it is. Throws `note_not_found`, also for one that is deleted, and `note_lost`. */
  async get(noteId: string): Promise<Note> {
    await this.refresh();
    const note = this.#living(noteId);
    const text = await this.writer.text(note);
    return { ...note, text, body: parseNote(text).body };
  }

  /** Newest first. */
  async list(filter: NoteFilter = {}): Promise<NoteState[]> {
    await this.refresh();
    const notes = [...this.state.notes.values()].filter((note) => fits(note, filter));
    return notes.toSorted((a, b) => b.sequence - a.sequence);
  }

  /** Notes with all these words, best first; see {@link NoteSearch}. */
  async search(query: string, filter: NoteFilter = {}): Promise<NoteState[]> {
    await this.refresh();
    return (await this.#search.search(query)).filter((note) => fits(note, filter));
  }

  /** The versions of a note, oldest first: all, or those of its newest events. Throws `note_not_found`. */
  async versions(noteId: string, newest?: number): Promise<NoteVersion[]> {
    await this.refresh();
    return await this.writer.versions(this.writer.known(noteId), newest);
  }

  /** The text of a version, with its front matter. Throws `note_lost`. */
  text(version: Pick<NoteVersion, 'content_hash'>): Promise<string> {
    return this.writer.text(version);
  }

  /** The live note with that name; names that differ in case only are the same. */
  at(domain: string, slug: string): NoteState | undefined {
    return this.state.named(domain, slug).find(({ deleted }) => deleted === undefined);
  }

  /**
   * Writes a new note. Its name follows from its title where none is given; a name that is taken gets a number. Writing
   * one under an id that there is already does nothing. Throws `invalid_note`, `note_too_large` and the errors of `append`.
   */
  async write(change: NewNote, author: Author, noteId = newEventId()): Promise<Change> {
    const { domain, slug: name, text } = checkNewNote(change);
    await this.refresh();
    const known = this.state.notes.get(noteId);
    if (known) return { note: known, outcome: 'written', event_id: known.event_id };
    const slug = freeName(name, (one) => this.at(domain, one) !== undefined);
    const options = { noteId, id: derivedEventId(noteId, 'written') };
    return await this.writer.change({ domain, slug, text }, options, author);
  }

  /** Changes a note as it is, or as it was in the version `base`. Throws as {@link write}, and `note_not_found`. */
  async update(noteId: string, change: NoteChange, author: Author, base?: string): Promise<Change> {
    const note = await this.get(noteId);
    const domain = checkName((change.domain ?? note.domain).normalize('NFC'), 'domain');
    const slug = checkName((change.slug ?? note.slug).normalize('NFC'), 'slug');
    const text = composed(note.text, change);
    return await this.writer.change({ domain, slug, text }, { noteId, base: base ?? note.event_id }, author);
  }

  /** Deletes a note; {@link restore} brings it back. Throws `note_not_found`, and `note_changed` when somebody was faster. */
  async delete(noteId: string, author: Author): Promise<void> {
    await this.refresh();
    const note = this.#living(noteId);
    const forks = note.forks.map(({ event_id }) => event_id);
    await this.writer.remove(note, note.event_id, author, forks);
    if (this.writer.known(noteId).deleted !== undefined) return;
    throw new LineclearError('note_changed', `The note '${note.domain}/${note.slug}' was changed just now.`);
  }

  /** The note as it was in that version, by default before it was deleted. Throws `note_not_found`, `note_lost`. */
  async restore(noteId: string, version: string | undefined, author: Author): Promise<Change> {
    await this.refresh();
    const note = this.writer.known(noteId);
    const wanted = version ?? note.deleted ?? note.event_id;
    const old = (await this.writer.versions(note)).find(({ event_id }) => event_id === wanted);
    if (!old) throw new LineclearError('note_not_found', `The note has no version '${wanted}'.`);
    const { domain, slug } = note.deleted === undefined ? note : old;
    const content = { domain, slug, text: await this.writer.text(old) };
    return await this.writer.change(content, { noteId, base: note.event_id }, author);
  }

  /**
   * Settles what could not be merged, as a person decides: the note as it is, or the other version, or a text of both.
   * Throws `note_not_found` when it is settled already, `invalid_note`, also for a text that has both versions still.
   */
  async resolve(
    noteId: string,
    forkId: string,
    taken: Side | { readonly text: string },
    author: Author,
  ): Promise<NoteState> {
    await this.refresh();
    let note = this.writer.known(noteId);
    let fork = note.forks.find(({ event_id }) => event_id === forkId);
    if (!fork) throw new LineclearError('note_not_found', 'That version is settled already.');
    for (; fork; fork = note.forks.find(({ event_id }) => event_id === forkId)) {
      const side = taken === 'other' ? fork : note;
      const text = typeof taken === 'object' ? checkMerged(taken.text) : await this.writer.text(side);
      const options = { noteId, base: note.event_id, resolves: [forkId] };
      await this.writer.put({ domain: side.domain, slug: side.slug, text }, options, author);
      note = this.writer.known(noteId);
    }
    return note;
  }

  /** Both versions of a note that could not be merged. Throws `note_not_found`; `not_waiting` when it is settled. */
  async conflict(noteId: string): Promise<NoteConflict> {
    await this.refresh();
    return await readConflict(this.writer, this.writer.known(noteId));
  }

  /** Merges what a process that is gone has left side by side. */
  async settleAll(author: Author): Promise<void> {
    await this.refresh();
    for (const note of this.state.notes.values())
      if (isUnsettled(note)) await this.writer.settle(note.note_id, author);
  }

  /** Merges a patch into the context of an agent; see {@link changeContext}. Throws `data_too_large`. */
  updateAgentContext(change: ContextChange, author: Author): Promise<void> {
    return changeContext(this.#backend.log, this.#follower, change, author);
  }

  /**
   * Settles a key of a context that several set at the same time, as a person decides; see {@link settleContext}. Throws
   * `not_waiting` when it is settled already.
   */
  resolveContext(agentId: string, key: string, taken: Side | number, author: Author): Promise<void> {
    return settleContext(this.#backend.log, this.#follower, { agentId, key, taken }, author);
  }

  /** All contexts, up to date, with who set each value and when. */
  async getUnifiedContext(): Promise<UnifiedContext> {
    await this.refresh();
    return unify(this.state.contexts.values());
  }

  /**
   * Calls the handler with each event of these types from now on, in order, when it is in {@link state}. What it
   * throws is reported and ends nothing. Returns how to unsubscribe.
   */
  subscribe<T extends MemoryType>(types: readonly T[], handler: MemoryHandler<T>): () => void {
    return this.#following.add(types, handler);
  }

  /** Ends all subscriptions. */
  close(): Promise<void> {
    return this.#following.close();
  }

  #living(noteId: string): NoteState {
    const note = this.writer.known(noteId);
    if (note.deleted === undefined) return note;
    throw new LineclearError('note_not_found', `The note '${note.domain}/${note.slug}' is deleted.`);
  }
}

/** What a new note will be, but for a number after its name. Throws `invalid_note`, `note_too_large`. */
export function checkNewNote(change: NewNote): NoteContent {
  const domain = checkName(change.domain.normalize('NFC'), 'domain');
  const text = composed('', change);
  const name = change.slug?.normalize('NFC') ?? slugOf(parseNote(text).title ?? '');
  return { domain, slug: checkName(name, 'slug'), text };
}

const composed = (old: string, { text = old, title, tags, links, body }: NoteChange): string =>
  checkText(composeNote(text, { title, tags, links, ...(body !== undefined && { body }) }));
