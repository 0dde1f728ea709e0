import * as l10n from '@vscode/l10n';
import type { EventData } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { overLimitWords } from './agent-usage.ts';
import { budgetAmount, exceededWords } from './budget.ts';
import { shorten } from './shorten.ts';
import { agentStatusWords, counted, cpu, memory, untilTime } from './wording.ts';

const quoted = (text: string): string => l10n.t('“{0}”', shorten(text.replace(/\s+/g, ' ').trim(), 120));

const withReason = (text: string, reason: string | undefined): string =>
  reason ? l10n.t('{0}: {1}', text, reason) : text;

/** A reason that begins with the word for it, such as `paused by anna`, says it all. */
const changed = (word: string, text: string, reason: string | undefined): string =>
  reason?.startsWith(word) ? reason : withReason(text, reason);

const purposeWords: Readonly<Record<EventData<'agent.invoked'>['purpose'], string>> = {
  plan: l10n.t('plan'),
  chunk: l10n.t('chunk'),
  review: l10n.t('review'),
  message: l10n.t('message'),
};

/** `src/a.ts +3 −1` */
function fileWords({ file_path, lines_added, lines_removed }: EventData<'file.modified'>): string {
  const added = lines_added ? `+${lines_added}` : '';
  const removed = lines_removed ? `−${lines_removed}` : '';
  return [file_path, added, removed].filter(Boolean).join(' ');
}

/** Who only saw a change does not claim to have made it. */
const doneOrSeen = (done: string, { observed_by }: Pick<EventData<'file.modified'>, 'observed_by'>): string =>
  observed_by ? l10n.t('saw on disk: {0}', done) : done;

function modelWords({ model, tokens_used, input_tokens, output_tokens }: EventData<'provider.called'>) {
  if (tokens_used === undefined && input_tokens === undefined && output_tokens === undefined)
    return l10n.t('used {0}', model);
  const sum = tokens_used ?? (input_tokens ?? 0) + (output_tokens ?? 0);
  return l10n.t('used {0}, {1}', model, counted(sum, 'token'));
}

function createdWords({ agent_name, role }: EventData<'agent.created'>): string {
  return role
    ? l10n.t('was created as {0} ({1})', role, agent_name)
    : l10n.t('was created ({0})', agent_name);
}

function permissionWords({ decision, rule, wrote_rule }: EventData<'user.decided_permission'>): string {
  if (wrote_rule !== undefined) return l10n.t('always allowed, with the new rule {0}', wrote_rule);
  if (decision === 'allow')
    return rule === undefined ? l10n.t('allowed it') : l10n.t('allowed by rule {0}', rule);
  return rule === undefined ? l10n.t('denied it') : l10n.t('denied by rule {0}', rule);
}

function scopeWords({ decision, file_path }: EventData<'user.decided_scope'>): string {
  switch (decision) {
    case 'allow':
      return l10n.t('allowed changes of {0}', file_path);
    case 'revert':
      return l10n.t('wants {0} back as it was', file_path);
    case 'stop':
      return l10n.t('stopped the task because of {0}', file_path);
  }
}

function raisedWords({ budget, scope, limit_value }: EventData<'user.raised_budget'>): string {
  const amount = budgetAmount(budget, limit_value);
  return scope === 'day'
    ? l10n.t('raised the budget of the day to {0}', amount)
    : l10n.t('raised the budget of the task to {0}', amount);
}

