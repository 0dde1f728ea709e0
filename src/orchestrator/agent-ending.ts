/** How an agent ended. */
export interface AgentEnding {
  /** `completed`: its part is done. `stopped`: somebody wanted it. `failed`: it did not go well. */
  readonly status: 'completed' | 'stopped' | 'failed';
  readonly reason?: string | undefined;
  readonly error_message?: string | undefined;
  readonly error_code?: string | undefined;
  readonly exit_code?: number | undefined;
  readonly signal?: string | undefined;
}

/** How agents end that are not needed any more, by the reason of a decision. */
export const ENDINGS = {
  finished: { status: 'completed' },
  cancelled: { status: 'stopped', reason: 'the task was cancelled' },
  parked: { status: 'stopped', reason: 'the task is parked' },
} as const satisfies Record<string, AgentEnding>;
