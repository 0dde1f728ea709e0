import { LineclearError } from '../contract/errors.ts';
import type { TaskState } from '../state/task.ts';
import { createWorktree } from '../workspace/worktrees.ts';
import type { TaskWriter } from './task-writer.ts';

/**
 * The folder that the agents of a task work in: the workspace, or the task's worktree, which is made when it is not
 * there yet. Whoever makes it again after a crash finds the one that is there. Throws `worktree_failed`.
 */
export async function ensureFolder(root: string, task: TaskState, writer: TaskWriter): Promise<string> {
  const { worktree } = task;
  if (!task.wants_worktree) return root;
  if (worktree?.status === 'open') return worktree.path;
  if (worktree)
    throw new LineclearError('worktree_failed', `The worktree of the task is ${worktree.status}.`);
  const data = await createWorktree(root, task.task_id);
  await writer.decided(task, [{ label: 'worktree', body: { type: 'worktree.created', data } }]);
  return data.path;
}
