import * as z from 'zod';
import {
  agentId,
  blobRef,
  budgetNameSchema,
  budgetScopeSchema,
  count,
  event,
  filePath,
  money,
} from './define.ts';
import { operationSchema, purposeSchema } from './evidence.ts';

const file = {
  operation: operationSchema,
  file_path: filePath,
  file_size: count.optional().describe('Bytes.'),
  content_hash: z.string().optional().describe('`sha256:` and hex digits.'),
  lines_added: count.optional(),
  lines_removed: count.optional(),
  previous_path: filePath.optional(),
  before_ref: blobRef.optional().describe('Content before the change; also in `context_refs`.'),
  after_ref: blobRef.optional().describe('Content after the change; also in `context_refs`.'),
  observed_by: z
    .enum(['git', 'scan'])
    .optional()
    .describe('Set where the host saw the change and no agent told of it.'),
};

const claim = {
  file_path: filePath,
  agent_id: agentId,
  index: count.optional().describe('The chunk that it is for; without it nobody waits for the claim.'),
};

/** Why an event is a dead letter. */
export const parkReasonSchema = z.enum([
  'handler_failed',
  'payload_lost',
  'invalid',
  'rejected',
  'predecessor_parked',
]);
export type ParkReason = z.infer<typeof parkReasonSchema>;

export const workspaceEvents = {
  'file.created': event('A file was created.', () => file),
  'file.modified': event('A file was changed.', () => file),
  'file.deleted': event('A file was deleted.', () => file),
  'workspace.synced': event('A workspace was brought up to date.', () => ({
    file_count: count,
    reason: z.string().optional(),
    snapshot: z.string().optional().describe('Names the files as they were before a turn.'),
    purpose: purposeSchema.optional(),
    number: count.optional(),
  })),
  'claim.acquired': event('An agent holds a file.', () => ({ ...claim, until: z.iso.datetime().optional() })),
  'claim.released': event('An agent gave a file back.', () => claim),
  'claim.denied': event('A file is held by another agent.', () => ({
    ...claim,
    held_by: agentId,
    held_by_task: z.string().min(1).optional().describe('The task that holds it, or is to have it first.'),
  })),
  'scope.exceeded': event('An agent wrote outside the files of its approved plan.', () => ({
    file_path: filePath,
    allowed_files: z.array(filePath),
    operation: operationSchema.optional(),
    purpose: purposeSchema.optional().describe('What the turn was for in which it happened.'),
    number: count.optional(),
    lines_added: count.optional(),
    lines_removed: count.optional(),
    reported: z
      .boolean()
      .optional()
      .describe('Whether the agent told of it; otherwise only the host saw it.'),
    content_hash: z.string().optional().describe('Of the file as it was left; missing when it was deleted.'),
    snapshot: z
      .string()
      .optional()
      .describe('Names the files as they were before; missing: cannot be undone.'),
  })),
  'scope.reverted': event('A file outside the plan is again as it was before.', () => ({
    event_id: z.string().min(1).describe('Id of the `scope.exceeded`.'),
    file_path: filePath,
  })),
} as const;

const call = {
  provider: z.string(),
  model: z.string(),
  tokens_used: count.optional(),
  input_tokens: count.optional(),
  output_tokens: count.optional(),
  cost_usd: money.optional(),
  duration_ms: money.optional(),
  error_code: z.string().optional(),
  error_message: z.string().optional(),
  retry_at: z.iso.datetime().optional(),
};

export const providerEvents = {
  'provider.called': event('An agent used a model.', () => call),
  'provider.failed': event('A call of a model failed.', () => call),
  'provider.rate_limited': event('A provider refused calls until a time.', () => call),
} as const;

const usage = {
  memory_mb: money.describe('Resident memory; what processes share is counted for each.'),
  cpu_percent: money.describe('Since the sample before; 100 is one core.'),
  disk_usage_mb: money
    .optional()
    .describe('Read and written since its processes began, where the system tells it.'),
  network_bytes: count.optional().describe('Where the system tells it.'),
  file_count: count.optional().describe('Open files, pipes and sockets, where the system tells it.'),
};

