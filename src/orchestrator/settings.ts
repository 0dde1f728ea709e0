import type { Role } from '../contract/events/task.ts';

interface AgentSettings {
  /** Program and arguments, started without a shell. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
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
  /** How often an unusable answer is asked for again. */
  readonly repeats: number;
  /** How often a reviewer may send the work back. */
  readonly reviewRounds: number;
  /** Seconds after which what failed is tried again, one after the other; then the task waits for a person. */
  readonly retryDelays: readonly number[];
  /** Seconds without anything to do after which the orchestrator ends. */
  readonly idleExit: number;
}
