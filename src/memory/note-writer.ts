import { LineclearError } from '../contract/errors.ts';
import type { AgentEvent, EventDraft } from '../contract/event.ts';
import { redactText } from '../contract/redact.ts';
import { derivedEventId, newEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { type NoteState, type NoteVersion, isUnsettled, versionOf } from '../state/notes.ts';
import { type Author, envelopeOf, whoIs } from './author.ts';
import type { MemoryFollower } from './follower.ts';
import { ReasonedError } from './left-alone.ts';
import { mergeTexts } from './merge-texts.ts';
import { MAX_NOTE_BYTES, TOO_LARGE, normalized, parseNote } from './note-text.ts';
import { readEvents } from './read-events.ts';
import { type TextCache, blobOf } from './text-cache.ts';

/** All of a note that can be changed. */
export interface NoteContent {
  readonly domain: string;
  readonly slug: string;
  /** Checked: see {@link checkText}. */
  readonly text: string;
}

/** What became of a change: it is the note now, or merged into it, or kept beside it until a person decides. */
export interface Change {
  readonly note: NoteState;
  readonly outcome: 'written' | 'merged' | 'conflicted';
  /** The event that holds what was given. */
  readonly event_id: string;
}

interface PutOptions {
  readonly noteId: string;
  /** The version that was changed; undefined for a new note. */
  readonly base?: string | undefined;
  /** Versions that are settled by it. */
  readonly resolves?: readonly string[];
  /** Says that the same put twice is put once. */
  readonly id?: string;
}

/** Normalizes a text, without secrets of known shapes. Throws `invalid_note` with the line, and `note_too_large`. */
export function checkText(given: string): string {
  const text = redactText(normalized(given));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_NOTE_BYTES)
    throw new ReasonedError(
      'note_too_large',
      `The note has ${bytes} bytes; at most ${MAX_NOTE_BYTES} are allowed.`,
      { reason: TOO_LARGE },
    );
  parseNote(text);
  return text;
}

/**
 * Appends versions of notes. There is no lock: a version names the one that it was made from, and the fold of the log
 * says whether that was the newest. One that was too late is kept beside the note, merged, and if that cannot be, told.
 */
export class NoteWriter {
  readonly #log: EventLog;
  readonly #texts: TextCache;
  readonly #follower: MemoryFollower;

  constructor(log: EventLog, texts: TextCache, follower: MemoryFollower) {
    this.#log = log;
    this.#texts = texts;
    this.#follower = follower;
  }

  /** Throws `note_not_found`. */
  known(noteId: string): NoteState {
    const note = this.#follower.state.notes.get(noteId);
    if (note) return note;
    throw new LineclearError('note_not_found', `There is no note '${noteId}'.`);
  }

  /** The text of a version, normalized. Throws `note_lost`. */
  async text({ content_hash }: Pick<NoteVersion, 'content_hash'>): Promise<string> {
    const text = await this.#texts.get(content_hash);
    if (text !== undefined) return text;
    throw new LineclearError('note_lost', `The text ${content_hash} is not there.`);
  }

  /** The versions of a note, oldest first: all, or those of its newest events. */
  async versions({ note_id }: NoteState, newest = Infinity): Promise<NoteVersion[]> {
    const sequences = this.#follower.state.eventsOf(note_id).slice(-newest);
    return (await readEvents(this.#log, sequences)).flatMap((event) =>
      event.type === 'memory.written' || event.type === 'memory.updated' ? [versionOf(event)] : [],
    );
  }

  /** Appends a version and merges it where somebody else was faster. */
  async change(content: NoteContent, options: PutOptions, author: Author): Promise<Change> {
    const { id: event_id } = await this.put(content, options, author);
    const { noteId } = options;
    const isFork = () => this.known(noteId).forks.some((fork) => fork.event_id === event_id);
    if (!isFork()) return { note: this.known(noteId), outcome: 'written', event_id };
    await this.settle(noteId, author);
    return { note: this.known(noteId), outcome: isFork() ? 'conflicted' : 'merged', event_id };
  }

  /**
   * {@link change} for a version that was made elsewhere, such as in a file: saying the same of the same base again,
   * after a crash or in another process, appends nothing.
   */
  changeOnce(
    content: NoteContent,
    options: Pick<PutOptions, 'noteId' | 'base'>,
    author: Author,
  ): Promise<Change> {
    const id = contentId(options.base ?? options.noteId, content);
    return this.change(content, { ...options, id }, author);
  }

  /** Appends a version and reads up to it. */
  async put(content: NoteContent, options: PutOptions, author: Author): Promise<AgentEvent> {
    const [event] = await this.#append([await this.#draftOf(content, options, author)]);
    if (!event) throw new LineclearError('log_failed', 'The log returned no event for an append.');
    return event;
  }

  /**
   * {@link changeOnce} for many new notes, in one append. Returns the event of each; what it became is in the state, and
   * where somebody has written a note under the same id at the same time it is settled as with any other change.
   */
  async writeOnce(
    notes: readonly { readonly noteId: string; readonly content: NoteContent }[],
    author: Author,
  ): Promise<AgentEvent[]> {
    const drafts = notes.map(({ noteId, content }) =>
      this.#draftOf(content, { noteId, id: contentId(noteId, content) }, author),
    );
    const events = await this.#append(await Promise.all(drafts));
    for (const { noteId } of notes) if (isUnsettled(this.known(noteId))) await this.settle(noteId, author);
    return events;
  }

  /** What is appended for a version, once its text is stored. */
  async #draftOf(
    { domain, slug, text }: NoteContent,
    { noteId: note_id, base: base_id, resolves, id = newEventId() }: PutOptions,
    author: Author,
  ): Promise<EventDraft> {
    const { title = slug, tags, links } = parseNote(text);
    const content_hash = await this.#texts.put(text);
    const { deleted } = this.#follower.state.notes.get(note_id) ?? {};
    return {
      ...envelopeOf(author),
      id,
      type: base_id === undefined || deleted !== undefined ? 'memory.written' : 'memory.updated',
      context_refs: [blobOf(content_hash)],
      data: {
        ...dataOf({ note_id, domain, content_hash }, author),
        title,
        slug,
        tags: [...tags],
        links: [...links],
        base_id,
        resolves: resolves && [...resolves],
      },
    };
  }

