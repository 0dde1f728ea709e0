import { hasCode } from '../contract/errors.ts';
import type { WordIndex } from '../log/log.ts';
import type { MemoryState } from '../state/memory.ts';
import type { NoteState } from '../state/notes.ts';
import { createWordIndex, wordsOf } from './words.ts';

/** Notes that are read for the index at once. */
const BATCH = 200;

/** Full-text search in the notes. The index only says which notes have the words: the order is the same everywhere. */
export class NoteSearch {
  readonly #state: MemoryState;
  readonly #read: (note: NoteState) => Promise<string | undefined>;
  #index: WordIndex;

  /** `index`: that of the backend; without one the words are kept here. */
  constructor(
    state: MemoryState,
    read: (note: NoteState) => Promise<string | undefined>,
    index: WordIndex = createWordIndex(),
  ) {
    this.#state = state;
    this.#read = read;
    this.#index = index;
  }

  /**
   * Notes that have, for each word of the query, one that begins with it; first those that have them in their title,
   * name or tags, of equals the newest.
   */
  async search(query: string): Promise<NoteState[]> {
    const terms = wordsOf(query);
    await this.#update();
    const found = await this.#index.find(terms);
    const notes = found.flatMap((id) => this.#state.notes.get(id) ?? []);
    const hits = (note: NoteState) => {
      const words = wordsOf(headOf(note));
      return terms.filter((term) => words.some((word) => word.startsWith(term))).length;
    };
    return notes
      .filter(({ deleted }) => deleted === undefined)
      .map((note) => ({ note, hits: hits(note) }))
      .toSorted((a, b) => b.hits - a.hits || b.note.sequence - a.note.sequence)
      .map(({ note }) => note);
  }

  /** Brings the index up to the state; several processes may do so at once. */
  async #update(): Promise<void> {
    const { position: head } = this.#state;
    for (let from = await this.#index.position(); from < head; from = await this.#index.position()) {
      const since = from;
      const changed = [...this.#state.notes.values()]
        .filter(({ sequence }) => sequence > since)
        .toSorted((a, b) => a.sequence - b.sequence)
        .slice(0, BATCH);
      const to = changed.length === BATCH ? (changed.at(-1)?.sequence ?? head) : head;
      const changes = await Promise.all(changed.map((note) => this.#wordsOf(note)));
      try {
        await this.#index.update(from, to, changes);
      } catch (error) {
        if (!hasCode(error, 'log_readonly')) throw error;
        this.#index = createWordIndex();
      }
    }
  }

  async #wordsOf(note: NoteState): Promise<{ key: string; words?: readonly string[] }> {
    const { note_id: key, deleted } = note;
    if (deleted !== undefined) return { key };
    return { key, words: wordsOf(`${headOf(note)}\n${(await this.#read(note)) ?? ''}`) };
  }
}

const headOf = ({ title, slug, domain, tags }: NoteState): string =>
  [title, slug, domain, ...tags].join('\n');
