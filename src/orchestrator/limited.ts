import { type LineclearError } from '../contract/errors.ts';
import type { Role } from '../contract/events/task.ts';
import { shorten } from '../state/shorten.ts';
import type { TaskState } from '../state/task.ts';
import { MESSAGE } from './bounds.ts';
import type { LabelledBody } from './decide.ts';
import { type OrchestratorSettings, agentNameFor } from './settings.ts';

/** Milliseconds to wait where nobody says for how long; doubled each time in a row, up to an hour. */
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/**
 * What a turn comes to whose agent is refused by its provider for a while: it is no failed try. The agent that the
 * person configured as its fallback takes over, once in a row; else the task waits. Pure.
 */
export function limitedTurn(
  task: TaskState,
  role: Role,
  { message, retryAt }: LineclearError,
  settings: Pick<OrchestratorSettings, 'agents' | 'roles'>,
  now: number,
): readonly LabelledBody[] {
  const name = agentNameFor(task, role, settings);
  const fallback = name === undefined ? undefined : settings.agents[name]?.fallback;
  if (fallback !== undefined && fallback in settings.agents && task.limited_tries === 0) {
    const data = { user_id: 'rule:fallback', role, agent_name: fallback, rule: 'fallback' };
    return [{ label: `fallback:${role}`, body: { type: 'user.reassigned_role', data } }];
  }
  const backOff = Math.min(FIRST_MS * 2 ** task.limited_tries, LONGEST_MS);
  const until = retryAt ?? new Date(now + backOff).toISOString();
  const reason = shorten(message, MESSAGE);
  return [
    { label: `limited:${role}`, body: { type: 'task.parked', data: { kind: 'rate_limit', reason, until } } },
  ];
}
