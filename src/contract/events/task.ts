import * as z from 'zod';
import { agentId, count, event, filePath, money, someWords, words } from './define.ts';
import { evidenceSchema } from './evidence.ts';

export const roleSchema = z.enum(['planner', 'coder', 'reviewer']);
export type Role = z.infer<typeof roleSchema>;

const chunkPlan = z.strictObject({
  title: z.string().min(1),
  files: z.array(filePath),
  description: z.string().optional(),
  estimated_cost: money.optional(),
});

export type ChunkPlan = z.infer<typeof chunkPlan>;

const planV1 = z.object({ chunks: z.array(z.string()) }).loose();

/** Version 1 of `plan.ready` listed chunk titles only. */
function planWithFiles(data: unknown): unknown {
  const plan = planV1.parse(data);
  return { ...plan, chunks: plan.chunks.map((title) => ({ title, files: [] })) };
}

export const taskEvents = {
  'task.created': event('A person or program asked for work.', () => ({
    description: someWords,
    interactive: z
      .boolean()
      .describe(
        'False: agents are told to decide by themselves instead of asking questions. Plans still wait for approval.',
      ),
    title: someWords.optional(),
    depends_on: z
      .array(z.string().min(1))
      .optional()
      .describe('Ids of the tasks that must be completed before this one starts.'),
    agents: z
      .partialRecord(roleSchema, z.string().min(1))
      .optional()
      .describe('Names of configured agents for the roles, where they differ from the configuration.'),
    budget: z
      .strictObject({
        tokens: money.optional(),
        cost_usd: money.optional(),
        seconds: money.optional().describe('While agents work, waiting for a person not counted.'),
      })
      .optional()
      .describe('The most that the task may use before it waits for a person.'),
    worktree: z.boolean().optional().describe('Whether the agents work in a git worktree of their own.'),
    project: z
      .string()
      .min(1)
      .optional()
      .describe('Only orchestrators of this project carry it out; without one, all of the log may.'),
  })),
  'task.assigned': event('An agent was given a role in a task.', () => ({
    role: roleSchema,
    agent_id: agentId,
    agent_name: z.string(),
  })),
  'task.started': event('The orchestrator took the task up.', () => ({})),
  'task.completed': event('The task is done.', () => ({
    summary: z.string().optional(),
    files: z.array(filePath).optional(),
  })),
  'task.failed': event('The task ended without success.', () => ({
    error_message: z.string(),
    error_code: z.string().optional(),
    next: z.string().optional().describe('What a person can do about it.'),
  })),
  'task.cancelled': event('Everything that ran for a cancelled task has ended.', () => ({
    reason: z.string().optional(),
  })),
  'task.parked': event('The task waits until a time or for a person.', () => ({
    reason: z.string(),
    until: z.iso
      .datetime()
      .optional()
      .describe('When it goes on by itself; without it, it waits for a person or for another task.'),
    kind: z
      .enum(['retry', 'rate_limit', 'budget', 'dependency', 'person'])
      .optional()
      .describe('`retry`: something failed and is tried again. `person`: somebody has to decide.'),
  })),
  'task.resumed': event('The parked task goes on.', () => ({ reason: z.string().optional() })),
} as const;

export const planEvents = {
  'plan.ready': {
    version: 2,
    summary: 'A planner finished a revision of the plan; it waits for a person.',
    data: z.strictObject({
      revision: z.int().min(1),
      plan: z.string().min(1).describe('Markdown.'),
      chunks: z.array(chunkPlan).min(1),
      estimated_cost: money.optional().describe('US dollars.'),
    }),
    upcasters: { 1: planWithFiles },
  },
  'plan.approved': event('The approval of a revision took effect.', () => ({ revision: z.int().min(1) })),
  'plan.rejected': event('The rejection of a revision took effect.', () => ({
    revision: z.int().min(1),
    comment: words.optional(),
  })),
} as const;

const chunk = { index: count, title: z.string(), attempt: z.int().min(1) };

export const chunkEvents = {
  'chunk.started': event('A coder began a chunk of the approved plan.', () => chunk),
  'chunk.completed': event('A chunk is done.', () => ({
    ...chunk,
    summary: z.string().optional(),
    files: z.array(filePath),
    evidence: evidenceSchema.optional(),
  })),
  'chunk.failed': event('A chunk could not be done.', () => ({
    ...chunk,
    error_message: z.string(),
    error_code: z.string().optional(),
  })),
} as const;
