import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { type Exceeded, budgetAmount, exceededFacts, exceededOf, proposedLimit } from '../../state/budget.ts';
import { joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

const words = {
  tokens: {
    whatLimit: (used: string) => l10n.t('To how many tokens? Choose or type ({0})', used),
    notOne: (answer: string) => l10n.t('“{0}” is not a number of tokens.', answer),
  },
  cost_usd: {
    whatLimit: (used: string) => l10n.t('To how many US dollars? Choose or type ({0})', used),
    notOne: (answer: string) => l10n.t('“{0}” is not a number of US dollars.', answer),
  },
  seconds: {
    whatLimit: (used: string) => l10n.t('To how many minutes of work? Choose or type ({0})', used),
    notOne: (answer: string) => l10n.t('“{0}” is not a number of minutes.', answer),
  },
} as const;
const SECONDS_PER_MINUTE = 60;

/** What a person chose or typed, in the unit that they think in. */
function limitOf(answer: string, { budget }: Exceeded): number {
  const value = Number(answer.replace('$', '').replaceAll(/[ ,_]/g, ''));
  if (!(value > 0)) throw new LineclearError('invalid_input', words[budget].notOne(answer));
  return budget === 'seconds' ? value * SECONDS_PER_MINUTE : value;
}

async function askForLimit({ screen }: LogContext, title: string, exceeded: Exceeded) {
  const { budget } = exceeded;
  const limit = proposedLimit(exceeded);
  const proposed = String(budget === 'seconds' ? limit / SECONDS_PER_MINUTE : limit);
  const answer = await screen.pickOrType(
    [{ label: proposed, description: budgetAmount(budget, limit), icon: 'arrow-up', value: proposed }],
    {
      title,
      placeholder: words[budget].whatLimit(joined(...exceededFacts(exceeded))),
      typed: (limit_value) => l10n.t('Raise to {0}', limit_value),
    },
  );
  return answer === undefined ? undefined : limitOf(answer, exceeded);
}

/** Lets the task that waits for a budget, or all that wait for the one of the day, go on. */
export async function raiseBudget(
  context: LogContext,
  given: Target & { limit_value?: number | undefined },
): Promise<void> {
  const { app, screen } = context;
  const task_id = await chooseTask(
    context,
    given,
    l10n.t('Raise Budget'),
    (task) => exceededOf(task) !== undefined,
    l10n.t('No task waits for a budget.'),
  );
  const task = task_id === undefined ? undefined : app.world.tasks.get(task_id);
  if (!task) return;
  const exceeded = exceededOf(task);
  const limit_value =
    given.limit_value ??
    (exceeded && (await askForLimit(context, l10n.t('Raise Budget: {0}', task.title), exceeded)));
  // Without a budget that it waits for, the command says so.
  if (limit_value === undefined && exceeded) return;
  await app.execute({ command: 'raise_budget', task_id: task.task_id, limit_value });
  screen.flash(l10n.t('The task goes on.'));
}
