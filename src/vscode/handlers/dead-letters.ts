import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { letterTitle, reasonWords } from '../../state/dead-letter-words.ts';
import type { DeadLetterState } from '../../state/dead-letters.ts';
import { age, joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';

const isWaiting = ({ replayed, event_type }: DeadLetterState): boolean =>
  !replayed && event_type !== undefined;

const placeOf = ({ group, event_sequence: sequence }: DeadLetterState) => ({ group, sequence });

/** The dead letter that is meant, the only one that fits, or the one that the person picks. */
async function chooseLetter(
  { app, screen }: LogContext,
  { group, sequence }: Target,
  title: string,
  fits: (letter: DeadLetterState) => boolean = () => true,
): Promise<DeadLetterState | undefined> {
  const letters = app.world.deadLetters.filter(
    (letter) =>
      (group === undefined || letter.group === group) &&
      (sequence === undefined || letter.event_sequence === sequence),
  );
  const meant = letters.filter((letter) => fits(letter)).toReversed();
  const [first, second] = meant;
  if (!first) {
    if (letters.length > 0)
      throw new LineclearError(
        'not_waiting',
        l10n.t('This was handed out again already, or its event is lost.'),
      );
    throw new LineclearError(
      'not_waiting',
      sequence === undefined ? l10n.t('There is no dead letter.') : l10n.t('This was settled already.'),
    );
  }
  if (!second) return first;
  return await screen.pick(
    meant.map((letter) => ({
      label: letterTitle(letter.event_type),
      description: joined(letter.group, reasonWords[letter.reason], age(letter.since, { now: Date.now() })),
      detail: letter.error_message,
      icon: 'mail',
      value: letter,
    })),
    { title, placeholder: l10n.t('Which dead letter?') },
  );
}

export async function openDeadLetter(context: LogContext, given: Target): Promise<void> {
  const letter = await chooseLetter(context, given, l10n.t('Open Dead Letter'));
  if (letter) await context.screen.openDeadLetter(placeOf(letter));
}

export async function editDeadLetter(context: LogContext, given: Target): Promise<void> {
  const letter = await chooseLetter(context, given, l10n.t('Edit Dead Letter'), isWaiting);
  if (letter) await context.screen.editDeadLetter(placeOf(letter));
}

export async function replayDeadLetter(context: LogContext, given: Target): Promise<void> {
  const letter = await chooseLetter(context, given, l10n.t('Replay Dead Letter'), isWaiting);
  if (!letter) return;
  await context.app.deadLetters.replay(letter.group, letter.event_sequence);
  context.screen.flash(l10n.t('Handed out again; it stays a dead letter until it is handled.'));
}

/** All of a group, of a reason, or all. */
export async function replayDeadLetters(
  { app, screen }: LogContext,
  { group, park_reason: reason }: Target,
): Promise<void> {
  let count = 0;
  const all = await screen.busy(l10n.t('Replaying dead letters'), async (signal, report) => {
    const onEach = () => {
      count += 1;
      report(l10n.t('{0} events', count));
    };
    try {
      return await app.deadLetters.replayAll({ group, reason }, onEach, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return true;
    }
  });
  if (!all) screen.flash(l10n.t('There are more: do it again when the workers have taken these.'));
  else if (count === 1) screen.flash(l10n.t('1 event handed out again.'));
  else screen.flash(l10n.t('{0} events handed out again.', count));
}

export async function deleteDeadLetter(context: LogContext, given: Target): Promise<void> {
  const letter = await chooseLetter(context, given, l10n.t('Delete Dead Letter'));
  if (!letter) return;
  const { group, event_sequence, event_type } = letter;
  const sure = await context.screen.confirm(
    l10n.t('Delete the dead letter “{0}” of {1}?', letterTitle(event_type), group),
    l10n.t('Nobody gets it again. The event itself stays in the log.'),
    [l10n.t('Delete')],
  );
  if (sure === undefined) return;
  await context.app.deadLetters.settle(group, event_sequence, 'deleted');
  context.screen.flash(l10n.t('Deleted the dead letter.'));
}