export const resourceEvents = {
  'resource.used': event('What the process tree of an agent uses.', () => usage),
  'resource.limit_exceeded': event('The process tree of an agent went over a limit.', () => ({
    ...usage,
    limit: z
      .string()
      .describe('`memory_mb`, `cpu_percent`, `disk_mb` or `open_files`, as in the configuration.'),
    limit_value: money,
    action: z.enum(['warn', 'stop']).optional().describe('What follows; default `warn`.'),
  })),
  'budget.exceeded': event('A budget is used up; the work waits for a person.', () => ({
    budget: budgetNameSchema.describe('`seconds`: while agents work, waiting for a person not counted.'),
    scope: budgetScopeSchema.describe('`day`: all tasks together, by the local day of the orchestrator.'),
    limit_value: money,
    used: money,
  })),
} as const;

const testRun = {
  name: z.string(),
  command: z.string().optional(),
  duration_ms: money.optional(),
  message: z.string().optional(),
};

export const testEvents = {
  'test.passed': event('A test run passed.', () => testRun),
  'test.failed': event('A test run failed.', () => testRun),
} as const;

const note = {
  note_id: z.string().min(1),
  user_id: z.string(),
  agent_id: z.string(),
  domain: z.string().min(1),
  content_hash: z
    .string()
    .describe('`sha256:` and hex digits of its text; `blob:` and the same is in `context_refs`.'),
  title: z.string().optional(),
  slug: z.string().min(1).optional().describe('Its name in the domain, unique there.'),
  tags: z.array(z.string()).optional(),
  links: z.array(z.string()).optional(),
  base_id: z
    .uuid()
    .optional()
    .describe('The event that gave the version which was changed: if there is a newer one, both are kept.'),
  resolves: z.array(z.uuid()).optional().describe('Events of versions that are settled by this one.'),
};

export const memoryEvents = {
  'memory.written': event('A note was written.', () => note),
  'memory.updated': event('A note was changed.', () => note),
  'memory.deleted': event('A note was deleted.', () => note),
  'memory.conflicted': event('A note was changed on two sides; both are kept.', () => ({
    ...note,
    other_hash: z.string(),
    other_id: z.uuid().optional().describe('The event of the version that could not be merged.'),
    key: z.string().optional().describe('Of the context of an agent: what was set to two values.'),
    value: z.json().optional(),
    other_value: z.json().optional(),
  })),
  'context.updated': event('The context of an agent was changed.', () => ({
    agent_id: agentId,
    patch: z.record(z.string(), z.json()).describe('A JSON merge patch (RFC 7396): null removes.'),
    base_id: z.uuid().optional().describe('The last change of this context that the writer had seen.'),
  })),
} as const;

export const systemEvents = {
  'error.occurred': event('Something went wrong.', () => ({
    code: z.string(),
    message: z.string(),
    where: z.string().optional(),
    next: z.string().optional(),
  })),
  'alert.raised': event('Something needs attention.', () => ({
    alert: z.enum(['agent_failures', 'rate_limit', 'resource_limit', 'system']),
    severity: z.enum(['warning', 'critical']),
    message: z.string(),
    agent_id: agentId.optional(),
  })),
  'metrics.completed': event('Totals of a finished task.', () => ({
    duration_ms: money.describe('From task.created to its end.'),
    tokens_used: count,
    cost_usd: money,
    files_changed: count,
  })),
  'delivery.parked': event('An event could not be handled and was parked.', () => ({
    group: z.string().min(1),
    event_id: z.uuid(),
    event_sequence: z.int().min(1),
    event_type: z.string().optional().describe('Missing when the event is lost.'),
    reason: parkReasonSchema,
    attempts: count,
    error_message: z.string(),
  })),
  'delivery.replayed': event('A parked event was handed out again.', () => ({
    group: z.string().min(1),
    event_id: z.uuid(),
  })),
  'delivery.settled': event('A parked event is no dead letter any more.', () => ({
    group: z.string().min(1),
    event_id: z.uuid(),
    how: z.enum(['handled', 'deleted']).describe('A replay of it succeeded, or a person deleted it.'),
  })),
  'delivery.skipped': event('A person let a group go on behind events that it never gets.', () => ({
    group: z.string().min(1),
    from_sequence: z.int().min(0).describe('The last event that it had looked at.'),
    to_sequence: z.int().min(1).describe('The last event that it does not get.'),
  })),
} as const;
