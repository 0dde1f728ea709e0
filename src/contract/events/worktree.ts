import * as z from 'zod';
import { count, event, filePath } from './define.ts';

export const worktreeEvents = {
  'worktree.created': event('A task got a git worktree of its own; its agents work there.', () => ({
    path: z.string().min(1).describe('Absolute.'),
    branch: z.string().min(1),
    base_commit: z.string().min(1).describe('The commit that the work began with.'),
  })),
  'worktree.merged': event('The work of a worktree is in the branch that it was begun from.', () => ({
    commit: z.string().min(1).describe('The commit that brought it in; its second parent is the work.'),
    files: z.array(filePath),
    files_left_out: count.optional().describe('Files that the event has no room for.'),
  })),
  'worktree.discarded': event('A worktree and its branch were removed; its work is gone.', () => ({
    branch: z.string().min(1),
  })),
} as const;
