import type { AgentEvent, EventOf } from '../contract/event.ts';
import type { AgentProcess, AgentStatus } from '../contract/events/agent.ts';
import type { Role } from '../contract/events/task.ts';
import { type AgentUsage, type OverLimit, usageAfter } from './agent-usage.ts';
import { tokensOf } from './usage.ts';

export interface AgentState {
  readonly agent_id: string;
  /** Name of the configured agent, such as `gemini`. */
  readonly agent_name: string;
  readonly role?: Role | undefined;
  readonly task_id?: string | undefined;
  readonly status: AgentStatus;
  /** When it came into this status. */
  readonly since: string;
  readonly last_seen_at: string;
  /** When it last did or said something by itself, or was given something to do. */
  readonly heard_at: string;
  /** Kind of component that runs it, as in the `source` of the event that it began with. */
  readonly run_by: string;
  /** The orchestrator that runs it, and what stands for the folder of its machine in which that works. */
  readonly orchestrator?: { readonly id: string; readonly folder: string } | undefined;
  /** Since when its process is there and does not answer; the reason says why. */
  readonly unresponsive_since?: string | undefined;
  readonly reason?: string | undefined;
  readonly error_message?: string | undefined;
  readonly process?: AgentProcess | undefined;
  readonly session_id?: string | undefined;
  readonly exit_code?: number | undefined;
  readonly signal?: string | undefined;
  /** 0 to 1. */
  readonly progress?: number | undefined;
  /** What it is doing, in its own words. */
  readonly doing?: string | undefined;
  readonly current_file?: string | undefined;
  readonly tokens_used: number;
  readonly cost_usd: number;
  /** What its processes used when they were looked at last; undefined when it has ended. */
  readonly usage?: AgentUsage | undefined;
  /** The limit that they are over. */
  readonly over_limit?: OverLimit | undefined;
  /** Id of its last lifecycle event: what is seen of it later refers to this. */
  readonly cause_id: string;
}

export type LifecycleEvent = EventOf<
  | 'agent.created'
  | 'agent.registered'
  | 'agent.invoked'
  | 'agent.started'
  | 'agent.paused'
  | 'agent.resumed'
  | 'agent.completed'
  | 'agent.failed'
  | 'agent.stopped'
  | 'agent.deleted'
  | 'agent.health'
>;

const LIVE: readonly AgentStatus[] = ['created', 'starting', 'working', 'waiting', 'paused', 'idle'];

/** Whether an agent in this status has, or is about to have, a process. */
export const isLive = (status: AgentStatus): boolean => LIVE.includes(status);

export const isLifecycle = (event: AgentEvent): event is LifecycleEvent =>
  event.type !== 'unknown' && 'data' in event && 'current_status' in event.data;

/** The agent that an event is about, if it is about one. */
export function agentOf(event: AgentEvent): string | undefined {
  if (isLifecycle(event)) return event.data.agent_id;
  switch (event.type) {
    case 'agent.progress':
    case 'agent.milestone':
    case 'agent.output':
    case 'question.asked':
    case 'permission.requested':
    case 'permission.withdrawn':
    case 'file.created':
    case 'file.modified':
    case 'file.deleted':
    case 'provider.called':
    case 'provider.failed':
    case 'provider.rate_limited':
    case 'resource.used':
    case 'resource.limit_exceeded':
      return event.source_agent_id;
    default:
      return undefined;
  }
}

/** Whom an event is about; of one that is about no agent, who appended it. */
export const actorOf = (event: AgentEvent): string => agentOf(event) ?? event.source_agent_id;

/** These say that the agent has ended, whatever status stands beside them. */
const ENDINGS: Partial<Record<LifecycleEvent['type'], AgentStatus>> = {
  'agent.completed': 'completed',
  'agent.failed': 'failed',
  'agent.stopped': 'stopped',
  'agent.deleted': 'deleted',
};

/** These begin a life, so that they may follow an ending. */
const BEGINNINGS: readonly LifecycleEvent['type'][] = ['agent.created', 'agent.registered', 'agent.started'];

export const isBeginning = ({ type }: LifecycleEvent): boolean => BEGINNINGS.includes(type);

/** Whether an event may be the first that is known of an agent's life, or of the next one. */
export const beginsLife = (event: AgentEvent): boolean => isLifecycle(event) && isBeginning(event);

/** The status that a lifecycle event leads to: an agent that has ended is never shown as a live one. */
export function statusAfter({ type, data }: LifecycleEvent): AgentStatus {
  return isLive(data.current_status) ? (ENDINGS[type] ?? data.current_status) : data.current_status;
}

