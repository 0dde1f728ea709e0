import { setTimeout as delay } from 'node:timers/promises';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { inSlices } from '../slices.ts';
import { type AgentState, isLive } from '../state/agent.ts';
import type { World } from '../state/world.ts';
import { lookAt } from './process-tree.ts';
import { Silence } from './silence.ts';

const PERIOD_MS = 1_000;
/** Who runs an agent has this long to see its end first, because it can say more about it. */
const SECOND_LOOK_MS = 300;
/** How long nothing may be heard of an agent that runs where nobody can look. */
const SILENCE_MS = 90_000;

/** What can be seen of an orchestrator: `unknown` of an agent that does not say which one runs it. */
export type OrchestratorSight = 'responding' | 'silent' | 'gone' | 'unknown';

export interface LivenessOptions {
  readonly log: EventLog;
  readonly world: World;
  /** Kind of component that looks, for the events' `source`. */
  readonly source: string;
  readonly lookAtOrchestrator: (id: string) => Promise<OrchestratorSight>;
}

/** Something about an agent that is shown otherwise. */
interface Finding {
  readonly agent: AgentState;
  readonly kind: 'lost' | 'unresponsive' | 'responding';
  readonly reason?: string;
}

function judge(agent: AgentState, orchestrator: OrchestratorSight, silence: Silence): Finding | undefined {
  const { process } = agent;
  const name = `process ${process?.pid ?? '?'}`;
  const sight = process && lookAt(process);
  if (sight === 'gone') return { agent, kind: 'lost', reason: `${name} is gone` };
  if (orchestrator === 'gone') {
    const rest = sight ? `${name} still runs, but ` : '';
    return { agent, kind: 'lost', reason: `${rest}the orchestrator that ran it is gone` };
  }
  if (process && !sight && orchestrator === 'unknown') {
    const silent = silence.of(agent.agent_id, Date.parse(agent.last_seen_at), Date.now()) > SILENCE_MS;
    const reason = `nothing was heard of it; ${name} on ${process.host} cannot be seen from here`;
    if (silent) return { agent, kind: 'lost', reason };
  }
  const problem =
    sight === 'suspended'
      ? `${name} is suspended`
      : orchestrator === 'silent'
        ? 'the orchestrator that runs it does not respond'
        : undefined;
  if (problem !== undefined)
    return agent.unresponsive_since === undefined
      ? { agent, kind: 'unresponsive', reason: problem }
      : undefined;
  return agent.unresponsive_since === undefined ? undefined : { agent, kind: 'responding' };
}

/** What is shown otherwise than it is. */
async function findDifferences(
  { world, lookAtOrchestrator }: LivenessOptions,
  silence: Silence,
): Promise<Finding[]> {
  const live = [...world.agents.values()].filter((agent) => isLive(agent.status));
  silence.keep(new Set(live.map(({ agent_id }) => agent_id)));
  if (live.length === 0) return [];
  const ids = new Set(live.flatMap(({ orchestrator }) => orchestrator?.id ?? []));
  const looks = [...ids].map(async (id) => [id, await lookAtOrchestrator(id)] as const);
  const sights = new Map(await Promise.all(looks));
  const findings: Finding[] = [];
  await inSlices(live, (agent) => {
    const finding = judge(agent, sights.get(agent.orchestrator?.id ?? '') ?? 'unknown', silence);
    if (finding) findings.push(finding);
  });
  return findings;
}

/** Any number of processes may see it: the id is derived from what it is about, so the log keeps one. */
async function record({ log, source }: LivenessOptions, { agent, kind, reason }: Finding): Promise<void> {
  const { agent_id, agent_name, status, process, task_id, cause_id } = agent;
  const current_status = kind === 'lost' ? kind : status;
  const source_agent_id = `${source}:liveness`;
  await log.append([
    {
      id: derivedEventId(cause_id, kind),
      type: 'agent.health',
      data: {
        agent_id,
        agent_name,
        previous_status: status,
        current_status,
        reason,
        process,
        ...(kind === 'lost' ? {} : { responding: kind === 'responding' }),
      },
      task_id,
      source,
      source_agent_id,
      call_chain: [source_agent_id],
      causation_id: cause_id,
    },
  ]);
}

const keyOf = ({ agent, kind }: Finding): string => `${agent.cause_id} ${kind}`;

/** Records what was found at this look and at the one before. */
async function recordRepeated(
  options: LivenessOptions,
  before: ReadonlySet<string>,
  now: readonly Finding[],
): Promise<void> {
  await Promise.all(
    now.filter((finding) => before.has(keyOf(finding))).map((finding) => record(options, finding)),
  );
}

/** Two looks, for who does not watch. `refresh` brings the world up to date. */
export async function checkLiveness(options: LivenessOptions, refresh: () => Promise<void>): Promise<void> {
  const silence = new Silence();
  const before = new Set((await findDifferences(options, silence)).map(keyOf));
  if (before.size === 0) return;
  await delay(SECOND_LOOK_MS);
  await refresh();
  await recordRepeated(options, before, await findDifferences(options, silence));
  await refresh();
}

/**
 * Looks every second whether the agents that are shown as living are: whether their processes are there and not
 * suspended, and whether the orchestrator that runs them is and responds. Records what was found twice in a row, with
 * the reason: as lost what is gone, as not responding what is there. Returns how to stop.
 */
export function watchLiveness(options: LivenessOptions, onError: (error: unknown) => void): () => void {
  let before = new Set<string>();
  let looking = false;
  const silence = new Silence();

  async function look(): Promise<void> {
    const now = await findDifferences(options, silence);
    const last = before;
    before = new Set(now.map(keyOf));
    await recordRepeated(options, last, now);
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
