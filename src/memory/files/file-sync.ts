import { setImmediate as nextTurn } from 'node:timers/promises';
import { newEventId } from '../../log/event-id.ts';
import { type NoteState, type NoteVersion } from '../../state/notes.ts';
import type { Author } from '../author.ts';
import type { Memory } from '../memory.ts';
import { Listing } from './listing.ts';
import { newNoteId, takeNewFiles } from './new-files.ts';
import {
  type FileProblem,
  type Look,
  listFiles,
  lookAt,
  moveFile,
  namesIn,
  removeFile,
  replaceFile,
} from './note-file.ts';
import { noteAt, placeOf } from './places.ts';
import { followRenames } from './renames.ts';
import type { SyncEntry, SyncState } from './sync-state.ts';

export interface FileSyncOptions {
  readonly memory: Memory;
  readonly folder: string;
  readonly state: SyncState;
  readonly author: Author;
  /** Called before each step that changes something: a test ends the process there. */
  readonly beforeStep?: () => void;
}

type NoteLook = Extract<Look, { kind: 'note' }>;

/** How often one file is looked at again because somebody else was faster. */
const MAX_TRIES = 8;
/** Files that are read before others have a turn. */
const FILES_PER_TURN = 50;

/**
 * Brings the files of a folder and the notes of the log together. Each file has a version that both sides agreed on;
 * who differs from it has changed it. What the file has is appended as a version made from that one, so that all that
 * is concurrent is settled where all other writers are: in the log. Then the file gets what the note became.
 */
export class FileSync {
  readonly #memory: Memory;
  readonly #folder: string;
  readonly #state: SyncState;
  readonly #author: Author;
  readonly #beforeStep: () => void;
  /** As of the last pass. */
  #listing: Listing;
  /** Files that are left alone, with the reason. */
  readonly problems = new Map<string, FileProblem>();
  /** Files that are not quite what their notes are. */
  readonly secrets = new Map<string, FileProblem>();

  constructor({ memory, folder, state, author, beforeStep = () => undefined }: FileSyncOptions) {
    this.#memory = memory;
    this.#folder = folder;
    this.#state = state;
    this.#author = author;
    this.#beforeStep = beforeStep;
    this.#listing = new Listing(folder, []);
  }

