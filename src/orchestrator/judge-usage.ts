import type { TreeUsage } from '../agents/tree-meter.ts';
import { type LimitName, amountWords, isLimitName, usedOf } from '../state/agent-usage.ts';
import type { EventBody } from '../state/command.ts';
import type { ResourceLimits } from './settings.ts';

/** What was recorded of an agent's use. */
export interface NotedUsage {
  readonly usage: TreeUsage;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Limits that it is over, and that were told of. */
  readonly over: ReadonlySet<LimitName>;
}

export interface UsageJudgement {
  readonly noted: NotedUsage;
  readonly append: readonly EventBody[];
  /** Why the agent is to be stopped, if it is. */
  readonly stop?: string;
}

/** Milliseconds after which a sample is recorded even if it says nothing new: the row stays fresh, the log small. */
const RECORD_AFTER = 60_000;
/** Smaller steps than these are noise, however large they are as a share. */
const STEP = { memory_mb: 16, cpu_percent: 10 };
const SHARE = 0.1;
/** A value must fall below this share of its limit before another crossing counts. */
const REARM = 0.9;

const hasChanged = (before: number, now: number, step: number): boolean =>
  Math.abs(now - before) >= Math.max(step, before * SHARE);

/** Whether a sample is worth an event: it differs by more than a tenth from what was recorded, or that is a minute old. */
const isNews = (noted: NotedUsage, usage: TreeUsage, now: number): boolean =>
  now - noted.at >= RECORD_AFTER ||
  now < noted.at ||
  hasChanged(noted.usage.memory_mb, usage.memory_mb, STEP.memory_mb) ||
  hasChanged(noted.usage.cpu_percent, usage.cpu_percent, STEP.cpu_percent);

/** What a sample of an agent comes to: what is recorded, and whether that is the end of the agent. Pure. */
export function judgeUsage(
  agentId: string,
  noted: NotedUsage | undefined,
  usage: TreeUsage,
  { action, ...limits }: ResourceLimits,
  now: number,
): UsageJudgement {
  const over = new Set<LimitName>();
  const append: EventBody[] = [];
  let stop: string | undefined;
  for (const [name, limit] of Object.entries(limits)) {
    const used = isLimitName(name) ? usedOf(usage, name) : undefined;
    if (!isLimitName(name) || used === undefined || limit === undefined) continue;
    const wasOver = noted?.over.has(name) === true;
    if (wasOver ? used > limit * REARM : used > limit) over.add(name);
    if (wasOver || used <= limit) continue;
    const words = `${agentId} uses ${amountWords(name, used)}, more than its limit of ${amountWords(name, limit)}`;
    const message = action === 'stop' ? `${words}: it is stopped` : words;
    append.push(
      { type: 'resource.limit_exceeded', data: { ...usage, limit: name, limit_value: limit, action } },
      {
        type: 'alert.raised',
        data: { alert: 'resource_limit', severity: 'warning', message, agent_id: agentId },
      },
    );
    if (action === 'stop') stop = `${words}.`;
  }
  const hasEnded = noted !== undefined && [...noted.over].some((name) => !over.has(name));
  if (append.length === 0 && (!noted || hasEnded || isNews(noted, usage, now)))
    append.push({ type: 'resource.used', data: usage });
  const recorded = append.length > 0 ? { usage, at: now } : noted;
  return {
    noted: { ...(recorded ?? { usage, at: now }), over },
    append,
    ...(stop === undefined ? {} : { stop }),
  };
}
