import type { AgentEvent } from '../contract/event.ts';
import { actorOf } from './agent.ts';
import { createNewest } from './newest.ts';
import { createSequenceSet } from './sequence-set.ts';
import { type Usage, UsageByTime, UsageSum } from './usage.ts';

/** One event, as far as figures need it; the log has the rest. */
interface StatsEntry {
  readonly sequence: number;
  readonly timestamp: string;
  readonly type: AgentEvent['type'];
  /** Whom the event is about, or else who appended it. */
  readonly agent_id: string;
  readonly task_id?: string | undefined;
}

export interface StatsQuery {
  readonly agents?: ReadonlySet<string> | undefined;
  readonly type?: AgentEvent['type'] | undefined;
  /** Milliseconds since 1970: events that happened at or after it. */
  readonly since?: number | undefined;
  /** Milliseconds since 1970: events that happened before it. */
  readonly until?: number | undefined;
}

interface AgentStats extends Usage {
  readonly events: number;
  readonly failures: number;
  /** Its newest event. */
  readonly last: StatsEntry;
}

export interface StatsSummary extends Usage {
  readonly total: number;
  readonly last?: StatsEntry | undefined;
  /** How many events happened within the minute before now. */
  readonly events_per_minute: number;
  readonly by_type: Readonly<Record<string, number>>;
  readonly by_agent: Readonly<Record<string, AgentStats>>;
  /** Events of agents beyond those of `by_agent`. */
  readonly by_other_agents: number;
  readonly tasks_completed: number;
  /** Mean milliseconds from the creation of a completed task to its end. */
  readonly mean_task_ms?: number | undefined;
}

/**
 * Figures about events. They are the same in whatever order the events come, and however often: each is counted once,
 * by its sequence, at the time when it happened.
 */
export interface Stats {
  apply(event: AgentEvent): void;
  /** Within the minute before `now`, in milliseconds since 1970. */
  eventsPerMinute(now: number): number;
  summary(now: number): StatsSummary;
  /** What was used from a time on, to the quarter of an hour; at most the last two days. */
  usageSince(time: number): Usage;
}

/** Enough for a minute at a thousand events a second. */
const RATE_EVENTS = 65_536;
const RATE_MS = 60_000;
/** Agents that are told apart. */
const AGENTS = 10_000;

const FAILURES: ReadonlySet<AgentEvent['type']> = new Set([
  'agent.failed',
  'chunk.failed',
  'provider.failed',
]);

const entryOf = (event: AgentEvent): StatsEntry => {
  const { sequence, timestamp, type, task_id } = event;
  return { sequence, timestamp, type, agent_id: actorOf(event), task_id };
};

export function matchesQuery(event: AgentEvent, query: StatsQuery): boolean {
  const { agents, type, since = -Infinity, until = Infinity } = query;
  const at = Date.parse(event.timestamp);
  return (
    (!agents || agents.has(actorOf(event))) && (!type || event.type === type) && at >= since && at < until
  );
}

interface AgentCounts {
  events: number;
  failures: number;
  last: StatsEntry;
  readonly usage: UsageSum;
}

/** Figures about no event yet. */
export function createStats(): Stats {
  const seen = createSequenceSet();
  const times = createNewest<number>(RATE_EVENTS);
  const byType = new Map<string, number>();
  const byAgent = new Map<string, AgentCounts>();
  const usage = new UsageSum();
  const usageByTime = new UsageByTime();
  const tasks = { completed: 0, milliseconds: 0 };
  let total = 0;
  let others = 0;
  let last: StatsEntry | undefined;

  function countAgent(event: AgentEvent, entry: StatsEntry): void {
    let agent = byAgent.get(entry.agent_id);
    if (!agent && byAgent.size >= AGENTS) {
      others += 1;
      return;
    }
    agent ??= { events: 0, failures: 0, last: entry, usage: new UsageSum() };
    byAgent.set(entry.agent_id, agent);
    agent.events += 1;
    if (FAILURES.has(event.type)) agent.failures += 1;
    if (entry.sequence > agent.last.sequence) agent.last = entry;
    if (event.type === 'provider.called') agent.usage.add(event);
  }

  const eventsPerMinute = (now: number): number =>
    times.values().filter((at) => at > now - RATE_MS && at <= now).length;

  return {
    apply(event) {
      if (!seen.add(event.sequence)) return;
      const entry = entryOf(event);
      total += 1;
      if (!last || entry.sequence > last.sequence) last = entry;
      times.put(entry.sequence, Date.parse(entry.timestamp));
      byType.set(entry.type, (byType.get(entry.type) ?? 0) + 1);
      countAgent(event, entry);
      if (event.type === 'provider.called') {
        usage.add(event);
        usageByTime.add(event);
      } else if (event.type === 'metrics.completed') {
        tasks.completed += 1;
        tasks.milliseconds += Math.round(event.data.duration_ms);
      }
    },
    eventsPerMinute,
    summary: (now) => ({
      total,
      last,
      events_per_minute: eventsPerMinute(now),
      by_type: Object.fromEntries([...byType].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      by_agent: Object.fromEntries(
        [...byAgent]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([id, { usage: used, ...counts }]) => [id, { ...counts, ...used.usage }]),
      ),
      by_other_agents: others,
      ...usage.usage,
      tasks_completed: tasks.completed,
      mean_task_ms: tasks.completed === 0 ? undefined : Math.round(tasks.milliseconds / tasks.completed),
    }),
    usageSince: (time) => usageByTime.since(time),
  };
}
