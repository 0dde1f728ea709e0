import type { PlainCommand } from '../agents/agent.ts';
import type { Role } from '../contract/events/task.ts';
import type { PermissionRule } from './rules/permission-rules.ts';
import type { TaskState } from '../state/task.ts';
import type { Budget } from '../state/budget.ts';
import type { LimitName } from '../state/agent-usage.ts';

/** The most that the processes of one agent may use, and what follows when they use more. */
export interface ResourceLimits extends Readonly<Partial<Record<LimitName, number>>> {
  readonly action: 'warn' | 'stop';
}

/** Where a task waits for a person: `task` for each one that has no budget of its own, `day` for all together. */
export interface Budgets {
  readonly task: Budget;
  readonly day: Budget;
}

interface AgentSettings {
  /** Program and arguments, started without a shell. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Name of the agent that takes over when this one's provider refuses calls for a while. */
  readonly fallback?: string | undefined;
  /** Where they differ from those of all agents. */
  readonly limits?: Partial<ResourceLimits> | undefined;
  /** Set for a program that knows no protocol. */
  readonly plain?: PlainCommand | undefined;
}

/** What the orchestrator needs to know of the configuration. Times are in seconds. */
export interface OrchestratorSettings {
  /** Which configured agent takes which role, where a task does not say. */
  readonly roles: Partial<Record<Role, string>>;
  readonly agents: Readonly<Record<string, AgentSettings>>;
  /** Seconds that an agent has to open a session. */
  readonly startTimeout: number;
  /** Seconds that one turn of an agent may take, waiting for a person not counted. */
  readonly turnTimeout: number;
  /** How many agents may be at work at once. */
  readonly concurrency: number;
  /** How often an unusable answer is asked for again. */
  readonly repeats: number;
  /** How often a reviewer may send the work back. */
  readonly reviewRounds: number;
  /** Seconds after which what failed is tried again, one after the other; then the task waits for a person. */
  readonly retryDelays: readonly number[];
  /** What a change outside the plan does: nothing, an item in the inbox, or that and the task waits. */
  readonly scope: 'off' | 'warn' | 'hold';
  /** Program and arguments of the check that a chunk must pass, if there is one. */
  readonly verify?: readonly [string, ...string[]] | undefined;
  /** Seconds that the check may take. */
  readonly verifyTimeout: number;
  /** Seconds without anything to do after which the orchestrator ends. */
  readonly idleExit: number;
  /** Seconds between two looks at what agents use. */
  readonly sampleInterval: number;
  /** What the person wrote about permissions, in their order. */
  readonly rules: readonly PermissionRule[];
  /** Of each agent. */
  readonly limits: ResourceLimits;
  readonly budgets: Budgets;
}

/** Name of the agent that has a role in a task, if the task or the configuration names one. */
export const agentNameFor = (
  task: Pick<TaskState, 'chosen_agents'>,
  role: Role,
  { roles }: Pick<OrchestratorSettings, 'roles'>,
): string | undefined => task.chosen_agents[role] ?? roles[role];
