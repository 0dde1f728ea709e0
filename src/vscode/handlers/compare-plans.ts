import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import type { TaskState } from '../../state/task.ts';
import { joined, personName, verdictWords } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import { oneLine } from '../inert-text.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

const TITLE = l10n.t('Compare Plan Revisions');

const isRevised = ({ plans }: TaskState): boolean => plans.length > 1;

/** Compares two revisions of a plan: the only two, or those that the person picks. */
export async function comparePlans(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const task_id = await chooseTask(
    context,
    given,
    TITLE,
    isRevised,
    l10n.t('No plan has a second revision yet.'),
  );
  const task = task_id === undefined ? undefined : app.world.tasks.get(task_id);
  if (!task) return;
  const { plans, title } = task;
  const newest = plans.at(-1);
  if (!newest || !isRevised(task))
    throw new LineclearError(
      'not_waiting',
      l10n.t('The plan of “{0}” has one revision only.', oneLine(title, 60)),
    );
  const choices = plans.toReversed().map(({ revision, decision }) => ({
    label: l10n.t('Revision {0}', revision),
    description: joined(
      decision && l10n.t('{0} by {1}', verdictWords[decision.verdict], personName(decision.user_id)),
    ),
    detail: decision?.comment,
    icon: 'checklist',
    value: revision,
  }));
  const ask = (than: number, placeholder: string) => {
    const [only, ...others] = choices.filter(({ value }) => value < than);
    return only && others.length === 0
      ? only.value
      : screen.pick([...(only ? [only] : []), ...others], { title: TITLE, placeholder });
  };
  const after =
    plans.length > 2
      ? await screen.pick(choices.slice(0, -1), { title: TITLE, placeholder: l10n.t('Which revision?') })
      : newest.revision;
  if (after === undefined) return;
  const before = await ask(after, l10n.t('Revision {0} against which earlier one?', after));
  if (before === undefined) return;
  const name = l10n.t('{0}: revision {1} and {2}', oneLine(title, 60), before, after);
  await screen.comparePlans({ task_id: task.task_id, before, after, title: name });
}
