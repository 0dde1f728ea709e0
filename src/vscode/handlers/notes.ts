import * as l10n from '@vscode/l10n';
import type { Memory } from '../../app.ts';
import { LineclearError } from '../../contract/errors.ts';
import { memberName } from '../../state/inbox-words.ts';
import { type NoteState, type NoteVersion, textRefOf } from '../../state/notes.ts';
import { age, joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';
import type { Target } from '../target.ts';

const nameOf = ({ domain, slug }: NoteVersion): string => `${domain}/${slug}`;

export const whoIs = ({ agent_id }: NoteVersion): string => memberName(agent_id);
export const when = ({ at }: NoteVersion): string => age(at, { now: Date.now() });
const whoAndWhen = (version: NoteVersion): string => joined(whoIs(version), when(version));

const isDeleted = ({ deleted }: NoteState): boolean => deleted !== undefined;

const noteChoice = (note: NoteState): Choice<NoteState> => ({
  label: note.title,
  description: joined(nameOf(note), whoAndWhen(note)),
  icon: 'note',
  value: note,
});

/** The note that is meant, or the one of these that the person picks. */
export async function chooseNote(
  { screen }: LogContext,
  memory: Memory,
  { note_id }: Target,
  title: string,
  fits: (note: NoteState) => boolean = ({ deleted }) => deleted === undefined,
): Promise<NoteState | undefined> {
  await memory.refresh();
  const notes = [...memory.state.notes.values()].filter(
    (note) => fits(note) && (note_id === undefined || note.note_id === note_id),
  );
  const [first, second] = notes.toSorted((a, b) => b.sequence - a.sequence);
  if (!first) throw new LineclearError('note_not_found', l10n.t('There is no such note.'));
  if (note_id !== undefined || !second) return first;
  return await screen.pick(notes.toSorted((a, b) => b.sequence - a.sequence).map(noteChoice), {
    title,
    placeholder: l10n.t('Which note?'),
  });
}

export const showVersions = (
  { screen }: LogContext,
  note: NoteVersion,
  before: NoteVersion | undefined,
  after: NoteVersion,
) =>
  screen.openChange({
    path: `${nameOf(note)}.md`,
    before: before && textRefOf(before),
    after: textRefOf(after),
    title: before
      ? l10n.t('{0}: {1} and {2}', note.title, whoAndWhen(before), whoAndWhen(after))
      : l10n.t('{0}: {1}', note.title, whoAndWhen(after)),
  });

/** Opens the file of a note, where notes are kept in files. */
async function open(context: LogContext, note: NoteState): Promise<void> {
  const file = await context.app.noteFile(note.note_id);
  if (file === undefined) await showVersions(context, note, undefined, note);
  else await context.screen.openFile(file);
}

export async function openNote(context: LogContext, given: Target): Promise<void> {
  const note = await chooseNote(context, await context.app.memory(), given, l10n.t('Open Note'));
  if (note) await open(context, note);
}

export async function openMemoryFile({ app, screen }: LogContext, { path }: Target): Promise<void> {
  if (path !== undefined) await screen.openFile(path, app.root);
}

export async function newNote(context: LogContext, { group: given }: Target): Promise<void> {
  const { app, screen } = context;
  const memory = await app.memory();
  const title = await screen.input({
    title: l10n.t('New Note'),
    prompt: l10n.t('All agents see it.'),
    placeholder: l10n.t('Title'),
  });
  if (title === undefined) return;
  const domains = [...new Set((await memory.list()).map(({ domain }) => domain))].toSorted();
  const domain =
    given ??
    (await screen.pickOrType(
      domains.map((one) => ({ label: one, icon: 'folder', value: one })),
      {
        title: l10n.t('New Note'),
        placeholder: l10n.t('What is it about? Pick a domain, or type a new one.'),
        typed: (words) => l10n.t('New domain: {0}', words),
      },
    ));
  if (domain === undefined) return;
  const { note } = await memory.write({ domain: domain.trim(), text: `# ${title.trim()}\n\n` }, app.author());
  await open(context, note);
}

export async function searchNotes(context: LogContext): Promise<void> {
  const { app, screen } = context;
  const query = await screen.input({
    title: l10n.t('Search Notes'),
    prompt: l10n.t('All words must be in the note; the beginning of a word is enough.'),
    placeholder: l10n.t('Words'),
  });
  if (query === undefined) return;
  const found = await (await app.memory()).search(query);
  if (found.length === 0) {
    screen.flash(l10n.t('No note has these words.'));
    return;
  }
  const note = await screen.pick(found.slice(0, 100).map(noteChoice), {
    title: l10n.t('Search Notes'),
    placeholder: query,
  });
  if (note) await open(context, note);
}

const versionChoices = (versions: readonly NoteVersion[]): Choice<number>[] =>
  versions
    .map((version, index) => ({
      label: whoAndWhen(version),
      description: version.title,
      icon: 'git-commit',
      value: index,
    }))
    .toReversed();

/** What a version changed, or how it differs from what the note is now; the one that is meant, or one of a list. */
export async function showNoteHistory(context: LogContext, given: Target): Promise<void> {
  const memory = await context.app.memory();
  const note = await chooseNote(context, memory, given, l10n.t('Show Note History'));
  if (!note) return;
  const versions = await memory.versions(note.note_id);
  const show = (index: number) => {
    const version = versions[index];
    return version && showVersions(context, note, versions[index - 1], version);
  };
  const meant = versions.findIndex(({ event_id }) => event_id === given.event_id);
  if (meant !== -1) return await show(meant);
  const choices = versionChoices(versions).map((choice): Choice<() => Promise<void> | undefined> => ({
    ...choice,
    value: () => show(choice.value),
    buttons: [
      {
        icon: 'git-compare',
        tooltip: l10n.t('Compare with the newest'),
        value: async () => {
          const version = versions[choice.value];
          if (version) await showVersions(context, note, version, note);
        },
      },
    ],
  }));
  const step = await context.screen.pick(choices, {
    title: l10n.t('History of “{0}”', note.title),
    placeholder: l10n.t('Which version?'),
  });
  await step?.();
}

async function restore({ app, screen }: LogContext, note: NoteState, version?: string): Promise<void> {
  await (await app.memory()).restore(note.note_id, version, app.author());
  screen.flash(l10n.t('Restored “{0}”.', note.title));
}

/** Puts a note on top of the view, or no longer; only in this workspace, and for this person. */
export async function pinNote(context: LogContext, given: Target, isPinned: boolean): Promise<void> {
  const { pinnedNotes } = context.views.options;
  const title = isPinned ? l10n.t('Pin Note') : l10n.t('Unpin Note');
  const fits = ({ note_id, deleted }: NoteState) =>
    deleted === undefined && pinnedNotes.includes(note_id) !== isPinned;
  const note = await chooseNote(context, await context.app.memory(), given, title, fits);
  if (!note) return;
  const others = pinnedNotes.filter((id) => id !== note.note_id);
  await context.views.change({ pinnedNotes: isPinned ? [...others, note.note_id] : others });
}

/** An earlier version, or a note that was deleted. */
export async function restoreNote(context: LogContext, given: Target): Promise<void> {
  const memory = await context.app.memory();
  const fits = given.note_id === undefined ? isDeleted : () => true;
  const note = await chooseNote(context, memory, given, l10n.t('Restore Note'), fits);
  if (!note) return;
  if (note.deleted !== undefined) return await restore(context, note);
  const versions = await memory.versions(note.note_id);
  const index = await context.screen.pick(versionChoices(versions), {
    title: l10n.t('Restore “{0}”', note.title),
    placeholder: l10n.t('Which version?'),
  });
  if (index !== undefined) await restore(context, note, versions[index]?.event_id);
}

export async function deleteNote(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const memory = await app.memory();
  const note = await chooseNote(context, memory, given, l10n.t('Delete Note'));
  if (!note) return;
  const question = l10n.t('Delete the note “{0}”?', note.title);
  const sure = await screen.confirm(question, l10n.t('Restore Note brings it back.'), [l10n.t('Delete')]);
  if (sure === undefined) return;
  await memory.delete(note.note_id, app.author());
  screen.flash(l10n.t('Deleted “{0}”.', note.title));
}
