import type { AgentEvent } from '../contract/event.ts';
import { isBeginning, isLifecycle, isOtherProcess, statusAfter } from './agent.ts';
import type { TaskState } from './task.ts';

/** For how long agents of a task were at work; what they wait for a person does not count. */
export interface WorkClock {
  /** Up to the last time that it stopped. */
  readonly milliseconds: number;
  /** The agent whose turn goes on. */
  readonly agent_id?: string | undefined;
  /** Since when it runs again; undefined while it stands still. */
  readonly since?: string | undefined;
}

function agentAtWork({ work, processes }: TaskState, event: AgentEvent): string | undefined {
  if (!isLifecycle(event) || event.data.responding !== undefined) return work.agent_id;
  const { agent_id, process } = event.data;
  if (!isBeginning(event) && isOtherProcess(process, processes[agent_id])) return work.agent_id;
  if (statusAfter(event) === 'working') return agent_id;
  return agent_id === work.agent_id ? undefined : work.agent_id;
}

/** The clock after an event that led from one state of the task to the next. */
export function workAfter(before: TaskState, after: TaskState, event: AgentEvent): WorkClock {
  const { work } = before;
  const agent_id = agentAtWork(before, event);
  const runs =
    agent_id !== undefined &&
    after.permissions.length === 0 &&
    !after.questions.some((question) => question.agent_id === agent_id);
  if (runs === (work.since !== undefined)) return agent_id === work.agent_id ? work : { ...work, agent_id };
  if (work.since === undefined) return { ...work, agent_id, since: event.timestamp };
  // Who is found to be gone has not worked until somebody looked.
  const isLost = isLifecycle(event) && statusAfter(event) === 'lost';
  const until = Date.parse(isLost ? before.updated_at : event.timestamp);
  const milliseconds = work.milliseconds + Math.max(0, until - Date.parse(work.since));
  return { milliseconds, agent_id };
}
