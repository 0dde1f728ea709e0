import { LineclearError } from '../../contract/errors.ts';
import { derivedEventId, newEventId } from '../../log/event-id.ts';
import type { NoteState } from '../../state/notes.ts';
import type { Author } from '../author.ts';
import type { Memory } from '../memory.ts';
import { freeName, isName, slugOf } from '../names.ts';
import { parseNote } from '../note-text.ts';
import { checkText } from '../note-writer.ts';
import { type KnownParts, noteNamed } from './known-parts.ts';
import { noteOf, partOf, splitAppended } from './note-part.ts';
import { type FoundPart, type Section, markOf, readSection } from './section.ts';

/** What becomes of a note when what somebody wrote in an instruction file is taken over. */
export interface TakenChange {
  /** `conflicted`: it could not be merged with what others made of the note; both versions are kept. */
  readonly change: 'written' | 'changed' | 'deleted' | 'conflicted';
  readonly title: string;
}

type Step = TakenChange &
  (
    | { readonly change: 'written'; readonly name: string; readonly text: string }
    | {
        readonly change: 'changed';
        readonly note: NoteState;
        /** The version that was changed; undefined where nobody knows: then both are kept. */
        readonly base: string | undefined;
        readonly text: string;
      }
    | { readonly change: 'deleted'; readonly note: NoteState }
  );

interface TakeOverOptions {
  readonly memory: Memory;
  readonly known: KnownParts;
  readonly domain: string;
  /** The file, for what is wrong in it. */
  readonly path: string;
  /** The notes that were written there last, with their marks. */
  readonly written: Readonly<Record<string, string>>;
}

/** As a name for what follows from a file alone. */
const NO_EVENT = '00000000-0000-7000-8000-000000000000';

/** A note in words for a person. */
const titleOf = (text: string, name: string): string => parseNote(text).title ?? name;

function write(name: string | undefined, part: string): Step {
  const text = checkText(noteOf('', part));
  const given = name !== undefined && isName(name) ? name : slugOf(titleOf(text, ''));
  return { change: 'written', name: given, text, title: titleOf(text, given) };
}

function change(note: NoteState, base: string | undefined, old: string, part: string): Step {
  const text = checkText(noteOf(old, part));
  return { change: 'changed', note, base, text, title: titleOf(text, note.slug) };
}

/**
 * What somebody made of the section, as changes of the notes, each on the version that the file showed. Throws
 * `invalid_note` with the place of what can be mapped to no note.
 */
export async function planTakeOver(section: Section, options: TakeOverOptions): Promise<Step[]> {
  const { memory, path, written, domain } = options;
  const read = readSection(section);
  if ('message' in read)
    throw new LineclearError('invalid_note', `${path}:${read.line}: ${read.message}.`, {
      place: { file: path, line: read.line },
    });
  const steps: Step[] = read.lead === '' ? [] : [write(undefined, read.lead)];
  for (const part of read.parts) steps.push(...(await stepsFor(part, section.domain, options)));
  // One that was written elsewhere, by somebody with other notes, says nothing of those that are here.
  if (section.isAsWritten) return steps;
  for (const [name, mark] of Object.entries(written)) {
    if (read.parts.some((part) => part.name === name)) continue;
    const note = noteNamed(memory, domain, name);
    // One that was changed since is not the one that was taken out.
    if (note && markOf(partOf(await memory.text(note))) === mark)
      steps.push({ change: 'deleted', note, title: note.title });
  }
  return steps;
}

async function stepsFor(
  { name, mark, text }: FoundPart,
  from: string,
  { memory, known, domain }: TakeOverOptions,
): Promise<Step[]> {
  const origin = await known.origin(from, name, mark);
  if (!origin) {
    const note = noteNamed(memory, domain, name);
    if (!note) return text === '' ? [] : [write(name, text)];
    const current = await memory.text(note);
    return text === '' || partOf(current) === text ? [] : [change(note, undefined, current, text)];
  }
  const { note, version } = origin;
  if (markOf(text) === mark) return [];
  if (text === '') return note.deleted === undefined ? [{ change: 'deleted', note, title: note.title }] : [];
  const { own, appended } = splitAppended(origin.part, text);
  return [
    ...(own === origin.part ? [] : [change(note, version.event_id, await memory.text(version), own)]),
    ...(appended === '' ? [] : [write(undefined, appended)]),
  ];
}

/** Makes the changes; after a crash the same again changes nothing more. Returns what became of them. */
export async function takeOver(
  steps: readonly Step[],
  options: TakeOverOptions,
  author: Author,
): Promise<TakenChange[]> {
  const done: TakenChange[] = [];
  for (const step of steps) {
    await options.memory.refresh();
    done.push({ change: await carryOut(step, options, author), title: step.title });
  }
  return done;
}

async function carryOut(
  step: Step,
  { memory, domain, path }: TakeOverOptions,
  author: Author,
): Promise<TakenChange['change']> {
  switch (step.change) {
    case 'deleted':
      await memory.delete(step.note.note_id, author);
      return 'deleted';
    case 'changed': {
      const { note, base, text } = step;
      const content = { domain: note.domain, slug: note.slug, text };
      const options = { noteId: note.note_id, base };
      const { outcome } = await memory.writer.changeOnce(content, options, author);
      return outcome === 'conflicted' ? outcome : 'changed';
    }
    case 'written': {
      const { name, text } = step;
      const derived = derivedEventId(NO_EVENT, `${path}\n${domain}/${name}\n${text}`);
      const before = memory.state.notes.get(derived);
      if (before && before.deleted === undefined) return 'written';
      const slug = freeName(name, (one) => memory.at(domain, one) !== undefined);
      const noteId = before ? newEventId() : derived;
      await memory.writer.changeOnce({ domain, slug, text }, { noteId, base: undefined }, author);
      return 'written';
    }
  }
}
