import { derivedEventId, newEventId } from '../log/event-id.ts';
import type { NoteState } from '../state/notes.ts';
import type { Author } from './author.ts';
import { type Memory, type NewNote, checkNewNote } from './memory.ts';

/** What came of a task that some other program carried out. */
export interface TaskResult {
  /** Its name. */
  readonly task: string;
  readonly status: 'completed' | 'failed' | 'rejected';
  /** Where the note is kept. */
  readonly domain: string;
  /** One line. */
  readonly summary?: string | undefined;
  /** Markdown. */
  readonly report?: string | undefined;
}

const noteOf = ({ task, status, domain, summary, report }: TaskResult): NewNote => ({
  domain,
  title: `${task}: ${status}`,
  tags: [status],
  body: `${[summary, report].filter(Boolean).join('\n\n')}\n`,
});

/** Throws what {@link recordTaskResult} throws whatever the log says: `invalid_note`, `note_too_large`. */
export const checkTaskResult = (result: TaskResult): void => void checkNewNote(noteOf(result));

/** Writes it as a note, and into the context of who did it; under the same id once. Throws as `Memory.write`. */
export async function recordTaskResult(
  memory: Memory,
  result: TaskResult,
  author: Author,
  id = newEventId(),
): Promise<NoteState> {
  const { note } = await memory.write(noteOf(result), author, id);
  const { task, status, summary = null } = result;
  const last_result = { task, status, summary, note: `${note.domain}/${note.slug}`, at: note.at };
  const agentId = author.agent_id ?? author.user_id;
  const change = { agentId, patch: { last_result }, id: derivedEventId(id, 'result') };
  await memory.updateAgentContext(change, author);
  return note;
}
