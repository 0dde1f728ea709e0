import * as l10n from '@vscode/l10n';
import type { TaskState } from '../../state/task.ts';
import { canSettleWorktree } from '../../state/worktree.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

const hasWorktree = ({ worktree }: TaskState): boolean =>
  worktree !== undefined && worktree.status !== 'discarded';

/** What a task did in its worktree, against the commit that it began with. */
export async function showChanges(context: LogContext, given: Target): Promise<void> {
  const nothing = l10n.t('No task has a worktree of its own.');
  const taskId = await chooseTask(context, given, l10n.t('Show Changes'), hasWorktree, nothing);
  if (taskId !== undefined) await context.screen.openTaskChanges(taskId);
}

const words = {
  merge_worktree: {
    title: l10n.t('Merge Worktree'),
    answer: l10n.t('Merge'),
    question: (title: string) =>
      l10n.t('Merge the work of “{0}” into the branch that is checked out?', title),
    detail: l10n.t('What is not committed in the worktree is committed first; then the worktree is removed.'),
    done: l10n.t('Merged the worktree.'),
  },
  discard_worktree: {
    title: l10n.t('Discard Worktree'),
    answer: l10n.t('Discard'),
    question: (title: string) => l10n.t('Throw the work of “{0}” away?', title),
    detail: l10n.t('The worktree and its branch are deleted. There is no way back.'),
    done: l10n.t('Discarded the worktree.'),
  },
} as const;

/** Shows what it is about, asks, and does it. */
export async function settleWorktree(
  context: LogContext,
  given: Target,
  command: keyof typeof words,
): Promise<void> {
  const { title, answer, question, detail, done } = words[command];
  const { app, screen } = context;
  const task_id = await chooseTask(
    context,
    given,
    title,
    canSettleWorktree,
    l10n.t('No worktree is ready for that.'),
  );
  if (task_id === undefined) return;
  const { files } = await app.changes(task_id);
  if (files.length > 0) await screen.openTaskChanges(task_id);
  const task = app.world.tasks.get(task_id);
  const shown =
    files.length === 1
      ? l10n.t('1 changed file, as shown in the editor.')
      : l10n.t('{0} changed files, as shown in the editor.', files.length);
  if ((await screen.confirm(question(task?.title ?? task_id), `${shown} ${detail}`, [answer])) === undefined)
    return;
  await app.execute({ command, task_id });
  screen.flash(done);
}
