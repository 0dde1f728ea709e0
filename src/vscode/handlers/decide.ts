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
  const words = { title: 'Approve Plan', noun: 'plan' };
  const chosen = await chooseItem(context, 'plan', given, words);
  if (!chosen) return;
  const { task_id, target } = chosen;
  const event = await context.app.execute({
    command: 'approve_plan',
    task_id,
    revision: target.revision,
    comment: given.comment,
  });
  const revision = 'revision' in event.data ? event.data.revision : target.revision;
  context.screen.flash(`Approved revision ${revision} of “${titleOf(context, task_id)}”.`);
}

/** Sends a plan back; the planner needs to know why. */
export async function sendBackPlan(
  context: LogContext,
  given: Target & { comment?: string | undefined },
  verdict: 'changes' | 'rejected',
): Promise<void> {
  const title = verdict === 'changes' ? 'Request Changes' : 'Reject Plan';
  const chosen = await chooseItem(context, 'plan', given, { title, noun: 'plan' });
  if (!chosen) return;
  const { task_id, target } = chosen;
  const comment =
    given.comment ??
    (await context.screen.input({
      title: `${title}: ${titleOf(context, task_id)}`,
      placeholder: verdict === 'changes' ? 'Also cover the error cases' : 'This is not the way, because …',
      prompt: 'What should be different? The planner reads this and makes a new revision.',
    }));
  if (comment === undefined) return;
  await context.app.execute({
    command: 'reject_plan',
    task_id,
    revision: target.revision,
    verdict,
    comment,
  });
  context.screen.flash(verdict === 'changes' ? 'Asked the planner for changes.' : 'Rejected the plan.');
}

export async function answerQuestion(
  context: LogContext,
  given: Target & { answer?: string | undefined },
): Promise<void> {
  const chosen = await chooseItem(context, 'question', given, { title: 'Answer Question', noun: 'question' });
  if (!chosen) return;
  const { task_id, target, item } = chosen;
  const question = item?.question.question ?? '';
  const { options = [] } = item?.question ?? {};
  const title = `Answer Question: ${titleOf(context, task_id)}`;
  const ask = async () =>
    options.length > 0
      ? await context.screen.pickOrType(
          options.map((option) => ({ label: option, value: option })),
          { title, placeholder: question },
        )
      : await context.screen.input({ title, prompt: question, placeholder: 'Your answer' });
  // A question that is settled is not asked again: the log says who answered.
  const answer = given.answer ?? (item ? await ask() : '-');
  if (answer === undefined) return;
  await context.app.execute({ command: 'answer_question', task_id, question_id: target.question_id, answer });
  context.screen.flash('Answered.');
}

export async function decidePermission(
  context: LogContext,
  given: Target & { comment?: string | undefined },
  decision: 'allow' | 'deny',
): Promise<void> {
  const title = decision === 'allow' ? 'Allow Permission' : 'Deny Permission';
  const chosen = await chooseItem(context, 'permission', given, { title, noun: 'permission' });
  if (!chosen) return;
  await context.app.execute({
    command: 'decide_permission',
    task_id: chosen.task_id,
    request_id: chosen.target.request_id,
    decision,
    comment: given.comment,
  });
  context.screen.flash(decision === 'allow' ? 'Allowed.' : 'Denied.');
}

const scopeDone = {
  allow: 'Allowed.',
  revert: 'Put the file back as it was.',
  stop: 'Stopping the task.',
} as const;

/** About a file that was changed outside the plan. */
export async function decideScope(
  context: LogContext,
  given: Target,
  decision: keyof typeof scopeDone,
): Promise<void> {
  const titles = { allow: 'Allow Change', revert: 'Revert Change', stop: 'Stop Task' } as const;
  const words = { title: titles[decision], noun: 'change outside the plan' };
  const chosen = await chooseItem(context, 'scope', given, words);
  if (!chosen) return;
  const { task_id, target } = chosen;
  await context.app.execute({ command: 'decide_scope', task_id, event_id: target.event_id, decision });
  context.screen.flash(scopeDone[decision]);
}

export async function retryTask(
  context: LogContext,
  given: Target & { comment?: string | undefined },
): Promise<void> {
  const chosen = await chooseItem(context, 'failure', given, { title: 'Retry Task', noun: 'failed task' });
  if (!chosen) return;
  await context.app.execute({ command: 'retry_task', task_id: chosen.task_id, comment: given.comment });
  context.screen.flash('The task is tried again.');
}

export async function cancelTask(
  context: LogContext,
  given: Target & { reason?: string | undefined },
): Promise<void> {
  const task_id = await chooseTask(
    context,
    given,
    'Cancel Task',
    (task) => !isOver(task),
    'There is no task to cancel.',
  );
  if (task_id === undefined) return;
  const task = context.app.world.tasks.get(task_id);
  // A failed task has nothing that runs; for the others there is no way back.
  if (task && !isEnded(task.phase)) {
    const sure = await context.screen.confirm(
      `Cancel “${task.title}”?`,
      'Its agents are stopped. Files that they have changed stay as they are.',
      ['Cancel Task'],
    );
    if (sure === undefined) return;
  }
  await context.app.execute({ command: 'cancel_task', task_id, reason: given.reason });
  context.screen.flash('Cancelled the task.');
}
