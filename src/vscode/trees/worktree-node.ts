import * as l10n from '@vscode/l10n';
import type { TaskState } from '../../state/task.ts';
import { canSettleWorktree } from '../../state/worktree.ts';
import { oneLine } from '../inert-text.ts';
import { fact, heading, paragraphs } from './markdown-lines.ts';
import type { TreeNode } from './tree-node.ts';

const states = {
  open: l10n.t('separate from your files'),
  merged: l10n.t('merged'),
  discarded: l10n.t('discarded'),
} as const;

/** The worktree of a task; its menu shows, merges and discards what was done in it. */
export function worktreeNode(task: TaskState): TreeNode[] {
  const { worktree } = task;
  if (!worktree) return [];
  const { status, branch, path, base_commit } = worktree;
  const description = states[status];
  return [
    {
      id: `worktree:${task.task_id}`,
      label: l10n.t('Worktree'),
      description,
      icon: { id: status === 'merged' ? 'git-merge' : 'git-branch' },
      tooltip: () => ({
        markdown: paragraphs(
          heading(l10n.t('Worktree')),
          fact(l10n.t('Branch'), branch),
          fact(l10n.t('Folder'), path),
          fact(l10n.t('Began with'), oneLine(base_commit, 12)),
        ),
        commands: [],
      }),
      spoken: l10n.t('Worktree, {0}', description),
      context: canSettleWorktree(task) ? 'worktree open ready' : `worktree ${status}`,
      target: { task_id: task.task_id },
      command: status === 'discarded' ? undefined : 'lineclear.showChanges',
    },
  ];
}
