import type { EventData } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { overLimitWords } from './agent-usage.ts';
import { budgetAmount, exceededWords } from './budget.ts';
import { quoted as quotedTo, shorten } from './shorten.ts';
import { counted, cpu, memory } from './wording.ts';

const quoted = (text: string): string => quotedTo(text, 120);

const withReason = (text: string, reason: string | undefined): string =>
  reason ? `${text}: ${reason}` : text;

/** A reason that begins with the word for it, such as `paused by anna`, says it all. */
const changed = (word: string, text: string, reason: string | undefined): string =>
  reason?.startsWith(word) ? reason : withReason(text, reason);

const byRule = (rule: string | undefined): string => (rule === undefined ? 'it' : `by rule ${rule}`);

function lines(added: number | undefined, removed: number | undefined): string {
  const parts = [added ? `+${added}` : '', removed ? `−${removed}` : ''].filter(Boolean);
  return parts.length > 0 ? ` ${parts.join(' ')}` : '';
}

/** Who only saw a change does not claim to have made it. */
const doneOrSeen = (done: string, { observed_by }: EventData<'file.modified'>): string =>
  observed_by ? `saw on disk: ${done}` : done;

function tokens({ tokens_used, input_tokens, output_tokens }: EventData<'provider.called'>): string {
  if (tokens_used === undefined && input_tokens === undefined && output_tokens === undefined) return '';
  return `, ${counted(tokens_used ?? (input_tokens ?? 0) + (output_tokens ?? 0), 'token')}`;
}

