import type { EventData } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { agentNameOf } from './agent-name.ts';
import { actorOf } from './agent.ts';
import { describeEvent } from './describe.ts';
import type { World } from './world.ts';

type AlertKind = Extract<EventData<'alert.raised'>['alert'], 'agent_failures' | 'rate_limit'>;

/** An alert that is due: to be appended once, under an id that follows from its cause. */
export interface Alert {
  readonly cause: AgentEvent;
  readonly data: EventData<'alert.raised'>;
}

interface Rule {
  readonly types: readonly AgentEvent['type'][];
  /** So many of one agent within {@link ALERT_WINDOW_MS} are an alert. */
  readonly threshold: number;
  readonly severity: EventData<'alert.raised'>['severity'];
  readonly words: (name: string, cause: string) => string;
}

const MINUTES = 10;
export const ALERT_WINDOW_MS = MINUTES * 60_000;

/** The alert about a resource limit is raised by who measures, together with the event. */
const rules: Readonly<Record<AlertKind, Rule>> = {
  agent_failures: {
    types: ['agent.failed', 'chunk.failed'],
    threshold: 3,
    severity: 'critical',
    words: (name, cause) => `${name} failed three times within ${MINUTES} minutes, last: ${cause}`,
  },
  rate_limit: {
    types: ['provider.rate_limited'],
    threshold: 1,
    severity: 'warning',
    words: (name, cause) => `${name} has to wait: ${cause}`,
  },
};

const kinds = Object.keys(rules).filter((kind): kind is AlertKind => Object.hasOwn(rules, kind));

interface Incident {
  readonly at: number;
  readonly event: AgentEvent;
}

/** Agents and rules that are remembered at most; the one that was quiet for longest is forgotten first. */
const REMEMBERED = 1000;

const byTime = (a: Incident, b: Incident): number => a.at - b.at || a.event.sequence - b.event.sequence;

/** A chunk that failed because its agent failed is one failure: both follow from the same event. */
const isSame = (a: AgentEvent, b: AgentEvent): boolean =>
  a.sequence === b.sequence || (a.causation_id !== undefined && a.causation_id === b.causation_id);

/** What led to alerts, per rule and agent: as much as is needed to tell when the next one is due. */
export class AlertWatch {
  readonly #incidents = new Map<string, readonly Incident[]>();

  /**
   * Takes an event in. Returns the alert that is due because of it: when a rule's threshold is reached, and not again
   * before it was quiet in between. Repeated events change nothing, and late ones count at the time when they happened.
   */
  alertFor(event: AgentEvent, world: Pick<World, 'agents'>): Alert | undefined {
    const kind = kinds.find((name) => rules[name].types.includes(event.type));
    if (!kind) return undefined;
    const rule = rules[kind];
    const agentId = actorOf(event);
    const key = `${kind} ${agentId}`;
    const before = this.#incidents.get(key) ?? [];
    if (before.some((incident) => isSame(incident.event, event))) return undefined;
    const incidents = [...before, { at: Date.parse(event.timestamp), event }]
      .toSorted(byTime)
      .slice(-rule.threshold - 1);
    // Set anew, so that the first key is the one without an incident for longest.
    this.#incidents.delete(key);
    this.#incidents.set(key, incidents);
    this.#forget(Date.parse(event.timestamp) - ALERT_WINDOW_MS);
    const cause = reached(incidents, rule.threshold);
    if (!cause) return undefined;
    const message = rule.words(agentNameOf(world, agentId), describeEvent(cause));
    return { cause, data: { alert: kind, severity: rule.severity, message, agent_id: agentId } };
  }

  /** Drops what cannot lead to an alert any more, as the whole window passed without an incident. */
  #forget(until: number): void {
    for (const [key, incidents] of this.#incidents) {
      const { at = 0 } = incidents.at(-1) ?? {};
      if (at >= until && this.#incidents.size <= REMEMBERED) return;
      this.#incidents.delete(key);
    }
  }
}

/** The newest incident, if with it the threshold is reached, and was not with the one before. */
function reached(incidents: readonly Incident[], threshold: number): AgentEvent | undefined {
  const within = (from: number, to: number): boolean => {
    const [first, last] = [incidents.at(from), incidents.at(to)];
    return first !== undefined && last !== undefined && last.at - first.at < ALERT_WINDOW_MS;
  };
  const isReached = within(-threshold, -1);
  const wasReached = within(-2, -1) && within(-threshold - 1, -2);
  return isReached && !wasReached ? incidents.at(-1)?.event : undefined;
}
