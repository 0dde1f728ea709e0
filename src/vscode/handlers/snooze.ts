import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { type InboxItem, isOfTask, isSnoozed, waitingNow } from '../../state/inbox.ts';
import { snoozeChoices } from '../../state/snooze.ts';
import { timeOfDay } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { inboxLabel } from '../trees/inbox-model.ts';
import { itemChoice } from './choose.ts';

async function chooseMatter(context: LogContext, given: Target): Promise<InboxItem | undefined> {
  const { inbox } = context.app.world;
  const meant =
    given.item_id === undefined
      ? waitingNow(inbox, Date.now()).filter(isOfTask)
      : inbox.filter(({ item_id }) => item_id === given.item_id);
  const [first, second] = meant;
  if (!first) {
    const problem =
      given.item_id === undefined ? l10n.t('Nothing waits for you.') : l10n.t('This was settled already.');
    throw new LineclearError('not_waiting', problem);
  }
  if (!second) return first;
  return await context.screen.pick(
    meant.map((item) => itemChoice(context, item, item)),
    { title: l10n.t('Snooze'), placeholder: l10n.t('What should be put off?') },
  );
}

/** Puts a matter off; one that is put off already can be shown again at once. */
export async function snoozeItem(
  context: LogContext,
  given: Target & { until?: string | undefined },
): Promise<void> {
  const item = await chooseMatter(context, given);
  if (!item) return;
  const now = Date.now();
  const shown = isSnoozed(item, now) ? [{ label: l10n.t('Show now'), until: now }] : [];
  const until =
    given.until ??
    (await context.screen.pick(
      [...shown, ...snoozeChoices(now)].map((choice) => ({
        label: choice.label,
        description:
          choice.until > now ? timeOfDay(new Date(choice.until).toISOString(), { now }) : undefined,
        value: new Date(choice.until).toISOString(),
      })),
      {
        title: l10n.t('Snooze: {0}', inboxLabel(item)),
        placeholder: l10n.t('When should it be shown again?'),
      },
    ));
  if (until === undefined) return;
  await context.app.execute({ command: 'snooze_item', item_id: item.item_id, until });
  context.screen.flash(
    Date.parse(until) > now
      ? l10n.t('Put off until {0}.', timeOfDay(until, { now }))
      : l10n.t('Shown again.'),
  );
}
