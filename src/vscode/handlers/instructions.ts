import * as l10n from '@vscode/l10n';
import type { App, InstructionFile } from '../../app.ts';
import { LineclearError } from '../../contract/errors.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';
import type { Target } from '../target.ts';
import { driftIn } from '../trees/instructions-model.ts';
import { newNote } from './notes.ts';

type Switch = 'on' | 'off' | 'note';

const names = (files: readonly InstructionFile[]): string => files.map(({ path }) => path).join(', ');

function switchChoices(
  { isOn, domain }: App['instructions'],
  files: readonly InstructionFile[],
): Choice<Switch>[] {
  if (isOn)
    return [
      {
        label: l10n.t('Switch Off'),
        description: l10n.t('the files stay as they are'),
        icon: 'circle-slash',
        value: 'off',
      },
    ];
  const due = files.filter(({ state }) => state.kind === 'due');
  const note: Choice<Switch> = {
    label: l10n.t('New Note'),
    description: l10n.t('in “{0}”: what all agents are to know', domain),
    icon: 'new-file',
    value: 'note',
  };
  const on: Choice<Switch> = {
    label: l10n.t('Switch On'),
    description:
      due.length > 0
        ? l10n.t('writes the section into {0}', names(due))
        : l10n.t('the section comes with the first note'),
    icon: 'check',
    value: 'on',
  };
  return due.length > 0 ? [on] : [note, on];
}

/** Shows what would change, and switches it on or off. */
export async function keepInstructions(context: LogContext): Promise<void> {
  const { app, screen } = context;
  const { instructions } = app;
  const files = await instructions.look();
  const due = files.filter(({ state }) => state.kind === 'due');
  if (!instructions.isOn && files.length === 0) {
    screen.notify({
      severity: 'information',
      message: l10n.t('There is no instruction file here yet, such as AGENTS.md or CLAUDE.md.'),
      actions: [],
    });
    return;
  }
  if (!instructions.isOn && due.length > 0) await screen.previewInstructions(due.map(({ path }) => path));
  const chosen = await screen.pick(switchChoices(instructions, files), {
    title: l10n.t('Keep Instruction Files the Same'),
    placeholder: instructions.isOn
      ? l10n.t('It is on: the notes of “{0}” are in {1}.', instructions.domain, names(files))
      : l10n.t('Nothing is written yet. What is outside of the section is never touched.'),
    stays: true,
  });
  if (chosen === undefined) return;
  if (chosen === 'note') return await newNote(context, { group: instructions.domain });
  instructions.switch(chosen === 'on');
  app.readConfig();
  screen.flash(
    chosen === 'on'
      ? l10n.t('Instruction files are kept the same.')
      : l10n.t('Instruction files are left as they are.'),
  );
}

/** The file that is meant, or the one that the person picks. */
async function chooseFile(
  { app, screen }: LogContext,
  { path }: Target,
  title: string,
): Promise<InstructionFile | undefined> {
  const files = driftIn(await app.instructions.look()).filter(
    (file) => path === undefined || file.path === path,
  );
  const [first, second] = files;
  if (!first) throw new LineclearError('not_waiting', l10n.t('No instruction file waits for you.'));
  if (!second) return first;
  return await screen.pick(
    files.map((file) => ({ label: file.path, icon: 'markdown', value: file })),
    { title, placeholder: l10n.t('Which file?') },
  );
}

export async function showInstructionChange(context: LogContext, given: Target): Promise<void> {
  const file = await chooseFile(context, given, l10n.t('Show Difference'));
  if (file) await context.screen.openInstructionChange(file.path, file.state.kind !== 'deleted');
}

/** Makes what somebody wrote the notes, after saying what becomes of each. */
export async function takeOverInstructions(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const file = await chooseFile(context, given, l10n.t('Take Over Instructions'));
  if (!file) return;
  const { path, state } = file;
  const words = {
    written: (title: string) => l10n.t('New note: {0}', title),
    changed: (title: string) => l10n.t('Changed: {0}', title),
    deleted: (title: string) => l10n.t('Deleted: {0}', title),
    conflicted: (title: string) => l10n.t('In two versions: {0}', title),
  };
  const plan = await app.instructions.plan(path);
  const lines =
    state.kind === 'edited'
      ? plan.map(({ change, title }) => words[change](title))
      : [l10n.t('It stays without the section, here on this machine.')];
  const detail =
    lines.length > 0 ? lines.join('\n') : l10n.t('No note changes: what all of them say is known.');
  const answer = await screen.confirm(l10n.t('Take over what was made of {0}?', path), detail, [
    l10n.t('Take Over'),
  ]);
  if (answer === undefined) return;
  const done = await app.instructions.takeOver(path);
  const kept = done.filter((taken) => taken.change === 'conflicted');
  if (kept.length === 0) return screen.flash(l10n.t('{0} is taken over.', path));
  screen.notify({
    severity: 'warning',
    message: l10n.t(
      '{0} is taken over. What could not be merged is in two versions, which wait in the Inbox: {1}',
      path,
      kept.map(({ title }) => title).join(', '),
    ),
    actions: [],
  });
}

export async function undoInstructions(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const file = await chooseFile(context, given, l10n.t('Undo Instructions'));
  if (!file) return;
  const { path, state } = file;
  const detail =
    state.kind === 'deleted'
      ? l10n.t('The file is made again, with the section and nothing else.')
      : l10n.t('What is outside of the section stays. What was in it is kept in the log.');
  const answer = await screen.confirm(l10n.t('Write the section of {0} as the notes say?', path), detail, [
    l10n.t('Undo'),
  ]);
  if (answer === undefined) return;
  await app.instructions.undo(path);
  screen.flash(l10n.t('{0} is as the notes say.', path));
}