function wordsFor(event: AgentEvent): string {
  switch (event.type) {
    case 'task.created':
      return l10n.t('created the task {0}', quoted(event.data.title ?? event.data.description));
    case 'task.assigned':
      return l10n.t('{0} is the {1}', event.data.agent_name, event.data.role);
    case 'task.started':
      return l10n.t('took the task up');
    case 'task.completed':
      return l10n.t('completed the task');
    case 'task.failed':
      return l10n.t('the task failed: {0}', event.data.error_message);
    case 'task.cancelled':
      return withReason(l10n.t('everything of the cancelled task has ended'), event.data.reason);
    case 'task.parked':
      return l10n.t('parked the task: {0}', event.data.reason);
    case 'task.resumed':
      return withReason(l10n.t('resumed the task'), event.data.reason);
    case 'plan.ready': {
      const chunks = counted(event.data.chunks.length, 'chunk');
      return l10n.t('plan ready: revision {0}, {1}', event.data.revision, chunks);
    }
    case 'plan.approved':
      return l10n.t('line clear for revision {0}', event.data.revision);
    case 'plan.rejected':
      return l10n.t('revision {0} goes back to planning', event.data.revision);
    case 'chunk.started':
      return l10n.t('began chunk {0}: {1}', event.data.index + 1, event.data.title);
    case 'chunk.completed':
      return l10n.t('completed chunk {0}: {1}', event.data.index + 1, event.data.title);
    case 'chunk.failed':
      return l10n.t('chunk {0} failed: {1}', event.data.index + 1, event.data.error_message);
    case 'agent.created':
      return createdWords(event.data);
    case 'agent.registered':
      return l10n.t('made itself known ({0})', event.data.agent_name);
    case 'agent.invoked':
      return l10n.t('was given a prompt: {0}', purposeWords[event.data.purpose]);
    case 'agent.started':
      return event.data.process
        ? l10n.t('started as process {0}', event.data.process.pid)
        : l10n.t('started');
    case 'agent.paused':
      return changed('paused', l10n.t('was paused'), event.data.reason);
    case 'agent.resumed':
      return changed('resumed', l10n.t('goes on'), event.data.reason);
    case 'agent.completed':
      return withReason(l10n.t('finished'), event.data.reason);
    case 'agent.failed':
      return withReason(l10n.t('failed'), event.data.error_message ?? event.data.reason);
    case 'agent.stopped':
      return changed('stopped', l10n.t('was stopped'), event.data.reason);
    case 'agent.deleted':
      return l10n.t('was removed');
    case 'agent.health':
      if (event.data.responding === false) return withReason(l10n.t('does not respond'), event.data.reason);
      return withReason(
        event.data.responding ? l10n.t('responds again') : agentStatusWords[event.data.current_status],
        event.data.reason,
      );
    case 'agent.progress':
      return event.data.description;
    case 'agent.milestone':
      return l10n.t('reached {0}', event.data.milestone ?? event.data.description);
    case 'agent.output':
      return quoted(event.data.text);
    case 'question.asked':
      return l10n.t('asks {0}', quoted(event.data.question));
    case 'permission.requested':
      return l10n.t('asks for permission: {0}', event.data.title);
    case 'permission.withdrawn':
      return withReason(l10n.t('asks for permission no more'), event.data.reason);
    case 'handoff.requested':
      return l10n.t('hands over to the {0}', event.data.to_role);
    case 'handoff.validated':
      return l10n.t('accepted the work');
    case 'handoff.rejected':
      return l10n.t('sent the work back: {0}', counted(event.data.findings.length, 'finding'));
    case 'file.created':
      return doneOrSeen(l10n.t('created {0}', fileWords(event.data)), event.data);
    case 'file.modified':
      return doneOrSeen(l10n.t('modified {0}', fileWords(event.data)), event.data);
    case 'file.deleted':
      return doneOrSeen(l10n.t('deleted {0}', event.data.file_path), event.data);
    case 'workspace.synced': {
      const files = counted(event.data.file_count, 'file');
      return event.data.snapshot
        ? l10n.t('took a snapshot of {0}', files)
        : l10n.t('synced the workspace, {0}', files);
    }
    case 'claim.acquired':
      return l10n.t('holds {0}', event.data.file_path);
    case 'claim.released':
      return l10n.t('gave {0} back', event.data.file_path);
    case 'claim.denied':
      return l10n.t('did not get {0}: {1} holds it', event.data.file_path, event.data.held_by);
    case 'scope.exceeded':
      return event.data.reported === false
        ? l10n.t('is seen to have changed a file outside the plan: {0}', event.data.file_path)
        : l10n.t('wrote outside the plan: {0}', event.data.file_path);
    case 'scope.reverted':
      return l10n.t('put {0} back as it was', event.data.file_path);
    case 'worktree.created':
      return l10n.t('made the worktree {0}', event.data.branch);
    case 'worktree.merged': {
      const files = event.data.files.length + (event.data.files_left_out ?? 0);
      return l10n.t('merged the worktree, {0}', counted(files, 'file'));
    }
    case 'worktree.discarded':
      return l10n.t('threw the worktree {0} away', event.data.branch);
    case 'provider.called':
      return modelWords(event.data);
    case 'provider.failed':
      return withReason(l10n.t('a call of {0} failed', event.data.model), event.data.error_message);
    case 'provider.rate_limited':
      return l10n.t('{0} refuses calls', event.data.provider);
    case 'resource.used':
      return l10n.t('uses {0} and {1}', memory(event.data.memory_mb), cpu(event.data.cpu_percent));
    case 'resource.limit_exceeded':
      return overLimitWords(event.data);
    case 'budget.exceeded':
      return exceededWords(event.data);
    case 'test.passed':
      return l10n.t('{0} passed', event.data.name);
    case 'test.failed':
      return withReason(l10n.t('{0} failed', event.data.name), event.data.message);
    case 'memory.written':
      return event.data.title === undefined
        ? l10n.t('wrote a note in {0}', event.data.domain)
        : l10n.t('wrote the note {0}', quoted(event.data.title));
    case 'memory.updated':
      return event.data.title === undefined
        ? l10n.t('changed a note in {0}', event.data.domain)
        : l10n.t('changed the note {0}', quoted(event.data.title));
    case 'memory.deleted':
      return event.data.title === undefined
        ? l10n.t('deleted a note in {0}', event.data.domain)
        : l10n.t('deleted the note {0}', quoted(event.data.title));
    case 'memory.conflicted':
      if (event.data.key !== undefined)
        return l10n.t('“{0}” of {1} was set to two values', event.data.key, event.data.agent_id);
      return event.data.title === undefined
        ? l10n.t('a note in {0} was changed on two sides', event.data.domain)
        : l10n.t('two versions of the note {0}', quoted(event.data.title));
    case 'context.updated':
      return l10n.t('the context of {0} changed', event.data.agent_id);
    case 'error.occurred':
      return l10n.t('error: {0}', event.data.message);
    case 'alert.raised':
      return l10n.t('alert: {0}', event.data.message);
    case 'metrics.completed': {
      const seconds = Math.round(event.data.duration_ms / 1000);
      return l10n.t('took {0} s, {1}', seconds, counted(event.data.tokens_used, 'token'));
    }
    case 'delivery.parked':
      return l10n.t('parked an event for {0}: {1}', event.data.group, event.data.error_message);
    case 'delivery.replayed':
      return l10n.t('replayed an event for {0}', event.data.group);
    case 'delivery.settled':
      return event.data.how === 'handled'
        ? l10n.t('handled a dead letter of {0}', event.data.group)
        : l10n.t('deleted a dead letter of {0}', event.data.group);
    case 'delivery.skipped': {
      const { group, from_sequence, to_sequence } = event.data;
      const events = counted(to_sequence - from_sequence, 'event');
      return l10n.t('let {0} go on behind event {1}: it does not get {2}', group, to_sequence, events);
    }
    case 'history.truncated': {
      const { archive, tasks, events } = event.data;
      const said = [counted(events, 'event'), counted(tasks.length, 'task')];
      return archive
        ? l10n.t('archived {0} of {1} that ended long ago, in {2}', ...said, archive.file)
        : l10n.t('deleted {0} of {1} that ended long ago', ...said);
    }
    case 'user.approved_plan':
      return withReason(l10n.t('approved revision {0}', event.data.revision), event.data.comment);
    case 'user.rejected_plan': {
      const done =
        event.data.verdict === 'changes'
          ? l10n.t('asked for changes to revision {0}', event.data.revision)
          : l10n.t('rejected revision {0}', event.data.revision);
      return withReason(done, event.data.comment);
    }
    case 'user.answered_question':
      return l10n.t('answered {0}', quoted(event.data.answer));
    case 'user.decided_permission':
      return permissionWords(event.data);
    case 'user.decided_scope':
      return scopeWords(event.data);
    case 'user.requested_merge':
      return l10n.t('wants the worktree merged');
    case 'user.discarded_worktree':
      return l10n.t('wants the worktree thrown away');
    case 'user.requested_retry':
      return withReason(l10n.t('asked for another try'), event.data.prompt ?? event.data.comment);
    case 'user.skipped_chunk':
      return withReason(l10n.t('skipped chunk {0}', event.data.index + 1), event.data.comment);
    case 'user.resumed_task':
      return withReason(l10n.t('let the task go on'), event.data.comment);
    case 'user.raised_budget':
      return raisedWords(event.data);
    case 'user.injected_context':
      return l10n.t('gave context: {0}', quoted(event.data.text));
    case 'user.injected_prompt':
      return l10n.t('sent a prompt: {0}', quoted(event.data.text));
    case 'user.cancelled_task':
      return withReason(l10n.t('cancelled the task'), event.data.reason);
    case 'user.paused_agent':
      return l10n.t('paused {0}', event.data.agent_id);
    case 'user.resumed_agent':
      return l10n.t('resumed {0}', event.data.agent_id);
    case 'user.stopped_agent':
      return l10n.t('stopped {0}', event.data.agent_id);
    case 'user.reassigned_role':
      return l10n.t('made {0} the {1}', event.data.agent_name, event.data.role);
    case 'user.snoozed_item':
      return l10n.t('put a matter off until {0}', event.data.until);
    case 'user.joined':
      return l10n.t('joined from {0}', event.data.client);
    case 'user.left':
      return l10n.t('left {0}', event.data.client);
    case 'unknown':
      return l10n.t('an event that this version cannot read: {0}', event.data.reason);
  }
}

// oxlint-disable-next-line no-control-regex -- what a terminal would take for commands
const TERMINAL_CODES = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f-\u009f]/g;

/** One printable line, in plain words, about any event; who did it is not part of it. */
export function describeEvent(event: AgentEvent): string {
  const text = wordsFor(event).replace(TERMINAL_CODES, ' ').replace(/\s+/g, ' ');
  return shorten(text.trim(), 300);
}

/** Until when lasts what an event tells of: ISO 8601. */
export function untilOf(event: AgentEvent): string | undefined {
  if (event.type === 'provider.rate_limited') return event.data.retry_at;
  return event.type === 'task.parked' ? event.data.until : undefined;
}

/** {@link describeEvent}, and until when, by the clock of the reader. `timeZone`: default: the one of the machine. */
export function describeWithTime(event: AgentEvent, timeZone?: string): string {
  const until = untilOf(event);
  const text = describeEvent(event);
  return until === undefined
    ? text
    : `${text}, ${untilTime(until, { now: Date.parse(event.timestamp), timeZone })}`;
}
