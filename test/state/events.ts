import type { EventData, EventType } from '../../src/contract/catalog.ts';
import { decodeEvent } from '../../src/contract/decode.ts';
import type { AgentEvent } from '../../src/contract/event.ts';
import type { AgentProcess, AgentStatus } from '../../src/contract/events/agent.ts';

/** What happens in a story: an event without what its place in the log gives it. */
export interface Step {
  readonly type: string;
  readonly data: unknown;
  readonly by: string;
  /** Null: the event belongs to no task. */
  readonly task: string | null;
  readonly version?: number;
  readonly at?: string;
}

export type Where = Partial<Pick<Step, 'by' | 'task' | 'version' | 'at'>>;

export const TASK = 'task-1';

/** Any event; the data must fit its type. */
export const step = <T extends EventType>(type: T, data: EventData<T>, where: Where = {}): Step => ({
  type,
  data,
  by: 'orchestrator',
  task: TASK,
  ...where,
});

const EPOCH = Date.parse('2026-03-01T12:00:00.000Z');

/** The events of a story as a log gives them: numbered, one second apart. */
export const logOf = (steps: readonly Step[], after = 0): AgentEvent[] =>
  steps.map(({ type, data, by, task, version, at }, index) => {
    const sequence = after + index + 1;
    const id = `01890000-0000-7000-8000-${String(sequence).padStart(12, '0')}`;
    const event = decodeEvent({
      id,
      sequence,
      type,
      version: version ?? (type === 'plan.ready' ? 2 : 1),
      timestamp: at ?? new Date(EPOCH + sequence * 1000).toISOString(),
      tenant_id: 'local',
      task_id: task ?? undefined,
      source: by.startsWith('user:') ? 'vscode' : 'orchestrator',
      source_agent_id: by,
      call_chain: [by],
      priority: 'normal',
      correlation_id: 'c-1',
      context_refs: [],
      data,
    });
    if (event.type === 'unknown' && event.data.reason.startsWith('data does not fit'))
      throw new Error(`step ${sequence}, ${type}: ${event.data.reason}`);
    return event;
  });

const user = (name: string) => ({ user_id: name });

export const created = (description = 'Add rate limiting', where: Where = {}) =>
  step('task.created', { description, interactive: true }, { by: 'user:ada', ...where });
export const started = (where?: Where) => step('task.started', {}, where);
export const assigned = (role: 'planner' | 'coder' | 'reviewer', agent_id = `${role}-1`) =>
  step('task.assigned', { role, agent_id, agent_name: 'gemini' });
export const completed = (files: string[] = []) => step('task.completed', { summary: 'Done.', files });
export const failed = (error_message = 'it broke', where?: Where) =>
  step('task.failed', { error_message }, where);
export const parked = (reason = 'rate limited', until?: string) => step('task.parked', { reason, until });
export const skipped = (index = 0, by = 'user:ada') =>
  step('user.skipped_chunk', { ...user(by), index }, { by });
export const retryAt = (until: string) => step('task.parked', { reason: 'tests fail', until, kind: 'retry' });
export const resumedBy = (by = 'user:ada') => step('user.resumed_task', user(by), { by });
export const resumed = () => step('task.resumed', {});
export const stopped = (where?: Where) => step('task.cancelled', {}, where);

export const planReady = (revision = 1, titles = ['One', 'Two'], where: Where = {}) =>
  step(
    'plan.ready',
    { revision, plan: `# Plan ${revision}`, chunks: titles.map((title) => ({ title, files: [] })) },
    { by: 'planner-1', ...where },
  );
export const approved = (revision = 1, by = 'user:ada', where: Where = {}) =>
  step('user.approved_plan', { ...user(by), revision }, { by, ...where });
export const rejected = (
  revision = 1,
  more: Partial<EventData<'user.rejected_plan'>> = {},
  by = 'user:ada',
) =>
  step(
    'user.rejected_plan',
    { ...user(by), revision, verdict: 'changes', comment: 'Smaller steps.', ...more },
    { by },
  );

