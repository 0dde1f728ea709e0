import { derivedEventId } from '../../log/event-id.ts';
import type { MemoryState } from '../../state/memory.ts';
import { nameKey } from '../../state/notes.ts';
import type { Author } from '../author.ts';
import type { Memory } from '../memory.ts';
import type { NoteContent } from '../note-writer.ts';
import { type Look, namesIn } from './note-file.ts';
import { noteAt } from './places.ts';
import type { SyncState } from './sync-state.ts';

interface NewFilesOptions {
  readonly memory: Memory;
  readonly state: SyncState;
  readonly author: Author;
  readonly beforeStep: () => void;
}

interface NewFile {
  readonly file: string;
  readonly hash: string;
  readonly noteId: string;
  readonly content: NoteContent;
}

/** As a name for what follows from a file alone. */
const NO_EVENT = '00000000-0000-7000-8000-000000000000';
/** Notes that are appended at once: one append costs far more than an event in it. */
const NOTES_PER_APPEND = 200;

/** The note that a file of that name makes, if nothing ever had the name: whoever finds it first, it is the same one. */
export const newNoteId = (domain: string, slug: string): string =>
  derivedEventId(NO_EVENT, `note in ${nameKey(domain, slug)}`);

function newFileOf(memory: MemoryState, file: string, look: Look): NewFile | undefined {
  const names = look.kind === 'note' ? namesIn(file) : undefined;
  if (look.kind !== 'note' || !names) return undefined;
  const noteId = newNoteId(names.domain, names.slug);
  const isNew =
    memory.named(names.domain, names.slug).length === 0 && !memory.notes.has(noteId) && !noteAt(memory, file);
  return isNew ? { file, hash: look.hash, noteId, content: { ...names, text: look.text } } : undefined;
}

/**
 * Makes notes of the files whose names no note ever had, many at once: a folder that is kept for the first time has nothing
 * else. All others, and those of which somebody else was faster, are left to who looks at them one by one.
 */
export async function takeNewFiles(
  { memory, state, author, beforeStep }: NewFilesOptions,
  looks: ReadonlyMap<string, Look>,
): Promise<void> {
  const unknown = [...looks].filter(([file]) => !state.entries.has(file));
  for (let from = 0; from < unknown.length; from += NOTES_PER_APPEND) {
    const found = unknown
      .slice(from, from + NOTES_PER_APPEND)
      .flatMap(([file, look]) => newFileOf(memory.state, file, look) ?? []);
    // Of names that differ in case only the first one is the note.
    const files = [...Map.groupBy(found, ({ noteId }) => noteId).values()].flatMap(([first]) => first ?? []);
    if (files.length === 0) continue;
    beforeStep();
    const events = await memory.writer.writeOnce(files, author);
    beforeStep();
    state.change(
      files.flatMap(({ file, hash, noteId: note_id }, index) => {
        const event_id = events[index]?.id;
        return event_id === undefined ? [] : [[file, { note_id, event_id, hash, path: file }]];
      }),
    );
  }
}
