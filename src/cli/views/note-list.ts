import type { NoteState, NoteVersion } from '../../state/notes.ts';
import { type Moment, age } from '../../state/wording.ts';
import { type Cell, type Line, alignColumns, whole } from '../line.ts';

/** One line each, in the order given. */
export function noteList(notes: readonly NoteState[], { now }: Moment): readonly Line[] {
  if (notes.length === 0) return [whole('No notes.')];
  return alignColumns(
    notes.map((note): readonly Cell[] => [
      `${note.domain}/${note.slug}`,
      note.title === note.slug ? '' : note.title,
      { text: note.tags.map((tag) => `#${tag}`).join(' '), style: 'cyan' },
      { text: note.agent_id, style: 'dim' },
      { text: age(note.at, { now }), style: 'dim' },
      note.forks.length > 0 ? { text: 'two versions', style: 'red' } : '',
    ]),
  );
}

/** The versions of a note, oldest first. */
export function versionList(
  versions: readonly NoteVersion[],
  current: string,
  { now }: Moment,
): readonly Line[] {
  return alignColumns(
    versions.map(({ event_id, agent_id, at, title, domain, slug }): readonly Cell[] => [
      { text: event_id, style: 'dim' },
      `${domain}/${slug}`,
      title === slug ? '' : title,
      { text: agent_id, style: 'dim' },
      { text: age(at, { now }), style: 'dim' },
      event_id === current ? { text: 'current', style: 'green' } : '',
    ]),
  );
}
