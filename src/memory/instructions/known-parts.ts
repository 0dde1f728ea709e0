import type { NoteState, NoteVersion } from '../../state/notes.ts';
import { pathOf } from '../files/note-file.ts';
import { noteAt, placeOf } from '../files/places.ts';
import { namesIn } from '../files/note-file.ts';
import type { Memory } from '../memory.ts';
import { parseNote } from '../note-text.ts';
import { partOf } from './note-part.ts';
import { type Part, markOf } from './section.ts';

/** A version of a note that an instruction file shows. */
export interface Origin {
  readonly note: NoteState;
  readonly version: NoteVersion;
  /** What the file says of it. */
  readonly part: string;
}

/** The name of a note in instruction files: that of its own file. Undefined for one that is deleted or can have none. */
function nameOf(memory: Memory, note: NoteState): string | undefined {
  const place = placeOf(memory.state, note);
  return place === undefined ? undefined : namesIn(place)?.slug;
}

/** The living note with that name. */
export const noteNamed = (memory: Memory, domain: string, name: string): NoteState | undefined =>
  noteAt(memory.state, pathOf(domain, name));

interface PlacedNote {
  readonly note: NoteState;
  readonly text: string;
  /** Those that say no number come last. */
  readonly order: number;
}

function byOrder(a: PlacedNote, b: PlacedNote): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  const [one, two] = [a, b].map(({ note }) => `${note.title}\n${note.slug}`);
  return (one ?? '') < (two ?? '') ? -1 : Number(one !== two);
}

async function placed(memory: Memory, note: NoteState): Promise<PlacedNote> {
  const text = await memory.text(note);
  return { note, text, order: parseNote(text).order ?? Infinity };
}

/** The notes of a domain as instruction files show them: by the `order` of their front matter, then by title. */
export async function partsOf(memory: Memory, domain: string): Promise<Part[]> {
  const notes = [...memory.state.notes.values()].filter(
    (note) => note.domain === domain && note.deleted === undefined,
  );
  const all = await Promise.all(notes.map((note) => placed(memory, note)));
  return all.toSorted(byOrder).flatMap(({ note, text }) => {
    const name = nameOf(memory, note);
    const part = name === undefined ? '' : partOf(text);
    return name === undefined || part === '' ? [] : [{ name, text: part }];
  });
}

/** Which versions of notes instruction files show: found by the name and the mark of their text. */
export class KnownParts {
  readonly #memory: Memory;
  /** What was found stays so: versions do not change. */
  readonly #found = new Map<string, Pick<Origin, 'version' | 'part'> & { readonly note_id: string }>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** The newest version with that mark: of the notes that have or had that name, else of another one of the domain. */
  async origin(domain: string, name: string, mark: string): Promise<Origin | undefined> {
    const { notes } = this.#memory.state;
    const key = JSON.stringify([domain, name, mark]);
    const known = this.#found.get(key);
    const note = known && notes.get(known.note_id);
    // A later version may say the same: the change is then made on that one.
    if (note && known && note.event_id === known.version.event_id) return { ...known, note };
    for (const candidate of this.#candidates(domain, name)) {
      const found = await this.#versionOf(candidate, mark);
      if (!found) continue;
      this.#found.set(key, { ...found, note_id: candidate.note_id });
      return { ...found, note: candidate };
    }
    return undefined;
  }

  #candidates(domain: string, name: string): NoteState[] {
    const { state } = this.#memory;
    const first = noteNamed(this.#memory, domain, name);
    const named = state.named(domain, name);
    const rest = [...state.notes.values()].filter((note) => note.domain === domain);
    return [...new Set([...(first ? [first] : []), ...named, ...rest])];
  }

  async #versionOf(note: NoteState, mark: string): Promise<Pick<Origin, 'version' | 'part'> | undefined> {
    for (const version of (await this.#memory.versions(note.note_id)).toReversed()) {
      // The text of one that was imported may be missing.
      const part = await this.#memory.text(version).then(partOf, () => undefined);
      if (part !== undefined && markOf(part) === mark) return { version, part };
    }
    return undefined;
  }
}