function wordsFor(event: AgentEvent): string {
  switch (event.type) {
    case 'task.created':
      return `created the task ${quoted(event.data.title ?? event.data.description)}`;
    case 'task.assigned':
      return `${event.data.agent_name} is the ${event.data.role}`;
    case 'task.started':
      return 'took the task up';
    case 'task.completed':
      return 'completed the task';
    case 'task.failed':
      return `the task failed: ${event.data.error_message}`;
    case 'task.cancelled':
      return withReason('everything of the cancelled task has ended', event.data.reason);
    case 'task.parked':
      return `parked the task: ${event.data.reason}`;
    case 'task.resumed':
      return withReason('resumed the task', event.data.reason);
    case 'plan.ready':
      return `plan ready: revision ${event.data.revision}, ${counted(event.data.chunks.length, 'chunk')}`;
    case 'plan.approved':
      return `line clear for revision ${event.data.revision}`;
    case 'plan.rejected':
      return `revision ${event.data.revision} goes back to planning`;
    case 'chunk.started':
      return `began chunk ${event.data.index + 1}: ${event.data.title}`;
    case 'chunk.completed':
      return `completed chunk ${event.data.index + 1}: ${event.data.title}`;
    case 'chunk.failed':
      return `chunk ${event.data.index + 1} failed: ${event.data.error_message}`;
    case 'agent.created':
      return `was created${event.data.role ? ` as ${event.data.role}` : ''} (${event.data.agent_name})`;
    case 'agent.registered':
      return `made itself known (${event.data.agent_name})`;
    case 'agent.invoked':
      return `was given a prompt: ${event.data.purpose}`;
    case 'agent.started':
      return `started${event.data.process ? ` as process ${event.data.process.pid}` : ''}`;
    case 'agent.paused':
      return changed('paused', 'was paused', event.data.reason);
    case 'agent.resumed':
      return changed('resumed', 'goes on', event.data.reason);
    case 'agent.completed':
      return withReason('finished', event.data.reason);
    case 'agent.failed':
      return withReason('failed', event.data.error_message ?? event.data.reason);
    case 'agent.stopped':
      return changed('stopped', 'was stopped', event.data.reason);
    case 'agent.deleted':
      return 'was removed';
    case 'agent.health':
      if (event.data.responding === false) return withReason('does not respond', event.data.reason);
      return withReason(
        event.data.responding ? 'responds again' : event.data.current_status,
        event.data.reason,
      );
    case 'agent.progress':
      return event.data.description;
    case 'agent.milestone':
      return `reached ${event.data.milestone ?? event.data.description}`;
    case 'agent.output':
      return quoted(event.data.text);
    case 'question.asked':
      return `asks ${quoted(event.data.question)}`;
    case 'permission.requested':
      return `asks for permission: ${event.data.title}`;
    case 'permission.withdrawn':
      return withReason('asks for permission no more', event.data.reason);
    case 'handoff.requested':
      return `hands over to the ${event.data.to_role}`;
    case 'handoff.validated':
      return 'accepted the work';
    case 'handoff.rejected':
      return `sent the work back: ${counted(event.data.findings.length, 'finding')}`;
    case 'file.created':
      return `${doneOrSeen('created', event.data)} ${event.data.file_path}${lines(event.data.lines_added, event.data.lines_removed)}`;
    case 'file.modified':
      return `${doneOrSeen('modified', event.data)} ${event.data.file_path}${lines(event.data.lines_added, event.data.lines_removed)}`;
    case 'file.deleted':
      return `${doneOrSeen('deleted', event.data)} ${event.data.file_path}`;
    case 'workspace.synced':
      if (event.data.snapshot) return `took a snapshot of ${counted(event.data.file_count, 'file')}`;
      return `synced the workspace, ${counted(event.data.file_count, 'file')}`;
    case 'claim.acquired':
      return `holds ${event.data.file_path}`;
    case 'claim.released':
      return `gave ${event.data.file_path} back`;
    case 'claim.denied':
      return `did not get ${event.data.file_path}: ${event.data.held_by} holds it`;
    case 'scope.exceeded':
      return `${event.data.reported === false ? 'is seen to have changed a file' : 'wrote'} outside the plan: ${event.data.file_path}`;
    case 'scope.reverted':
      return `put ${event.data.file_path} back as it was`;
    case 'worktree.created':
      return `made the worktree ${event.data.branch}`;
    case 'worktree.merged':
      return `merged the worktree, ${counted(event.data.files.length + (event.data.files_left_out ?? 0), 'file')}`;
    case 'worktree.discarded':
      return `threw the worktree ${event.data.branch} away`;
    case 'provider.called':
      return `used ${event.data.model}${tokens(event.data)}`;
    case 'provider.failed':
      return withReason(`a call of ${event.data.model} failed`, event.data.error_message);
    case 'provider.rate_limited':
      return `${event.data.provider} refuses calls${event.data.retry_at ? ` until ${event.data.retry_at}` : ''}`;
    case 'resource.used':
      return `uses ${memory(event.data.memory_mb)} and ${cpu(event.data.cpu_percent)}`;
    case 'resource.limit_exceeded':
      return overLimitWords(event.data);
    case 'budget.exceeded':
      return exceededWords(event.data);
    case 'test.passed':
      return `${event.data.name} passed`;
    case 'test.failed':
      return withReason(`${event.data.name} failed`, event.data.message);
    case 'memory.written':
      return `wrote a note in ${event.data.domain}`;
    case 'memory.updated':
      return `changed a note in ${event.data.domain}`;
    case 'memory.deleted':
      return `deleted a note in ${event.data.domain}`;
    case 'memory.conflicted':
      return `a note in ${event.data.domain} was changed on two sides`;
    case 'context.updated':
      return `the context of ${event.data.agent_id} changed`;
    case 'error.occurred':
      return `error: ${event.data.message}`;
    case 'alert.raised':
      return `alert: ${event.data.message}`;
    case 'metrics.completed':
      return `took ${Math.round(event.data.duration_ms / 1000)} s, ${counted(event.data.tokens_used, 'token')}`;
    case 'delivery.parked':
      return `parked an event for ${event.data.group}: ${event.data.error_message}`;
    case 'delivery.replayed':
      return `replayed an event for ${event.data.group}`;
    case 'delivery.settled': {
      const what = event.data.how === 'handled' ? 'handled' : 'deleted';
      return `${what} a dead letter of ${event.data.group}`;
    }
    case 'user.approved_plan':
      return withReason(`approved revision ${event.data.revision}`, event.data.comment);
    case 'user.rejected_plan': {
      const verb = event.data.verdict === 'changes' ? 'asked for changes to' : 'rejected';
      return withReason(`${verb} revision ${event.data.revision}`, event.data.comment);
    }
    case 'user.answered_question':
      return `answered ${quoted(event.data.answer)}`;
    case 'user.decided_permission': {
      const { decision, rule, wrote_rule } = event.data;
      if (wrote_rule !== undefined) return `always allowed, with the new rule ${wrote_rule}`;
      return `${decision === 'allow' ? 'allowed' : 'denied'} ${byRule(rule)}`;
    }
    case 'user.decided_scope':
      return {
        allow: `allowed changes of ${event.data.file_path}`,
        revert: `wants ${event.data.file_path} back as it was`,
        stop: `stopped the task because of ${event.data.file_path}`,
      }[event.data.decision];
    case 'user.requested_merge':
      return 'wants the worktree merged';
    case 'user.discarded_worktree':
      return 'wants the worktree thrown away';
    case 'user.requested_retry':
      return withReason('asked for another try', event.data.comment);
    case 'user.skipped_chunk':
      return withReason(`skipped chunk ${event.data.index + 1}`, event.data.comment);
    case 'user.resumed_task':
      return withReason('let the task go on', event.data.comment);
    case 'user.raised_budget': {
      const { budget, scope, limit_value } = event.data;
      return `raised the budget of the ${scope} to ${budgetAmount(budget, limit_value)}`;
    }
    case 'user.injected_context':
      return `gave context: ${quoted(event.data.text)}`;
    case 'user.injected_prompt':
      return `sent a prompt: ${quoted(event.data.text)}`;
    case 'user.cancelled_task':
      return withReason('cancelled the task', event.data.reason);
    case 'user.paused_agent':
      return `paused ${event.data.agent_id}`;
    case 'user.resumed_agent':
      return `resumed ${event.data.agent_id}`;
    case 'user.stopped_agent':
      return `stopped ${event.data.agent_id}`;
    case 'user.reassigned_role':
      return `made ${event.data.agent_name} the ${event.data.role}`;
    case 'user.snoozed_item':
      return `put a matter off until ${event.data.until}`;
    case 'user.joined':
      return `joined from ${event.data.client}`;
    case 'user.left':
      return `left ${event.data.client}`;
    case 'unknown':
      return `an event that this version cannot read: ${event.data.reason}`;
  }
}

// oxlint-disable-next-line no-control-regex -- what a terminal would take for commands
const TERMINAL_CODES = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f-\u009f]/g;

/** One printable line, in plain words, about any event; who did it is not part of it. */
export function describeEvent(event: AgentEvent): string {
  const text = wordsFor(event).replace(TERMINAL_CODES, ' ').replace(/\s+/g, ' ');
  return shorten(text.trim(), 300);
}
