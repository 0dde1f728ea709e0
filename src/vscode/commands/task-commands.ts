import * as z from 'zod';
import { prioritySchema } from '../../contract/event.ts';
import { roleSchema } from '../../contract/events/task.ts';
import { cancelTask, retryTask } from '../handlers/decide.ts';
import { raiseBudget } from '../handlers/raise-budget.ts';
import { resumeTask, retryWithPrompt, skipChunk } from '../handlers/recover.ts';
import { useAnotherAgent } from '../handlers/reassign.ts';
import { createTask, createTaskWithOptions, injectContext } from '../handlers/tasks.ts';
import { settleWorktree, showChanges } from '../handlers/worktree.ts';
import { targetSchema } from '../target.ts';
import { type Command, inMenu, inline, row, withLog } from './define-command.ts';

const openTask = 'viewItem =~ /^task (active|failed)/';
const comment = z.object({ comment: z.string().optional() });

/** Commands that create a task or steer it on its way. */
export const taskCommands = {
  'lineclear.createTask': withLog({
    title: 'Create Task',
    icon: 'add',
    palette: 'workspaceFolderCount > 0',
    placements: [
      {
        menu: 'view/title',
        when: 'view == lineclear.tasks && workspaceFolderCount > 0 && isWorkspaceTrusted',
        group: 'navigation@1',
      },
    ],
    trusted: true,
    log: 'created',
    input: z.object({
      description: z.string().optional(),
      interactive: z.boolean().optional(),
      agents: z.partialRecord(roleSchema, z.string().min(1)).optional(),
      priority: prioritySchema.optional(),
      depends_on: z.array(z.string().min(1)).optional(),
      worktree: z.boolean().optional(),
    }),
    handle: createTask,
  }),
  'lineclear.createTaskWithOptions': withLog({
    title: 'Create Task with Options…',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    log: 'created',
    input: z.object({}),
    handle: createTaskWithOptions,
  }),
  'lineclear.createTaskInWorktree': withLog({
    title: 'Create Task in a Worktree',
    icon: 'git-branch',
    palette: 'workspaceFolderCount > 0',
    placements: [
      {
        menu: 'view/title',
        when: 'view == lineclear.tasks && workspaceFolderCount > 0 && isWorkspaceTrusted',
        group: '1_create@1',
      },
    ],
    trusted: true,
    log: 'created',
    input: z.object({ description: z.string().optional() }),
    handle: (context, given) => createTask(context, { ...given, worktree: true }),
  }),
  'lineclear.retryTask': withLog({
    title: 'Retry Task',
    icon: 'refresh',
    palette: 'lineclear.failures > 0',
    placements: [inline(row('inbox failure'), 1), inline(row('task failed'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: retryTask,
  }),
  'lineclear.retryWithPrompt': withLog({
    title: 'Retry with Prompt…',
    icon: 'edit',
    palette: 'lineclear.failures > 0',
    placements: [inMenu(row('inbox failure'), '1_decide@1'), inMenu(row('task failed'), '1_decide@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ prompt: z.string().optional() }),
    handle: retryWithPrompt,
  }),
  'lineclear.skipChunk': withLog({
    title: 'Skip Chunk…',
    icon: 'debug-step-over',
    palette: 'lineclear.skippable > 0',
    placements: [inMenu(row('inbox failure'), '1_decide@2'), inMenu(row('task failed'), '1_decide@2')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: skipChunk,
  }),
  'lineclear.resumeTask': withLog({
    title: 'Resume Task',
    icon: 'debug-continue',
    palette: 'lineclear.parked > 0',
    placements: [inline(row('inbox parked'), 1), inMenu('viewItem =~ /^task .*parked/', '1_decide@4')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: resumeTask,
  }),
  'lineclear.raiseBudget': withLog({
    title: 'Raise Budget…',
    icon: 'arrow-up',
    palette: 'lineclear.overBudget > 0',
    placements: [inline(row('inbox budget'), 1), inMenu('viewItem =~ /^task .*budget/', '1_decide@4')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ limit_value: z.number().positive().optional() }),
    handle: raiseBudget,
  }),
  'lineclear.useAnotherAgent': withLog({
    title: 'Use Another Agent…',
    icon: 'arrow-swap',
    palette: 'lineclear.parked > 0 || lineclear.failures > 0',
    placements: [
      inMenu('viewItem =~ /^task .*parked/', '1_decide@5'),
      inMenu(row('task failed'), '1_decide@5'),
    ],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ agent_name: z.string().min(1).optional() }),
    handle: useAnotherAgent,
  }),
  'lineclear.cancelTask': withLog({
    title: 'Cancel Task',
    icon: 'circle-slash',
    palette: 'lineclear.openTasks > 0',
    placements: [
      inline(row('inbox failure'), 2),
      inline(row('inbox parked'), 2),
      inline(row('inbox budget'), 2),
      inMenu(openTask, '3_end@1'),
    ],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ reason: z.string().optional() }),
    handle: cancelTask,
  }),
  'lineclear.injectContext': withLog({
    title: 'Inject Context…',
    icon: 'comment',
    palette: 'lineclear.openTasks > 0',
    placements: [inMenu(row('task active'), '2_show@2')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ text: z.string().optional() }),
    handle: injectContext,
  }),
  'lineclear.showChanges': withLog({
    title: 'Show Changes',
    icon: 'diff-multiple',
    palette: 'lineclear.worktrees > 0',
    placements: [inline('viewItem =~ /^worktree (open|merged)/', 1)],
    // Filters that the repository configures may run.
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: showChanges,
  }),
  'lineclear.mergeWorktree': withLog({
    title: 'Merge Worktree…',
    icon: 'git-merge',
    palette: 'lineclear.readyWorktrees > 0',
    placements: [inline(row('worktree open ready'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => settleWorktree(context, given, 'merge_worktree'),
  }),
  'lineclear.discardWorktree': withLog({
    title: 'Discard Worktree…',
    icon: 'trash',
    palette: 'lineclear.readyWorktrees > 0',
    placements: [inline(row('worktree open ready'), 3)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => settleWorktree(context, given, 'discard_worktree'),
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
