import type { EventData, EventType } from '../contract/catalog.ts';
import { LineclearError } from '../contract/errors.ts';
import type { Priority } from '../contract/event.ts';
import { type AgentState, isLive } from './agent.ts';
import { raisedBudget } from './budget.ts';
import { checkDependencies } from './dependencies.ts';
import {
  type TaskState,
  currentPlan,
  isEnded,
  isSettled,
  legalPhaseChanges,
  whyNotSkipped,
  workingRole,
} from './task.ts';
import { permissionTooLate, planTooLate, questionTooLate } from './too-late.ts';
import { isOfTask } from './inbox.ts';
import type { UserCommand } from './user-command.ts';
import { capitalized } from './wording.ts';
import type { World } from './world.ts';
import { openWorktreeOf } from './worktree.ts';

export type EventBody = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];

/** What a command comes to: one event of a task, on the version of the task that it was decided on. */
export interface CommandDecision {
  readonly task_id: string | undefined;
  /** Undefined where it does not matter what else happened to the task. */
  readonly version: number | undefined;
  /** Default `normal`. */
  readonly priority?: Priority;
  readonly body: EventBody;
}

function taskOf(world: World, taskId: string): TaskState {
  const task = world.tasks.get(taskId);
  if (!task)
    throw new LineclearError('task_not_found', `There is no task '${taskId}'.`, { field: 'task_id' });
  return task;
}

/** The one that is meant among those that wait; `tooLate` says who settled it. */
function pick<T>(
  waiting: readonly T[],
  id: string | undefined,
  idOf: (item: T) => string,
  noun: string,
  tooLate?: string,
): T {
  const found = id === undefined ? waiting : waiting.filter((item) => idOf(item) === id);
  const [first, second] = found;
  if (!first) {
    const which = id === undefined ? `No ${noun} is waiting` : `The ${noun} '${id}' is not waiting`;
    const problem = tooLate ?? `${which}: it was settled already, or its agent is gone.`;
    throw new LineclearError('not_waiting', problem);
  }
  if (second && id === undefined) {
    throw new LineclearError(
      'invalid_input',
      `More than one ${noun} is waiting: name one of ${found.map(idOf).join(', ')}.`,
    );
  }
  return first;
}

/** Checks that the revision which a person decides on is the one that waits. */
function waitingRevision(task: TaskState, revision: number | undefined): number {
  const waiting = task.phase === 'plan_review' ? currentPlan(task)?.revision : undefined;
  if (waiting !== undefined && (revision === undefined || revision === waiting)) return waiting;
  if (waiting !== undefined && revision !== undefined && revision < waiting) {
    throw new LineclearError(
      'stale_revision',
      `Revision ${revision} of “${task.title}” is outdated: revision ${waiting} waits.`,
    );
  }
  throw new LineclearError('not_waiting', planTooLate(task, revision ?? task.revision));
}

/** The chunk at which the work stands: the one that failed, or else the next one of a task that failed. */
function chunkToSkip(task: TaskState): number {
  const failed = task.chunks.findIndex(({ status }) => status === 'failed');
  if (failed !== -1) return failed;
  const next = task.phase === 'failed' ? task.chunks.findIndex((chunk) => !isSettled(chunk)) : -1;
  if (next !== -1) return next;
  throw new LineclearError('not_waiting', 'No chunk of the task has failed: name the one to skip.');
}

function agentOf(world: World, agentId: string): AgentState {
  const agent = world.agents.get(agentId);
  if (agent) return agent;
  throw new LineclearError('agent_not_found', `There is no agent '${agentId}'.`, { field: 'agent_id' });
}

type ForAgent = Extract<UserCommand, { command: 'stop_agent' | 'pause_agent' | 'resume_agent' }>;

function decideForAgent(world: World, { command, agent_id }: ForAgent, user_id: string): CommandDecision {
  const agent = agentOf(world, agent_id);
  if (!isLive(agent.status))
    throw new LineclearError('not_waiting', `${agent.agent_id} is not running: it is ${agent.status}.`);
  const isPaused = agent.status === 'paused';
  if (command !== 'stop_agent' && isPaused === (command === 'pause_agent')) {
    const problem = isPaused ? 'is paused already' : 'is not paused';
    throw new LineclearError('not_waiting', `${agent.agent_id} ${problem}.`);
  }
  const type = ({ stop_agent: 'stopped', pause_agent: 'paused', resume_agent: 'resumed' } as const)[command];
  const data = { user_id, agent_id: agent.agent_id };
  return { task_id: agent.task_id, version: undefined, body: { type: `user.${type}_agent`, data } };
}