  /** The paths that a change of this note concerns: where its file is, and where it belongs. */
  pathsOf(noteId: string): string[] {
    const note = this.#memory.state.notes.get(noteId);
    const paths = [this.#state.pathOf(noteId), note && placeOf(this.#memory.state, note)];
    return paths.filter((file) => file !== undefined);
  }

  /**
   * Compares all files, or those at these paths, with the notes. `isSettled: false`: files may be on their way to another
   * path, so one that is gone is not taken as deleted yet; returns those.
   */
  async pass(paths?: Iterable<string>, isSettled = true): Promise<string[]> {
    await this.#memory.settleAll(this.#author);
    const found = listFiles(this.#folder);
    // A folder that is gone as a whole is no wish to delete every note.
    if (!found) this.#state.clear();
    this.#listing = new Listing(this.#folder, found ?? []);
    const wanted = new Set(paths ?? [...(found ?? []), ...this.#state.entries.keys()]);
    const looks = new Map<string, Look>();
    for (const file of wanted) {
      const other = this.#listing.otherSpelling(file);
      // One is told only, where a file got another one.
      if (other !== undefined) wanted.add(other);
      const look = this.#lookAt(file);
      looks.set(file, look);
      if (look.kind === 'note' && look.secret) this.secrets.set(file, look.secret);
      else this.secrets.delete(file);
      if (looks.size % FILES_PER_TURN === 0) await nextTurn();
    }
    const [memory, folder, state] = [this.#memory, this.#folder, this.#state];
    await followRenames({ memory, folder, state }, this.#listing, looks);
    await takeNewFiles({ memory, state, author: this.#author, beforeStep: this.#beforeStep }, looks);
    const gone: string[] = [];
    for (const [file, look] of looks) {
      if (this.#isAgreed(file, look)) continue;
      if (look.kind === 'gone' && this.#state.entries.has(file) && !isSettled) gone.push(file);
      else await this.#bringTogether(file);
    }
    if (!paths || !found) await this.#giveMissing();
    return gone;
  }

  /** Whether both sides are what they agreed on, where they agreed on it. */
  #isAgreed(file: string, look: Look): boolean {
    const entry = this.#state.entries.get(file);
    const note = entry && this.#memory.state.notes.get(entry.note_id);
    if (!note || look.kind !== 'note' || look.hash !== entry.hash || entry.path !== file) return false;
    const isShown = versionAt(note, entry.event_id)?.event_id === entry.event_id;
    return isShown && placeOf(this.#memory.state, note) === file && !this.problems.has(file);
  }

  async #giveMissing(): Promise<void> {
    for (const note of this.#memory.state.notes.values()) {
      if (this.#state.pathOf(note.note_id) !== undefined) continue;
      const file = placeOf(this.#memory.state, note);
      if (file !== undefined) await this.#bringTogether(file);
    }
  }

  /** A file that is spelled otherwise now is gone under this name, even where it is found by it. */
  #lookAt(file: string): Look {
    return this.#listing.otherSpelling(file) === undefined ? lookAt(this.#folder, file) : { kind: 'gone' };
  }

  async #bringTogether(file: string): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const look = this.#lookAt(file);
      if (look.kind === 'problem') {
        this.problems.set(file, look.problem);
        return;
      }
      this.problems.delete(file);
      if (!(await this.#step(file, look))) return;
    }
  }

  /** One step for a file; whether another one has to follow. */
  async #step(file: string, look: Exclude<Look, { kind: 'problem' }>): Promise<boolean> {
    const entry = this.#state.entries.get(file);
    const note = entry && this.#memory.state.notes.get(entry.note_id);
    this.#beforeStep();
    if (!entry || !note) {
      this.#state.delete(file);
      return look.kind === 'note' ? await this.#take(file, look) : await this.#give(file);
    }
    if (look.kind === 'gone') return await this.#takeDeletion(file, entry, note);
    const shown = versionAt(note, entry.event_id);
    const isMoved = entry.path !== file;
    if (look.hash === entry.hash && !isMoved) return await this.#giveChange(file, entry, note, shown);
    if (shown?.content_hash === look.hash && !isMoved) {
      this.#agree(file, note, shown.event_id, look.hash);
      return true;
    }
    const later = isMoved ? undefined : await this.#laterVersion(note, entry, look);
    if (later) {
      // Written by a process that died before it could say so.
      this.#agree(file, note, later.event_id, look.hash);
      return true;
    }
    const names = (isMoved && namesIn(file)) || note;
    return await this.#append(file, look, note.note_id, entry.event_id, names);
  }

  /** The version behind the one that was agreed on which has the very text of the file, if the note has gone on since. */
  async #laterVersion(note: NoteState, entry: SyncEntry, look: NoteLook): Promise<NoteVersion | undefined> {
    if (versionAt(note, entry.event_id)?.event_id === entry.event_id) return undefined;
    const versions = await this.#memory.versions(note.note_id);
    const agreed = versions.findIndex(({ event_id }) => event_id === entry.event_id);
    return versions.slice(agreed + 1).find(({ content_hash }) => content_hash === look.hash);
  }

  /** A file that belongs to no note yet. */
  async #take(file: string, look: NoteLook): Promise<boolean> {
    const names = namesIn(file);
    if (!names) return false;
    const there = noteAt(this.#memory.state, file);
    const note = there && this.#state.pathOf(there.note_id) === undefined ? there : undefined;
    if (note) {
      const isSame = ({ content_hash }: NoteVersion) => content_hash === look.hash;
      // The versions are read from the log: most files are what their note is now.
      const same =
        [note, ...note.forks].find(isSame) ?? (await this.#memory.versions(note.note_id)).findLast(isSame);
      if (!same) return await this.#append(file, look, note.note_id, undefined, note);
      this.#agree(file, note, same.event_id, look.hash);
      return true;
    }
    const former = this.#deletedAt(names);
    if (former) return await this.#append(file, look, former.note_id, former.event_id, names);
    const derived = newNoteId(names.domain, names.slug);
    const noteId = this.#memory.state.notes.has(derived) ? newEventId() : derived;
    return await this.#append(file, look, noteId, undefined, names);
  }

  #deletedAt({ domain, slug }: { readonly domain: string; readonly slug: string }): NoteState | undefined {
    // One that has a file elsewhere, which is not removed yet, is not the one that came here.
    return this.#memory.state
      .named(domain, slug)
      .findLast(({ deleted, note_id }) => deleted !== undefined && this.#state.pathOf(note_id) === undefined);
  }

  async #append(
    file: string,
    { text, hash }: NoteLook,
    noteId: string,
    base: string | undefined,
    { domain, slug }: { readonly domain: string; readonly slug: string },
  ): Promise<boolean> {
    const content = { domain, slug, text };
    const { note, event_id } = await this.#memory.writer.changeOnce(content, { noteId, base }, this.#author);
    this.#beforeStep();
    this.#agree(file, note, event_id, hash);
    return true;
  }

  #agree(file: string, { note_id }: NoteState, event_id: string, hash: string): void {
    this.#state.set(file, { note_id, event_id, hash, path: file });
  }

  /** A note that has no file yet. */
  async #give(file: string): Promise<boolean> {
    const note = noteAt(this.#memory.state, file);
    if (!note || this.#state.pathOf(note.note_id) !== undefined) return false;
    const { content_hash, event_id } = note;
    const text = await this.#memory.text(note);
    if (!replaceFile(this.#folder, file, text, 'gone')) return lookAt(this.#folder, file).kind === 'note';
    this.#beforeStep();
    this.#agree(file, note, event_id, content_hash);
    return true;
  }

  /** The file is as it was agreed on: it gets what the note is now. */
  async #giveChange(
    file: string,
    entry: SyncEntry,
    note: NoteState,
    shown: NoteVersion | undefined,
  ): Promise<boolean> {
    if (!shown) {
      if (!removeFile(this.#folder, file, entry.hash)) return true;
      this.#state.delete(file);
      return false;
    }
    const place = placeOf(this.#memory.state, note);
    if (place !== undefined && place !== file && moveFile(this.#folder, file, place, entry.hash)) {
      this.#beforeStep();
      this.#state.delete(file);
      this.#state.set(place, { ...entry, path: place });
      await this.#bringTogether(place);
      return false;
    }
    if (shown.event_id === entry.event_id) return false;
    if (shown.content_hash !== entry.hash) {
      const text = await this.#memory.text(shown);
      if (!replaceFile(this.#folder, file, text, entry.hash)) return true;
      this.#beforeStep();
    }
    this.#agree(file, note, shown.event_id, shown.content_hash);
    return true;
  }

  /** The file was deleted: so is the note, unless somebody changed it since; then the file comes back. */
  async #takeDeletion(file: string, entry: SyncEntry, note: NoteState): Promise<boolean> {
    if (note.deleted === undefined) {
      const fork = note.forks.find(({ event_id }) => event_id === entry.event_id);
      // The person's side of what could not be merged is dropped with the file that showed it.
      if (fork) await this.#memory.resolve(note.note_id, fork.event_id, 'current', this.#author);
      else await this.#memory.writer.remove(note, entry.event_id, this.#author);
      this.#beforeStep();
    }
    this.#state.delete(file);
    return this.#memory.state.notes.get(note.note_id)?.deleted === undefined;
  }
}

/** The version that a file shows which was that of `eventId`: the fork, as long as it is one, else the note. */
function versionAt(note: NoteState, eventId: string): NoteVersion | undefined {
  const fork = note.forks.find(({ event_id }) => event_id === eventId);
  return fork ?? (note.deleted === undefined ? note : undefined);
}
