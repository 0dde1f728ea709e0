import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { type ConflictItem, type InboxItem, isConflict, isSnoozed } from '../../state/inbox.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';
import type { Target } from '../target.ts';
import { inboxLabel, targetOf } from '../trees/inbox-model.ts';
import { allowAlways } from './allow-always.ts';
import { itemChoice } from './choose.ts';
import { settleContext, settleNote } from './conflicts.ts';
import {
  answerQuestion,
  approvePlan,
  cancelTask,
  decidePermission,
  decideScope,
  retryTask,
  sendBackPlan,
} from './decide.ts';
import { replayDeadLetters } from './dead-letters.ts';
import { raiseBudget } from './raise-budget.ts';
import { resumeTask, retryWithPrompt, skipChunk } from './recover.ts';
import { openTaskFile } from './show.ts';

type Step = () => Promise<void>;

/** What can be done about a matter; the first is what Enter does. */
function stepsOf(context: LogContext, item: Exclude<InboxItem, ConflictItem>): readonly Choice<Step>[] {
  const target = targetOf(item);
  const { screen } = context;
  if (item.kind === 'dead_letters') {
    return [
      {
        label: l10n.t('Show Dead Letters'),
        icon: 'mail',
        value: () => screen.showDeadLetters(),
      },
      { label: l10n.t('Replay All'), icon: 'debug-rerun', value: () => replayDeadLetters(context, target) },
    ];
  }
  const showEvents: Choice<Step> = {
    label: l10n.t('Show Events'),
    icon: 'list-flat',
    value: () => screen.openEvents({ task_id: item.task_id, format: 'lines', title: item.task_title }),
  };
  switch (item.kind) {
    case 'plan':
      return [
        {
          label: l10n.t('Approve revision {0}', item.plan.revision),
          icon: 'check',
          value: () => approvePlan(context, target),
        },
        {
          label: l10n.t('Open Plan'),
          icon: 'open-preview',
          value: async () => screen.openPlan(item.task_id),
        },
        {
          label: l10n.t('Request Changes…'),
          icon: 'edit',
          value: () => sendBackPlan(context, target, 'changes'),
        },
        {
          label: l10n.t('Reject Plan…'),
          icon: 'close',
          value: () => sendBackPlan(context, target, 'rejected'),
        },
      ];
    case 'question':
      return [
        { label: l10n.t('Answer…'), icon: 'reply', value: () => answerQuestion(context, target) },
        showEvents,
      ];
    case 'permission': {
      const { command, file_paths, preview } = item.permission;
      const detail = command ?? (file_paths.length > 0 ? file_paths.join(', ') : preview);
      return [
        {
          label: l10n.t('Allow'),
          icon: 'check',
          detail,
          value: () => decidePermission(context, target, 'allow'),
        },
        { label: l10n.t('Deny'), icon: 'close', value: () => decidePermission(context, target, 'deny') },
        ...(context.app.rules.offer(item.permission)
          ? [
              {
                label: l10n.t('Always Allow…'),
                icon: 'check-all',
                value: () => allowAlways(context, target),
              },
            ]
          : []),
        showEvents,
      ];
    }
    case 'parked':
      return [
        { label: l10n.t('Resume Task'), icon: 'debug-continue', value: () => resumeTask(context, target) },
        { label: l10n.t('Cancel Task'), icon: 'circle-slash', value: () => cancelTask(context, target) },
        showEvents,
      ];
    case 'budget':
      return [
        { label: l10n.t('Raise Budget…'), icon: 'arrow-up', value: () => raiseBudget(context, target) },
        { label: l10n.t('Cancel Task'), icon: 'circle-slash', value: () => cancelTask(context, target) },
        showEvents,
      ];
    case 'scope':
      return [
        { label: l10n.t('Allow'), icon: 'check', value: () => decideScope(context, target, 'allow') },
        {
          label: l10n.t('Revert'),
          icon: 'discard',
          detail: l10n.t('Puts {0} back as it was before.', item.excess.file_path),
          value: () => decideScope(context, target, 'revert'),
        },
        {
          label: l10n.t('Stop Task'),
          icon: 'circle-slash',
          value: () => decideScope(context, target, 'stop'),
        },
        {
          label: l10n.t('Open File'),
          icon: 'go-to-file',
          value: () => openTaskFile(context, { ...target, path: item.excess.file_path }),
        },
        showEvents,
      ];
    case 'failure':
      return [
        { label: l10n.t('Retry Task'), icon: 'refresh', value: () => retryTask(context, target) },
        { label: l10n.t('Retry with Prompt…'), icon: 'edit', value: () => retryWithPrompt(context, target) },
        ...(item.failure.phase === 'executing'
          ? [
              {
                label: l10n.t('Skip Chunk'),
                icon: 'debug-step-over',
                value: () => skipChunk(context, target),
              },
            ]
          : []),
        { label: l10n.t('Cancel Task'), icon: 'circle-slash', value: () => cancelTask(context, target) },
        showEvents,
      ];
  }
}

async function settleItem(context: LogContext, item: InboxItem): Promise<void> {
  // For a question, the first step is the only one that settles it.
  if (item.kind === 'question') return await answerQuestion(context, targetOf(item));
  if (item.kind === 'note') return await settleNote(context, targetOf(item));
  if (isConflict(item)) return await settleContext(context, targetOf(item));
  const step = await context.screen.pick(stepsOf(context, item), {
    title: inboxLabel(item),
    placeholder: item.kind === 'failure' ? item.failure.error_message : l10n.t('What should happen?'),
  });
  await step?.();
}

/** What waits for the person: the matter that is meant, or a list of all of them; then what to do about it. */
export async function settle(context: LogContext, given: Target): Promise<void> {
  const { inbox } = context.app.world;
  const now = Date.now();
  const meant = inbox.filter((item) =>
    given.item_id === undefined
      ? !isSnoozed(item, now) && (given.task_id === undefined || item.task_id === given.task_id)
      : item.item_id === given.item_id,
  );
  const [first, second] = meant;
  if (!first) {
    throw new LineclearError(
      'not_waiting',
      given.task_id === undefined && given.item_id === undefined
        ? l10n.t('Nothing waits for you.')
        : l10n.t('This was settled already.'),
    );
  }
  if (!second) return await settleItem(context, first);
  const choices = meant.map((item): Choice<Step> => {
    const quick =
      item.kind === 'plan' || item.kind === 'permission' ? stepsOf(context, item).slice(0, 2) : [];
    return {
      ...itemChoice(context, item, () => settleItem(context, item)),
      buttons: quick.map(({ icon = 'check', label, value }) => ({ icon, tooltip: label, value })),
    };
  });
  const step = await context.screen.pick(choices, {
    title: l10n.t('Waiting for You'),
    placeholder: l10n.t('What do you want to decide?'),
  });
  await step?.();
}
