import { setTimeout as delay } from 'node:timers/promises';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { type AgentState, isLive } from '../state/agent.ts';
import type { World } from '../state/world.ts';
import { isAlive } from './process-tree.ts';

const PERIOD_MS = 1500;
/** Who runs an agent has this long to see its end first, because it can say more about it. */
const SECOND_LOOK_MS = 300;

export interface LivenessOptions {
  readonly log: EventLog;
  readonly world: World;
  /** Kind of component that looks, for the events' `source`. */
  readonly source: string;
}

/** Agents that are shown as living and whose process is gone. */
const missingAgents = (world: World): AgentState[] =>
  [...world.agents.values()].filter(
    (agent) => isLive(agent.status) && agent.process && isAlive(agent.process) === false,
  );

/** Any number of processes may see it: the id is derived from what it is about, so the log keeps one. */
async function recordLost({ log, source }: LivenessOptions, agent: AgentState): Promise<void> {
  const { agent_id, agent_name, status: previous_status, process, task_id, cause_id } = agent;
  const reason = `process ${process?.pid ?? '?'} is gone`;
  const source_agent_id = `${source}:liveness`;
  await log.append([
    {
      id: derivedEventId(cause_id, 'lost'),
      type: 'agent.health',
      data: { agent_id, agent_name, previous_status, current_status: 'lost', reason, process },
      task_id,
      source,
      source_agent_id,
      call_chain: [source_agent_id],
      causation_id: cause_id,
    },
  ]);
}

/** One look, for who does not watch: records as lost what is gone at two looks. `refresh` brings the world up to date. */
export async function checkLiveness(options: LivenessOptions, refresh: () => Promise<void>): Promise<void> {
  const before = new Set(missingAgents(options.world).map((agent) => agent.cause_id));
  if (before.size === 0) return;
  await delay(SECOND_LOOK_MS);
  await refresh();
  const lost = missingAgents(options.world).filter((agent) => before.has(agent.cause_id));
  await Promise.all(lost.map((agent) => recordLost(options, agent)));
  await refresh();
}

/**
 * Looks every 1.5 s whether the processes of the agents that are shown as living still are there, and records as lost,
 * with the reason, what was gone twice in a row. Returns how to stop.
 */
export function watchLiveness(options: LivenessOptions, onError: (error: unknown) => void): () => void {
  let missedBefore = new Set<string>();
  let looking = false;

  async function look(): Promise<void> {
    const missed = missingAgents(options.world);
    const lost = missed.filter((agent) => missedBefore.has(agent.cause_id));
    missedBefore = new Set(missed.map((agent) => agent.cause_id));
    await Promise.all(lost.map((agent) => recordLost(options, agent)));
  }

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(onError)
      .finally(() => {
        looking = false;
      });
  }, PERIOD_MS);
  timer.unref();
  return () => clearInterval(timer);
}
