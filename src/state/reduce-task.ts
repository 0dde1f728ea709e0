import type { AgentEvent, EventOf } from '../contract/event.ts';
import { type Change, NOTHING, ignore, mergeFiles, moveTo } from './change.ts';
import { NO_CLAIMS, onClaim } from './claims.ts';
import { onEnd, onRetry, onSkip } from './reduce-end.ts';
import { onBudget } from './budget.ts';
import { addMessage } from './messages.ts';
import { onParking } from './reduce-parking.ts';
import { onLifecycle, onPending } from './reduce-pending.ts';
import { onPlan } from './reduce-plan.ts';
import { onSnooze } from './reduce-snooze.ts';
import { onChunk, onHandoff } from './reduce-work.ts';
import { closeBase, concludes, onSnapshot } from './evidence.ts';
import { onScope } from './scope.ts';
import { shortenToWords } from './shorten.ts';
import { type TaskState, isEnded } from './task.ts';
import { tokensOf } from './usage.ts';
import { workAfter } from './work-clock.ts';
import { onWorktree } from './worktree.ts';

/** As much of the first line as fits into a row. */
const titleOf = (description: string): string =>
  shortenToWords((description.trim().split('\n', 1)[0] ?? '').trim(), 60);

function createTask(event: EventOf<'task.created'>, taskId: string): TaskState {
  const { data, timestamp } = event;
  return {
    task_id: taskId,
    title: data.title ?? titleOf(data.description),
    description: data.description,
    interactive: data.interactive,
    project: data.project,
    priority: event.priority,
    depends_on: data.depends_on ?? [],
    is_unbound: false,
    phase: 'created',
    phase_since: timestamp,
    created_at: timestamp,
    created_by: event.source_agent_id,
    updated_at: timestamp,
    correlation_id: event.correlation_id,
    version: event.sequence,
    cause_id: event.id,
    chosen_agents: data.agents ?? {},
    assigned: {},
    revision: 1,
    plans: [],
    chunks: [],
    review_round: 0,
    review_passed: false,
    questions: [],
    permissions: [],
    answers: [],
    snoozed: {},
    decided_permissions: [],
    processes: {},
    contexts: [],
    messages: [],
    retries: 0,
    failed_tries: 0,
    limited_tries: 0,
    changed_files: [],
    excess: [],
    allowed_files: [],
    claims: NO_CLAIMS,
    wants_worktree: data.worktree ?? false,
    tokens_used: 0,
    cost_usd: 0,
    work: { milliseconds: 0 },
    budget: data.budget ?? {},
    ignored: { count: 0 },
  };
}

function change(task: TaskState, event: AgentEvent): Change {
  switch (event.type) {
    case 'task.created':
      return ignore('the task exists already');
    case 'task.started':
      return task.phase === 'created'
        ? moveTo('planning', event)
        : ignore(`the task is in phase ${task.phase} already`);
    case 'task.assigned': {
      const { role, agent_id, agent_name } = event.data;
      return { assigned: { ...task.assigned, [role]: { agent_id, agent_name } } };
    }
    case 'task.completed':
    case 'task.failed':
    case 'task.cancelled':
    case 'user.cancelled_task':
      return onEnd(task, event);
    case 'task.parked':
    case 'task.resumed':
    case 'user.resumed_task':
    case 'user.reassigned_role':
      return onParking(task, event);
    case 'plan.ready':
    case 'plan.approved':
    case 'plan.rejected':
    case 'user.approved_plan':
    case 'user.rejected_plan':
      return onPlan(task, event);
    case 'chunk.started':
    case 'chunk.completed':
    case 'chunk.failed':
      return onChunk(task, event);
    case 'handoff.requested':
    case 'handoff.validated':
    case 'handoff.rejected':
      return onHandoff(task, event);
    case 'question.asked':
    case 'permission.requested':
    case 'permission.withdrawn':
    case 'user.answered_question':
    case 'user.decided_permission':
      return onPending(task, event);
    case 'user.snoozed_item':
      return onSnooze(task, event);
    case 'user.requested_retry':
      return onRetry(task, event);
    case 'user.skipped_chunk':
      return onSkip(task, event);
    case 'user.injected_prompt':
      return isEnded(task.phase) && task.phase !== 'failed'
        ? ignore(`the task is ${task.phase} already`)
        : { messages: addMessage(task, event.id, event.data) };
    case 'user.injected_context':
      // A failed task may be tried again, with more to know.
      return isEnded(task.phase) && task.phase !== 'failed'
        ? ignore(`the task is ${task.phase} already`)
        : { contexts: [...task.contexts, event.data.text] };
    case 'agent.created':
    case 'agent.registered':
    case 'agent.invoked':
    case 'agent.started':
    case 'agent.paused':
    case 'agent.resumed':
    case 'agent.completed':
    case 'agent.failed':
    case 'agent.stopped':
    case 'agent.deleted':
    case 'agent.health':
      return onLifecycle(task, event);
    case 'file.created':
    case 'file.modified':
    case 'file.deleted':
      return { changed_files: mergeFiles(task, [event.data.file_path]) };
    case 'provider.called': {
      return {
        tokens_used: task.tokens_used + tokensOf(event.data),
        cost_usd: task.cost_usd + (event.data.cost_usd ?? 0),
      };
    }
    case 'budget.exceeded':
    case 'user.raised_budget':
      return onBudget(task, event);
    case 'workspace.synced':
      return onSnapshot(task.base, event);
    case 'scope.exceeded':
    case 'user.decided_scope':
    case 'scope.reverted':
      return onScope(task, event);
    case 'claim.acquired':
    case 'claim.released':
    case 'claim.denied':
      return onClaim(task, event);
    case 'worktree.created':
    case 'worktree.merged':
    case 'worktree.discarded':
      return onWorktree(task, event);
    case 'unknown':
      return ignore(event.data.reason);
    default:
      return NOTHING;
  }
}

/** Folds one event of a task. Total and deterministic: what does not fit is counted as ignored, with the reason. */
export function reduceTask(task: TaskState | undefined, event: AgentEvent): TaskState | undefined {
  if (!task)
    return event.type === 'task.created' && event.task_id ? createTask(event, event.task_id) : undefined;
  const seen = { version: event.sequence, updated_at: event.timestamp };
  const next = change(task, event);
  if (!('ignored_because' in next)) {
    const base = concludes(event) ? { base: closeBase(task.base) } : {};
    const after = { ...task, ...base, ...next, ...seen };
    return { ...after, work: workAfter(task, after, event) };
  }
  const last = { sequence: event.sequence, type: event.type, reason: next.ignored_because };
  return { ...task, ...seen, ignored: { count: task.ignored.count + 1, last } };
}
