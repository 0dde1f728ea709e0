import * as z from 'zod';
import { roleSchema } from './task.ts';
import {
  agentId,
  budgetNameSchema,
  budgetScopeSchema,
  count,
  event,
  filePath,
  money,
  someWords,
  userId,
  words,
} from './define.ts';

const user = { user_id: userId };
const decided = { ...user, revision: z.int().min(1) };

export const userEvents = {
  'user.approved_plan': event('A person gave line clear to a revision of a plan.', () => ({
    ...decided,
    comment: words.optional(),
  })),
  'user.rejected_plan': event('A person sent a revision of a plan back.', () => ({
    ...decided,
    verdict: z
      .enum(['changes', 'rejected'])
      .describe('`changes`: revise this plan. `rejected`: this is not the way, plan anew.'),
    comment: words,
    chunk_comments: z.array(z.strictObject({ chunk: count, comment: someWords })).optional(),
    paragraph_comments: z
      .array(z.strictObject({ quote: someWords, comment: someWords }))
      .optional()
      .describe('About parts of the plan, named by their words.'),
  })),
  'user.answered_question': event('A person answered an agent.', () => ({
    ...user,
    question_id: z.string().min(1),
    answer: someWords,
  })),
  'user.decided_permission': event('A person allowed or denied something.', () => ({
    ...user,
    request_id: z.string().min(1),
    decision: z.enum(['allow', 'deny']),
    comment: words.optional(),
    rule: z
      .string()
      .optional()
      .describe('Name of the rule in config.toml that decided; `user_id` is then `rule:` and this name.'),
    wrote_rule: z
      .string()
      .optional()
      .describe('Name of the rule that the person wrote with it: it answers the same request from now on.'),
  })),
  'user.decided_scope': event('A person decided about a file that was changed outside the plan.', () => ({
    ...user,
    event_id: z.string().min(1).describe('Id of the `scope.exceeded`.'),
    file_path: filePath,
    decision: z
      .enum(['allow', 'revert', 'stop'])
      .describe('`allow`: the file may be changed from now on. `revert`: undo it. `stop`: cancel the task.'),
  })),
  'user.requested_merge': event('A person wants the work of a worktree in their branch.', () => user),
  'user.discarded_worktree': event('A person wants a worktree and its work thrown away.', () => user),
  'user.requested_retry': event('A person wants a failed task to be tried again.', () => ({
    ...user,
    comment: words.optional(),
    prompt: someWords.optional().describe('What the agent is told besides, in the prompt of the next try.'),
  })),
  'user.skipped_chunk': event('A person wants the task to go on without a chunk.', () => ({
    ...user,
    index: count,
    comment: words.optional(),
  })),
  'user.resumed_task': event('A person lets a parked task go on now.', () => ({
    ...user,
    comment: words.optional(),
  })),
  'user.raised_budget': event('A person lets a task, or all tasks of the day, use more.', () => ({
    ...user,
    budget: budgetNameSchema,
    scope: budgetScopeSchema.describe('`day`: for the day of the event only.'),
    limit_value: money.describe('The new limit.'),
  })),
  'user.injected_context': event('A person gave agents something to know.', () => ({
    ...user,
    text: someWords,
    agent_id: agentId.optional(),
  })),
  'user.injected_prompt': event('A person sent an agent a prompt.', () => ({
    ...user,
    text: someWords,
    agent_id: agentId.optional(),
    interrupt: z
      .boolean()
      .optional()
      .describe(
        'The agent is asked to leave what it does; otherwise it gets the prompt when it has answered.',
      ),
  })),
  'user.cancelled_task': event('A person cancelled a task.', () => ({ ...user, reason: words.optional() })),
  'user.paused_agent': event('A person paused an agent.', () => ({ ...user, agent_id: agentId })),
  'user.resumed_agent': event('A person let a paused agent go on.', () => ({ ...user, agent_id: agentId })),
  'user.stopped_agent': event('A person stopped an agent.', () => ({ ...user, agent_id: agentId })),
  'user.reassigned_role': event('A person gave a role in a task to another agent.', () => ({
    ...user,
    role: roleSchema,
    agent_name: z.string().min(1),
    rule: z
      .string()
      .optional()
      .describe('Set when it follows from the configuration; `user_id` is then `rule:` and this name.'),
  })),
  'user.snoozed_item': event(
    'A person put a matter of the inbox off; it is shown again at that time.',
    () => ({
      ...user,
      item_id: z.string().min(1),
      until: z.iso.datetime(),
    }),
  ),
  'user.joined': event('A person opened a view.', () => ({ ...user, client: z.string() })),
  'user.left': event('A person closed a view.', () => ({ ...user, client: z.string() })),
} as const;
