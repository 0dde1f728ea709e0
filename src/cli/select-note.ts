import { type Memory, splitName } from '../app.ts';
import type { NoteState } from '../state/notes.ts';
import { Refusal } from './refusal.ts';

export const NOTE = 'domain/name of the note, or its id, or a part of the id that no other one has';

/** The note that is meant, also one that is deleted. */
export async function selectNote(memory: Memory, part: string): Promise<NoteState> {
  await memory.refresh();
  const named = memory.at(...splitName(part));
  if (named) return named;
  const all = [...memory.state.notes.values()];
  const exact = all.filter(({ note_id, domain, slug }) => note_id === part || `${domain}/${slug}` === part);
  const found = exact.length > 0 ? exact : all.filter(({ note_id }) => note_id.includes(part));
  const [note, another] = found.toSorted((a, b) => b.sequence - a.sequence);
  if (!note)
    throw new Refusal(
      'note_not_found',
      `There is no note '${part}'.`,
      'See the notes: lineclear memory list',
      'note',
    );
  if (!another || exact.length > 0) return note;
  const list = found.map(({ note_id, domain, slug }) => `  ${note_id}  ${domain}/${slug}`).join('\n');
  throw new Refusal('invalid_input', `'${part}' is part of more than one:\n${list}`, 'Name one.', 'note');
}