export const chunkStarted = (index = 0, attempt = 1) =>
  step('chunk.started', { index, title: `chunk ${index + 1}`, attempt }, { by: 'coder-1' });
export const chunkCompleted = (index = 0, attempt = 1, files: string[] = []) =>
  step('chunk.completed', { index, title: `chunk ${index + 1}`, attempt, files }, { by: 'coder-1' });
export const chunkFailed = (index = 0, attempt = 1, error_message = 'tests fail') =>
  step('chunk.failed', { index, title: `chunk ${index + 1}`, attempt, error_message }, { by: 'coder-1' });

export const handedOver = (round = 0) =>
  step('handoff.requested', { from_role: 'coder', to_role: 'reviewer', round }, { by: 'coder-1' });
export const reviewPassed = (round = 0) =>
  step('handoff.validated', { from_role: 'reviewer', to_role: 'coder', round }, { by: 'reviewer-1' });
export const reviewFailed = (round = 0, findings = ['Name the limit.']) =>
  step(
    'handoff.rejected',
    { from_role: 'reviewer', to_role: 'coder', round, findings },
    { by: 'reviewer-1' },
  );

export const asked = (question_id = 'q1', by = 'coder-1', where: Where = {}) =>
  step('question.asked', { question_id, question: `Which one, ${question_id}?` }, { by, ...where });
export const answered = (question_id = 'q1', answer = 'This one.', by = 'user:ada') =>
  step('user.answered_question', { ...user(by), question_id, answer }, { by });
export const requested = (request_id = 'r1', by = 'coder-1', where: Where = {}) =>
  step(
    'permission.requested',
    { request_id, title: `Run ${request_id}`, kind: 'execute', file_paths: [] },
    { by, ...where },
  );
export const decided = (request_id = 'r1', decision: 'allow' | 'deny' = 'allow', by = 'user:ada') =>
  step('user.decided_permission', { ...user(by), request_id, decision }, { by });

export const withdrawn = (request_id = 'r1', by = 'coder-1') =>
  step('permission.withdrawn', { request_id, reason: 'it does not wait any more' }, { by });
export const snoozed = (item_id: string, until: string, by = 'user:ada') =>
  step('user.snoozed_item', { ...user(by), item_id, until }, { by });

export const retried = (comment?: string, by = 'user:ada') =>
  step('user.requested_retry', { ...user(by), comment }, { by });
export const cancelled = (by = 'user:ada', where: Where = {}) =>
  step('user.cancelled_task', { ...user(by) }, { by, ...where });
export const context = (text: string, by = 'user:ada') =>
  step('user.injected_context', { ...user(by), text }, { by });

type LifecycleType = Exclude<
  Extract<EventType, `agent.${string}`>,
  'agent.progress' | 'agent.milestone' | 'agent.output' | 'agent.invoked'
>;

/** Something in the life of an agent. */
export const agent = (
  type: LifecycleType,
  current_status: AgentStatus,
  more: Partial<EventData<'agent.health'>> = {},
  where: Where = {},
) =>
  step(
    type,
    { agent_id: 'coder-1', agent_name: 'gemini', previous_status: 'created', current_status, ...more },
    { by: more.agent_id ?? 'coder-1', ...where },
  );
export const invoked = (agent_id = 'coder-1') =>
  step(
    'agent.invoked',
    {
      agent_id,
      agent_name: 'gemini',
      previous_status: 'idle',
      current_status: 'working',
      purpose: 'chunk',
      number: 0,
    },
    { by: agent_id },
  );
export const processOf = (pid: number, more: Partial<AgentProcess> = {}): AgentProcess => ({
  pid,
  host: 'here',
  ...more,
});

/** A task up to a phase, by the shortest way. */
export const upTo = {
  planning: [created(), started()],
  plan_review: [created(), started(), planReady()],
  executing: [created(), started(), planReady(), approved()],
  reviewing: [
    created(),
    started(),
    planReady(),
    approved(),
    chunkStarted(0),
    chunkCompleted(0),
    chunkStarted(1),
    chunkCompleted(1),
    handedOver(),
  ],
} as const satisfies Record<string, readonly Step[]>;
