import { LineclearError } from '../contract/errors.ts';
import type { NoteState, NoteVersion } from '../state/notes.ts';
import { markerIn, withMarkers } from './merge-texts.ts';
import { type NoteWriter, checkText } from './note-writer.ts';

/** Two versions of a note that could not be merged. */
export interface NoteConflict {
  readonly note: NoteState;
  readonly other: NoteVersion;
  /** Both as one text: what cannot be merged is there twice, between markers as git has them. */
  readonly merged: string;
}

/** Throws `not_waiting` when the note has one version only, and `note_lost`. */
export async function readConflict(writer: NoteWriter, note: NoteState): Promise<NoteConflict> {
  const other = note.forks.find(({ conflicted }) => conflicted);
  if (!other) throw new LineclearError('not_waiting', 'That note has one version only: it is settled.');
  const base = (await writer.versions(note)).find(({ event_id }) => event_id === other.base_id);
  const merged = withMarkers(
    base && (await writer.text(base)),
    { text: await writer.text(note), name: note.agent_id },
    { text: await writer.text(other), name: other.agent_id },
  );
  return { note, other, merged };
}

/** As `checkText`; throws `invalid_note` also where something is there twice still. */
export function checkMerged(text: string): string {
  const line = markerIn(text);
  if (line === undefined) return checkText(text);
  throw new LineclearError(
    'invalid_note',
    `line ${line}: two versions are there still: leave what should stay, without the lines of <<<<<<<, ======= and >>>>>>>.`,
    { field: `line ${line}` },
  );
}