/** Whether what was seen of a process is about another one than the agent has now; its pid may be in use again. */
export function isOtherProcess(seen: AgentProcess | undefined, now: AgentProcess | undefined): boolean {
  if (!seen || !now) return false;
  if (seen.pid !== now.pid || seen.host !== now.host) return true;
  return seen.started !== undefined && now.started !== undefined && seen.started !== now.started;
}

/** Whether an event comes too late to say something about the agent as it is now. */
function isOutdated(agent: AgentState, event: LifecycleEvent): boolean {
  const status = statusAfter(event);
  if (!isBeginning(event) && isOtherProcess(event.data.process, agent.process)) return true;
  // Of an agent that is being started no process is known yet, so this is the end of the one before.
  if (!isLive(status) && !!event.data.process && !agent.process && agent.status === 'starting') return true;
  if (event.type === 'agent.health') {
    // Lost is what was live; and of an agent that is being started, no process is known that could be lost.
    if (status === 'lost') return !isLive(agent.status) || (!!event.data.process && !agent.process);
  }
  // Only what begins a life revives; but an agent that was lost from sight may be seen again.
  const revives = !isLive(agent.status) && isLive(status) && !isBeginning(event);
  return revives && !(agent.status === 'lost' && event.type === 'agent.health');
}

/** Who saw whether it answers cannot know better than the agent's own events in which status it is. */
function onResponding(agent: AgentState, { id, timestamp, data }: LifecycleEvent): AgentState {
  if (!isLive(agent.status)) return agent;
  const since = agent.unresponsive_since ?? timestamp;
  return {
    ...agent,
    unresponsive_since: data.responding === false ? since : undefined,
    reason: data.reason,
    cause_id: id,
  };
}

function onLifecycle(agent: AgentState | undefined, event: LifecycleEvent): AgentState {
  const { data, timestamp } = event;
  if (agent && isOutdated(agent, event)) return agent;
  if (agent && data.responding !== undefined) return onResponding(agent, event);
  const status = statusAfter(event);
  const moved = agent?.status !== status;
  const begins = event.type === 'agent.created' || event.type === 'agent.started';
  return {
    tokens_used: 0,
    cost_usd: 0,
    ...agent,
    agent_id: data.agent_id,
    agent_name: data.agent_name,
    role: data.role ?? agent?.role,
    task_id: event.task_id ?? agent?.task_id,
    status,
    since: moved ? timestamp : (agent?.since ?? timestamp),
    run_by: begins ? event.source : (agent?.run_by ?? event.source),
    orchestrator: event.type === 'agent.created' ? event.data.orchestrator : agent?.orchestrator,
    unresponsive_since: undefined,
    heard_at: timestamp,
    last_seen_at: status === 'lost' ? (agent?.last_seen_at ?? timestamp) : timestamp,
    reason: data.reason,
    error_message: data.error_message,
    process:
      data.process ?? (event.type === 'agent.created' || data.without_process ? undefined : agent?.process),
    session_id: data.session_id ?? (begins ? undefined : agent?.session_id),
    exit_code: data.exit_code,
    signal: data.signal,
    ...(begins || event.type === 'agent.invoked' || !isLive(status)
      ? { doing: undefined, progress: undefined, current_file: undefined }
      : {}),
    ...(begins || !isLive(status) ? { usage: undefined, over_limit: undefined } : {}),
    cause_id: event.id,
  };
}

/** Folds one event that is about an agent. Total and deterministic. */
export function reduceAgent(agent: AgentState | undefined, event: AgentEvent): AgentState | undefined {
  if (isLifecycle(event)) return onLifecycle(agent, event);
  if (!agent) return undefined;
  const measured = event.type === 'resource.used' || event.type === 'resource.limit_exceeded';
  const seen = {
    ...agent,
    last_seen_at: event.timestamp,
    heard_at: measured ? agent.heard_at : event.timestamp,
  };
  switch (event.type) {
    case 'agent.progress':
    case 'agent.milestone': {
      if (!isLive(agent.status)) return seen;
      const { description, progress, stage, tool } = event.data;
      const ended = tool?.status === 'completed' || tool?.status === 'failed';
      return {
        ...seen,
        doing: ended || stage === 'notice' ? seen.doing : description,
        progress: progress > 0 ? progress : seen.progress,
        current_file: tool?.file_paths[0] ?? seen.current_file,
      };
    }
    case 'file.created':
    case 'file.modified':
    case 'file.deleted':
      return isLive(agent.status) ? { ...seen, current_file: event.data.file_path } : seen;
    case 'provider.called': {
      return {
        ...seen,
        tokens_used: agent.tokens_used + tokensOf(event.data),
        cost_usd: agent.cost_usd + (event.data.cost_usd ?? 0),
      };
    }
    case 'resource.used':
    case 'resource.limit_exceeded':
      return isLive(agent.status) ? { ...seen, ...usageAfter(agent, event) } : seen;
    default:
      return seen;
  }
}
