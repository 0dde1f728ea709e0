import type { TaskState } from '../../state/task.ts';
import { counted } from '../../state/wording.ts';
import { canSettleWorktree } from '../../state/worktree.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

const hasWorktree = ({ worktree }: TaskState): boolean =>
  worktree !== undefined && worktree.status !== 'discarded';

/** What a task did in its worktree, against the commit that it began with. */
export async function showChanges(context: LogContext, given: Target): Promise<void> {
  const nothing = 'No task has a worktree of its own.';
  const taskId = await chooseTask(context, given, 'Show Changes', hasWorktree, nothing);
  if (taskId !== undefined) await context.screen.openTaskChanges(taskId);
}

const words = {
  merge_worktree: {
    title: 'Merge Worktree',
    answer: 'Merge',
    question: (title: string) => `Merge the work of “${title}” into the branch that is checked out?`,
    detail: 'What is not committed in the worktree is committed first; then the worktree is removed.',
    done: 'Merged the worktree.',
  },
  discard_worktree: {
    title: 'Discard Worktree',
    answer: 'Discard',
    question: (title: string) => `Throw the work of “${title}” away?`,
    detail: 'The worktree and its branch are deleted. There is no way back.',
    done: 'Discarded the worktree.',
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
    'No worktree is ready for that.',
  );
  if (task_id === undefined) return;
  const { files } = await app.changes(task_id);
  if (files.length > 0) await screen.openTaskChanges(task_id);
  const task = app.world.tasks.get(task_id);
  const about = `${counted(files.length, 'changed file')}, as shown in the editor. ${detail}`;
  if ((await screen.confirm(question(task?.title ?? task_id), about, [answer])) === undefined) return;
  await app.execute({ command, task_id });
  screen.flash(done);
}
