import { type ErrorCode, LineclearError } from '../contract/errors.ts';

/** What the next try would meet again, unless a person changes something first. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'agent_not_configured',
  'agent_not_startable',
  'agent_not_signed_in',
  'agent_refused',
  'agent_stopped',
  'agent_over_limit',
  'plan_unusable',
  'worktree_failed',
  'data_too_large',
  'invalid_event',
]);

/** Whether what failed may well succeed when it is tried again: a crash, a silence, a garbled or a lost answer. */
export const isWorthRetrying = (error: unknown): boolean =>
  !(error instanceof LineclearError && LASTING.has(error.code));
