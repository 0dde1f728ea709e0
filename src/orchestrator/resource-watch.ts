import { LineclearError, messageOf } from '../contract/errors.ts';
import { type MeasuredTree, createTreeMeter } from '../agents/tree-meter.ts';
import type { EventBody } from '../state/command.ts';
import { type NotedUsage, judgeUsage } from './judge-usage.ts';
import type { OrchestratorSettings } from './settings.ts';

/** An agent that has a process here. */
export interface WatchedAgent {
  readonly agentId: string;
  /** Name in the configuration. */
  readonly agentName: string;
  /** The same object as long as it is the same process. */
  readonly tree: MeasuredTree;
  record(bodies: readonly EventBody[]): Promise<void>;
  /** Ends it and fails what it was doing. */
  giveUp(reason: LineclearError): Promise<void>;
}

interface ResourceWatchOptions {
  readonly settings: OrchestratorSettings;
  readonly agents: () => readonly WatchedAgent[];
  readonly note: (line: string) => void;
}

/**
 * Looks every few seconds at what the agents' processes use, records what is new, and holds the limits. Returns how to
 * stop. Nothing is recorded at the first look at a process: what it uses of the CPU shows at the second.
 */
export function watchResources({ settings, agents, note }: ResourceWatchOptions): () => void {
  const meter = createTreeMeter();
  let looks = new Map<MeasuredTree, NotedUsage | undefined>();

  async function judge(agent: WatchedAgent, noted: NotedUsage | undefined, usage: NotedUsage['usage']) {
    const limits = { ...settings.limits, ...settings.agents[agent.agentName]?.limits };
    const judged = judgeUsage(agent.agentId, noted, usage, limits, Date.now());
    looks.set(agent.tree, judged.noted);
    if (judged.append.length > 0) await agent.record(judged.append);
    if (judged.stop !== undefined) await agent.giveUp(new LineclearError('agent_over_limit', judged.stop));
  }

  async function look(): Promise<void> {
    const watched = agents();
    const before = looks;
    looks = new Map(watched.map(({ tree }) => [tree, before.get(tree)]));
    const usages = await meter.measure(watched.map(({ tree }) => tree));
    await Promise.all(
      watched.map(async (agent, index) => {
        const usage = usages[index];
        if (usage && before.has(agent.tree)) await judge(agent, before.get(agent.tree), usage);
      }),
    );
  }

  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => note(`what agents use could not be measured: ${messageOf(error)}`))
      .finally(() => {
        looking = false;
      });
  }, settings.sampleInterval * 1000);
  timer.unref();
  return () => clearInterval(timer);
}
