import * as z from 'zod';
import { agentId, count, event, filePath, someWords } from './define.ts';
import { roleSchema } from './task.ts';

export const agentStatusSchema = z.enum([
  'created',
  'starting',
  'working',
  'waiting',
  'paused',
  'idle',
  'completed',
  'failed',
  'stopped',
  'lost',
  'deleted',
]);
export type AgentStatus = z.infer<typeof agentStatusSchema>;

/** The operating system's process behind an agent: enough to tell later whether it still is the same one. */
const processSchema = z.strictObject({
  pid: z.int().positive(),
  host: z.string().min(1),
  started: z
    .string()
    .optional()
    .describe('Start time as the operating system gives it, opaque; guards against a reused pid.'),
});
export type AgentProcess = z.infer<typeof processSchema>;

const lifecycle = {
  agent_id: agentId.describe('The agent that the event is about; the envelope says who reported it.'),
  agent_name: z.string().min(1).describe('Name of the configured agent, such as `gemini`.'),
  previous_status: agentStatusSchema,
  current_status: agentStatusSchema,
  reason: z.string().optional(),
  error_message: z.string().optional(),
  error_code: z.string().optional().describe('The error that led to it, such as `rate_limited`.'),
  role: roleSchema.optional(),
  process: processSchema.optional(),
  without_process: z
    .boolean()
    .optional()
    .describe(
      'Nothing of the agent runs, as it should be: it has a process only while it works on a prompt.',
    ),
  session_id: z.string().optional(),
  exit_code: z.int().optional(),
  signal: z.string().optional(),
  responding: z
    .boolean()
    .optional()
    .describe('Whether an agent that is there answers; says nothing about its status otherwise.'),
};

export const agentEvents = {
  'agent.created': event('An agent was created for a task.', () => ({
    ...lifecycle,
    orchestrator: z
      .strictObject({ id: z.string().min(1), folder: z.string().min(1) })
      .optional()
      .describe('Which orchestrator runs it, and a hash that stands for its folder on its machine.'),
  })),
  'agent.registered': event('An agent made itself known.', () => lifecycle),
  'agent.invoked': event('An agent was given a prompt.', () => ({
    ...lifecycle,
    purpose: z
      .enum(['plan', 'chunk', 'review', 'message'])
      .describe('`message`: words of a person in the middle of a turn.'),
    number: count.describe('Revision for a plan, index for a chunk, round for a review.'),
    message_ids: z
      .array(z.uuid())
      .optional()
      .describe('Events of the people whose words the prompt passes on.'),
  })),
  'agent.started': event('The process of an agent runs and its session is open.', () => lifecycle),
  'agent.paused': event('An agent was paused.', () => lifecycle),
  'agent.resumed': event('A paused agent goes on.', () => lifecycle),
  'agent.completed': event('An agent finished its part and its process ended.', () => lifecycle),
  'agent.failed': event('An agent ended with an error.', () => lifecycle),
  'agent.stopped': event('An agent was ended on request.', () => lifecycle),
  'agent.deleted': event('An agent was removed.', () => lifecycle),
  'agent.health': event('What was seen of an agent: alive, waiting or lost.', () => lifecycle),
} as const;

const progress = {
  progress: z.number().min(0).max(1).describe('0 to 1.'),
  stage: z.string(),
  description: z.string(),
  milestone: z.string().optional(),
  tool: z
    .strictObject({
      call_id: z.string(),
      kind: z.string(),
      status: z.enum(['pending', 'in_progress', 'completed', 'failed']),
      file_paths: z.array(filePath),
    })
    .optional()
    .describe('Set when the step is a tool call.'),
};

export const progressEvents = {
  'agent.progress': event('An agent said or showed where it is.', () => progress),
  'agent.milestone': event('An agent reached a milestone.', () => progress),
  'agent.output': event('Output of an agent, gathered.', () => ({
    stream: z.enum(['message', 'thought', 'stderr']),
    text: z.string(),
    truncated: count.optional().describe('Characters that were left out of `text`.'),
  })),
} as const;

const handoff = { from_role: roleSchema, to_role: roleSchema, round: count };

export const talkEvents = {
  'question.asked': event('An agent needs an answer of a person.', () => ({
    question_id: z.string().min(1),
    question: z.string().min(1),
    options: z.array(z.string()).optional(),
  })),
  'permission.requested': event('An agent asks whether it may do something.', () => ({
    request_id: z.string().min(1),
    title: z.string().min(1),
    kind: z
      .string()
      .describe('Kind of tool: read, edit, delete, move, search, execute, think, fetch, other.'),
    command: z.string().optional(),
    file_paths: z.array(filePath),
    preview: z.string().optional().describe('What the agent would change, as it showed it.'),
  })),
  'permission.withdrawn': event(
    'An agent does not wait any more for a permission that it asked for.',
    () => ({
      request_id: z.string().min(1),
      reason: z.string(),
    }),
  ),
  'handoff.requested': event('One role hands its work to another.', () => ({
    ...handoff,
    summary: z.string().optional(),
  })),
  'handoff.validated': event('The receiving role accepted the work.', () => ({
    ...handoff,
    summary: z.string().optional(),
  })),
  'handoff.rejected': event('The receiving role sent the work back.', () => ({
    ...handoff,
    findings: z.array(someWords).min(1),
  })),
} as const;
