import * as l10n from '@vscode/l10n';
import { isOver } from '../../state/task-status.ts';
import { isEnded } from '../../state/task.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseItem, chooseTask } from './choose.ts';

const titleOf = ({ app }: LogContext, taskId: string): string => app.world.tasks.get(taskId)?.title ?? taskId;

/** With one plan waiting it is approved at once: the revision that the person could see, or nothing. */
export async function approvePlan(
  context: LogContext,
  given: Target & { comment?: string | undefined },
): Promise<void> {
  const chosen = await chooseItem(context, 'plan', given, l10n.t('Approve Plan'));
  if (!chosen) return;
  const { task_id, target } = chosen;
  const event = await context.app.execute({
    command: 'approve_plan',
    task_id,
    revision: target.revision,
    comment: given.comment,
  });
  const revision = 'revision' in event.data ? event.data.revision : target.revision;
  context.screen.flash(
    l10n.t('Approved revision {0} of “{1}”.', String(revision), titleOf(context, task_id)),
  );
}

const verdicts = {
  changes: {
    title: l10n.t('Request Changes'),
    titleFor: (task: string) => l10n.t('Request Changes: {0}', task),
    example: l10n.t('Also cover the error cases'),
    done: l10n.t('Asked the planner for changes.'),
  },
  rejected: {
    title: l10n.t('Reject Plan'),
    titleFor: (task: string) => l10n.t('Reject Plan: {0}', task),
    example: l10n.t('This is not the way, because …'),
    done: l10n.t('Rejected the plan.'),
  },
} as const;

/** Sends a plan back; the planner needs to know why. */
export async function sendBackPlan(
  context: LogContext,
  given: Target & { comment?: string | undefined },
  verdict: keyof typeof verdicts,
): Promise<void> {
  const { title, titleFor, example, done } = verdicts[verdict];
  const chosen = await chooseItem(context, 'plan', given, title);
  if (!chosen) return;
  const { task_id, target } = chosen;
  const comment =
    given.comment ??
    (await context.screen.input({
      title: titleFor(titleOf(context, task_id)),
      placeholder: example,
      prompt: l10n.t('What should be different? The planner reads this and makes a new revision.'),
    }));
  if (comment === undefined) return;
  await context.app.execute({
    command: 'reject_plan',
    task_id,
    revision: target.revision,
    verdict,
    comment,
  });
  context.screen.flash(done);
}

export async function answerQuestion(
  context: LogContext,
  given: Target & { answer?: string | undefined },
): Promise<void> {
  const chosen = await chooseItem(context, 'question', given, l10n.t('Answer Question'));
  if (!chosen) return;
  const { task_id, target, item } = chosen;
  const question = item?.question.question ?? '';
  const { options = [] } = item?.question ?? {};
  const title = l10n.t('Answer Question: {0}', titleOf(context, task_id));
  const ask = async () =>
    options.length > 0
      ? await context.screen.pickOrType(
          options.map((option) => ({ label: option, value: option })),
          { title, placeholder: question, typed: (answer) => l10n.t('Answer “{0}”', answer) },
        )
      : await context.screen.input({ title, prompt: question, placeholder: l10n.t('Your answer') });
  // A question that is settled is not asked again: the log says who answered.
  const answer = given.answer ?? (item ? await ask() : '-');
  if (answer === undefined) return;
  await context.app.execute({ command: 'answer_question', task_id, question_id: target.question_id, answer });
  context.screen.flash(l10n.t('Answered.'));
}

export async function decidePermission(
  context: LogContext,
  given: Target & { comment?: string | undefined },
  decision: 'allow' | 'deny',
): Promise<void> {
  const title = decision === 'allow' ? l10n.t('Allow Permission') : l10n.t('Deny Permission');
  const chosen = await chooseItem(context, 'permission', given, title);
  if (!chosen) return;
  await context.app.execute({
    command: 'decide_permission',
    task_id: chosen.task_id,
    request_id: chosen.target.request_id,
    decision,
    comment: given.comment,
  });
  context.screen.flash(decision === 'allow' ? l10n.t('Allowed.') : l10n.t('Denied.'));
}

const scopeWords = {
  allow: { title: l10n.t('Allow Change'), done: l10n.t('Allowed.') },
  revert: { title: l10n.t('Revert Change'), done: l10n.t('Put the file back as it was.') },
  stop: { title: l10n.t('Stop Task'), done: l10n.t('Stopping the task.') },
} as const;

/** About a file that was changed outside the plan. */
export async function decideScope(
  context: LogContext,
  given: Target,
  decision: keyof typeof scopeWords,
): Promise<void> {
  const { title, done } = scopeWords[decision];
  const chosen = await chooseItem(context, 'scope', given, title);
  if (!chosen) return;
  const { task_id, target } = chosen;
  await context.app.execute({ command: 'decide_scope', task_id, event_id: target.event_id, decision });
  context.screen.flash(done);
}

export async function retryTask(
  context: LogContext,
  given: Target & { comment?: string | undefined },
): Promise<void> {
  const chosen = await chooseItem(context, 'failure', given, l10n.t('Retry Task'));
  if (!chosen) return;
  await context.app.execute({ command: 'retry_task', task_id: chosen.task_id, comment: given.comment });
  context.screen.flash(l10n.t('The task is tried again.'));
}

export async function cancelTask(
  context: LogContext,
  given: Target & { reason?: string | undefined },
): Promise<void> {
  const task_id = await chooseTask(
    context,
    given,
    l10n.t('Cancel Task'),
    (task) => !isOver(task),
    l10n.t('There is no task to cancel.'),
  );
  if (task_id === undefined) return;
  const task = context.app.world.tasks.get(task_id);
  // A failed task has nothing that runs; for the others there is no way back.
  if (task && !isEnded(task.phase)) {
    const sure = await context.screen.confirm(
      l10n.t('Cancel “{0}”?', task.title),
      l10n.t('Its agents are stopped. Files that they have changed stay as they are.'),
      [l10n.t('Cancel Task')],
    );
    if (sure === undefined) return;
  }
  await context.app.execute({ command: 'cancel_task', task_id, reason: given.reason });
  context.screen.flash(l10n.t('Cancelled the task.'));
}
