import type { MemoryState } from '../../state/memory.ts';
import { type NoteState, nameKey } from '../../state/notes.ts';
import { isName } from '../names.ts';
import { namesIn, pathOf } from './note-file.ts';

/** What keeps notes of the same name apart. */
const markOf = ({ note_id }: NoteState): string => `-${note_id.slice(-12).replaceAll(/\W/g, '_')}`;
const MARK = /-\w{1,12}$/;

const living = (state: MemoryState, domain: string, slug: string): NoteState[] =>
  state.named(domain, slug).filter(({ deleted }) => deleted === undefined);

/**
 * Where the file of a note belongs. Of notes with the same name, which came about at the same time, the oldest has it and
 * another one a mark behind it. Undefined for one that is deleted, or whose name no file can have.
 */
export function placeOf(state: MemoryState, note: NoteState): string | undefined {
  const { domain, slug, deleted, note_id } = note;
  if (deleted !== undefined || !isName(domain) || !isName(slug)) return undefined;
  const isFirst = living(state, domain, slug)[0]?.note_id === note_id;
  return pathOf(domain, isFirst ? slug : `${slug.slice(0, 60)}${markOf(note)}`);
}

/** The note whose file belongs there. */
export function noteAt(state: MemoryState, file: string): NoteState | undefined {
  const names = namesIn(file);
  if (!names) return undefined;
  const { domain, slug } = names;
  const candidates = [slug, slug.replace(MARK, '')].flatMap((name) => living(state, domain, name));
  return candidates.find((note) => {
    const place = placeOf(state, note);
    const own = place && namesIn(place);
    return own && nameKey(own.domain, own.slug) === nameKey(domain, slug);
  });
}
