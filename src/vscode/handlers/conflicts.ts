import * as l10n from '@vscode/l10n';
import type { Side } from '../../app.ts';
import { LineclearError } from '../../contract/errors.ts';
import type { ContextValue } from '../../state/contexts.ts';
import { memberName, valueWords } from '../../state/inbox-words.ts';
import type { NoteState } from '../../state/notes.ts';
import { age, joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';
import type { Target } from '../target.ts';
import { itemChoice } from './choose.ts';
import { chooseNote, showVersions, when, whoIs } from './notes.ts';

const hasConflict = ({ forks }: NoteState): boolean => forks.length > 0;

/** Both versions of a note that could not be merged, side by side: what all see, and the other one. */
export async function compareNote(context: LogContext, given: Target): Promise<void> {
  const memory = await context.app.memory();
  const note = await chooseNote(context, memory, given, l10n.t('Compare Versions'), hasConflict);
  const [fork] = note?.forks ?? [];
  if (note && fork) await showVersions(context, note, note, fork);
}

/** Both versions as one text, which the person edits. */
export async function mergeNote(context: LogContext, given: Target): Promise<void> {
  const memory = await context.app.memory();
  const note = await chooseNote(context, memory, given, l10n.t('Merge Versions'), hasConflict);
  if (note) await context.screen.openMerge(note.note_id);
}

export async function acceptMerge({ screen }: LogContext, { note_id }: Target): Promise<void> {
  if (note_id !== undefined) await screen.acceptMerge(note_id);
}

/** The version that a person takes, of two that could not be merged. */
export async function settleNote(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const memory = await app.memory();
  const note = await chooseNote(context, memory, given, l10n.t('Take a Version'), hasConflict);
  const [fork] = note?.forks ?? [];
  if (!note || !fork) return;
  const side = await screen.pick<Side | 'compare' | 'merge'>(
    [
      {
        label: whoIs(note),
        description: joined(l10n.t('the version that all see'), when(note)),
        icon: 'note',
        value: 'current',
      },
      {
        label: whoIs(fork),
        description: joined(l10n.t('the other version'), when(fork)),
        icon: 'file',
        value: 'other',
      },
      { label: l10n.t('Merge…'), icon: 'git-merge', value: 'merge' },
      { label: l10n.t('Compare'), icon: 'diff', value: 'compare' },
    ],
    {
      title: l10n.t('Take a Version of “{0}”', note.title),
      placeholder: l10n.t('The other one stays in the history.'),
    },
  );
  if (side === undefined) return;
  if (side === 'compare') {
    await showVersions(context, note, note, fork);
    return;
  }
  if (side === 'merge') {
    await screen.openMerge(note.note_id);
    return;
  }
  await memory.resolve(note.note_id, fork.event_id, side, app.author());
  screen.flash(l10n.t('“{0}” has one version again.', note.title));
}

type SetValue = Pick<ContextValue, 'value' | 'by' | 'at'>;

const valueChoice = (
  { value: set, by, at }: SetValue,
  words: string,
  value: Side | number,
): Choice<Side | number> => ({
  label: valueWords(set),
  description: joined(memberName(by), words, age(at, { now: Date.now() })),
  icon: 'symbol-field',
  value,
});

/** The value that a person takes, of two that were set at the same time. */
export async function settleContext(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const memory = await app.memory();
  await memory.refresh();
  const items = app.world.inbox.filter((item) => item.kind === 'context');
  const meant = items.filter(({ item_id }) => given.item_id === undefined || item_id === given.item_id);
  const [first, second] = meant;
  if (!first) {
    const nothing = l10n.t('No value was set twice at the same time.');
    throw new LineclearError(
      'not_waiting',
      given.item_id === undefined ? nothing : l10n.t('This was settled already.'),
    );
  }
  const item = second
    ? await screen.pick(
        meant.map((one) => itemChoice(context, one, one)),
        { title: l10n.t('Take a Value'), placeholder: l10n.t('Which value?') },
      )
    : first;
  if (!item) return;
  const { context_id, conflict, others } = item;
  const side = await screen.pick(
    [
      valueChoice(conflict, l10n.t('the value that all see'), 'current'),
      ...others.map((other) => valueChoice(other, l10n.t('the other value'), other.sequence)),
    ],
    {
      title: l10n.t('Take a Value for “{0}” of {1}', conflict.key, context_id),
      placeholder: l10n.t('The other one stays in the log.'),
    },
  );
  if (side === undefined) return;
  await memory.resolveContext(context_id, conflict.key, side, app.author());
  screen.flash(l10n.t('“{0}” of {1} has one value again.', conflict.key, context_id));
}