type Prompt = Extract<UserCommand, { command: 'send_prompt' }>;

function decidePrompt(world: World, command: Prompt, user_id: string): CommandDecision {
  const { agent_id, text, interrupt } = command;
  const agent = agent_id === undefined ? undefined : agentOf(world, agent_id);
  const task_id = command.task_id ?? agent?.task_id;
  if (task_id === undefined)
    throw new LineclearError('invalid_input', 'Name the task or one of its agents.', { field: 'task_id' });
  const task = taskOf(world, task_id);
  if (text.trim() === '')
    throw new LineclearError('invalid_input', 'The prompt is empty.', { field: 'text' });
  if (isEnded(task.phase) && task.phase !== 'failed')
    throw new LineclearError('not_waiting', `The task is ${task.phase} already.`);
  const data = { user_id, text, agent_id, interrupt };
  return { task_id, version: undefined, body: { type: 'user.injected_prompt', data } };
}

/**
 * What a person's command comes to in this world. Pure.
 * Throws `task_not_found`, `agent_not_found`, `not_waiting`, `stale_revision` or `invalid_input`.
 */
export function decideCommand(
  world: World,
  command: UserCommand,
  userId: string,
  newTaskId: string,
): CommandDecision {
  const user_id = userId;
  if (command.command === 'create_task') {
    const {
      description,
      interactive = true,
      agents,
      priority,
      depends_on,
      worktree,
      project,
      budget,
    } = command;
    if (description.trim() === '')
      throw new LineclearError('invalid_input', 'A task needs a description.', { field: 'description' });
    checkDependencies(world, newTaskId, depends_on ?? []);
    const place = {
      ...(project !== undefined && { project }),
      ...(worktree && { worktree }),
      ...(budget && { budget: { ...budget } }),
    };
    const bound = depends_on && depends_on.length > 0 ? { depends_on: [...new Set(depends_on)] } : {};
    return {
      task_id: newTaskId,
      version: 0,
      ...(priority && { priority }),
      body: { type: 'task.created', data: { description, interactive, agents, ...place, ...bound } },
    };
  }
  if (
    command.command === 'stop_agent' ||
    command.command === 'pause_agent' ||
    command.command === 'resume_agent'
  )
    return decideForAgent(world, command, user_id);
  if (command.command === 'send_prompt') return decidePrompt(world, command, user_id);
  if (command.command === 'snooze_item') {
    const { item_id, until } = command;
    const item = world.inbox.find((waiting) => waiting.item_id === item_id);
    if (!item)
      throw new LineclearError('not_waiting', `'${item_id}' is not waiting: it was settled already.`);
    if (!isOfTask(item)) {
      const why =
        item.kind === 'dead_letters'
          ? 'Dead letters cannot be put off: replay or delete them.'
          : 'Two versions cannot be put off: take one.';
      throw new LineclearError('invalid_input', why);
    }
    const data = { user_id, item_id, until };
    return { task_id: item.task_id, version: undefined, body: { type: 'user.snoozed_item', data } };
  }
  const task = taskOf(world, command.task_id);
  const on = (body: EventBody): CommandDecision => ({ task_id: task.task_id, version: task.version, body });
  switch (command.command) {
    case 'approve_plan': {
      const revision = waitingRevision(task, command.revision);
      return on({ type: 'user.approved_plan', data: { user_id, revision, comment: command.comment } });
    }
    case 'reject_plan': {
      const revision = waitingRevision(task, command.revision);
      const { verdict, comment } = command;
      const chunks = currentPlan(task)?.chunks.length ?? 0;
      const stray = command.chunk_comments?.find(({ chunk }) => chunk >= chunks);
      if (stray) {
        const message = `There is no chunk ${stray.chunk + 1}: the plan has ${chunks}.`;
        throw new LineclearError('invalid_input', message, { field: 'chunk_comments' });
      }
      const chunk_comments = command.chunk_comments && [...command.chunk_comments];
      const paragraph_comments = command.paragraph_comments && [...command.paragraph_comments];
      if (comment.trim() === '' && !chunk_comments?.length && !paragraph_comments?.length) {
        throw new LineclearError(
          'invalid_input',
          'Say what should be different: the planner needs a comment.',
          { field: 'comment' },
        );
      }
      return on({
        type: 'user.rejected_plan',
        data: { user_id, revision, verdict, comment, chunk_comments, paragraph_comments },
      });
    }
    case 'answer_question': {
      const { question_id } = pick(
        task.questions,
        command.question_id,
        (item) => item.question_id,
        'question',
        questionTooLate(task, command.question_id),
      );
      if (command.answer.trim() === '')
        throw new LineclearError('invalid_input', 'The answer is empty.', { field: 'answer' });
      return on({ type: 'user.answered_question', data: { user_id, question_id, answer: command.answer } });
    }
    case 'decide_permission': {
      const { request_id } = pick(
        task.permissions,
        command.request_id,
        (item) => item.request_id,
        'permission',
        permissionTooLate(task, command.request_id),
      );
      const { decision, comment, wrote_rule } = command;
      return on({
        type: 'user.decided_permission',
        data: { user_id, request_id, decision, comment, ...(wrote_rule !== undefined && { wrote_rule }) },
      });
    }
    case 'decide_scope': {
      const { event_id, file_path } = pick(
        task.excess,
        command.event_id,
        (item) => item.event_id,
        'change outside the plan',
      );
      const { decision } = command;
      return on({ type: 'user.decided_scope', data: { user_id, event_id, file_path, decision } });
    }
    case 'merge_worktree':
      openWorktreeOf(task);
      return on({ type: 'user.requested_merge', data: { user_id } });
    case 'discard_worktree':
      openWorktreeOf(task);
      return on({ type: 'user.discarded_worktree', data: { user_id } });
    case 'inject_context':
      if (command.text.trim() === '')
        throw new LineclearError('invalid_input', 'The context is empty.', { field: 'text' });
      if (isEnded(task.phase) && task.phase !== 'failed')
        throw new LineclearError('not_waiting', `The task is ${task.phase} already.`);
      return {
        ...on({ type: 'user.injected_context', data: { user_id, text: command.text } }),
        version: undefined,
      };
    case 'retry_task':
      if (task.phase !== 'failed')
        throw new LineclearError(
          'not_waiting',
          `Only a failed task can be retried; this one is ${task.phase}.`,
        );
      if (command.prompt?.trim() === '')
        throw new LineclearError('invalid_input', 'The prompt is empty.', { field: 'prompt' });
      return on({
        type: 'user.requested_retry',
        data: { user_id, comment: command.comment, prompt: command.prompt },
      });
    case 'skip_chunk': {
      const { comment, index = chunkToSkip(task) } = command;
      const problem = whyNotSkipped(task, index);
      if (problem !== undefined) throw new LineclearError('not_waiting', `No effect: ${problem}.`);
      return on({ type: 'user.skipped_chunk', data: { user_id, index, comment } });
    }
    case 'resume_task':
      if (!task.parked)
        throw new LineclearError('not_waiting', 'The task is not parked: there is nothing to resume.');
      if (task.parked.kind === 'budget')
        throw new LineclearError('not_waiting', `${capitalized(task.parked.reason)}: raise it instead.`);
      return on({ type: 'user.resumed_task', data: { user_id, comment: command.comment } });
    case 'raise_budget':
      return on({
        type: 'user.raised_budget',
        data: { user_id, ...raisedBudget(task, command.limit_value) },
      });
    case 'reassign_role': {
      if (!task.parked && task.phase !== 'failed')
        throw new LineclearError(
          'not_waiting',
          'Only a task that is parked or has failed can change its agent.',
        );
      const role = command.role ?? workingRole(task.failure ?? task) ?? 'planner';
      return on({ type: 'user.reassigned_role', data: { user_id, role, agent_name: command.agent_name } });
    }
    case 'cancel_task':
      if (!legalPhaseChanges[task.phase].includes('cancelled')) {
        throw new LineclearError('not_waiting', `The task is ${task.phase} already.`);
      }
      return on({ type: 'user.cancelled_task', data: { user_id, reason: command.reason } });
  }
}