  async #append(drafts: readonly EventDraft[]): Promise<AgentEvent[]> {
    const events = await this.#log.append(drafts);
    await this.#follower.refresh();
    return events;
  }

  /** Deletes a note if it still is the version `base`, once: words that somebody wrote since stay. */
  async remove(
    note: NoteState,
    base: string,
    author: Author,
    resolves: readonly string[] = [],
  ): Promise<void> {
    const draft: EventDraft = {
      ...envelopeOf(author),
      id: derivedEventId(base, 'deleted'),
      type: 'memory.deleted',
      data: { ...dataOf(note, author), title: note.title, base_id: base, resolves: [...resolves] },
    };
    await this.#append([draft]);
  }

  /** Merges what concurrent changes have left side by side, also those of a process that is gone; tells what cannot be. */
  async settle(noteId: string, author: Author): Promise<void> {
    for (;;) {
      await this.#follower.refresh();
      const note = this.known(noteId);
      const fork = note.forks.find(({ conflicted }) => !conflicted);
      if (!fork) return;
      const merged = await this.#merge(note, fork);
      const by = { ...author, agent_id: fork.agent_id };
      if (!merged) await this.#tellConflict(note, fork, by);
      else {
        const id = derivedEventId(fork.event_id, `merged into ${note.event_id}`);
        await this.put(merged, { noteId, base: note.event_id, resolves: [fork.event_id], id }, by);
      }
    }
  }

  async #merge(note: NoteState, fork: NoteState['forks'][number]): Promise<NoteContent | undefined> {
    const versions = await this.versions(note);
    const version = (id: string | undefined) => versions.find(({ event_id }) => event_id === id);
    const base = version(fork.base_id);
    const text = mergeTexts(base && (await this.text(base)), await this.text(note), await this.text(fork));
    if (text === undefined || !isReadable(text)) return undefined;
    // Where both moved it, it is where it was moved to first.
    const isMoved = base && (note.domain !== base.domain || note.slug !== base.slug);
    const { domain, slug } = isMoved ? note : fork;
    return { domain, slug, text };
  }

  async #tellConflict(note: NoteState, fork: NoteState['forks'][number], author: Author): Promise<void> {
    const { title, slug } = note;
    const other = { other_id: fork.event_id, other_hash: fork.content_hash };
    const draft: EventDraft = {
      ...envelopeOf(author),
      id: derivedEventId(fork.event_id, 'conflicted'),
      causation_id: fork.event_id,
      type: 'memory.conflicted',
      context_refs: [blobOf(note.content_hash), blobOf(fork.content_hash)],
      data: { ...dataOf(note, author), title, slug, ...other },
    };
    await this.#log.append([draft]);
  }
}

/** What each event about a note says. */
const dataOf = (
  { note_id, domain, content_hash }: Pick<NoteState, 'note_id' | 'domain' | 'content_hash'>,
  author: Author,
) => ({ note_id, user_id: author.user_id, agent_id: whoIs(author), domain, content_hash });

/** Of the event that makes this of a version, or of a new note: the same content has the same one. */
const contentId = (from: string, { domain, slug, text }: NoteContent): string =>
  derivedEventId(from, `${domain}/${slug}\n${text}`);

function isReadable(text: string): boolean {
  try {
    parseNote(text);
    return Buffer.byteLength(text) <= MAX_NOTE_BYTES;
  } catch {
    return false;
  }
}
