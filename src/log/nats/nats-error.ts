import * as z from 'zod';
import { type ErrorCode, LineclearError, messageOf } from '../../contract/errors.ts';

/** What the codes of JetStream mean for a log. */
const MEANINGS: Readonly<Record<number, readonly [code: ErrorCode, problem: string]>> = {
  10_002: ['log_full', 'has no room left for this account'],
  10_023: ['log_full', 'has no room left'],
  10_026: ['log_full', 'allows this account no more streams'],
  10_028: ['log_full', 'has no memory left'],
  10_039: ['log_unsupported', 'has JetStream switched off for this account'],
  10_047: ['log_full', 'has no storage left'],
  10_058: ['log_foreign', 'has something else under the names of this log'],
  10_059: ['log_replaced', 'does not have the log any more'],
  10_065: ['log_foreign', 'has something else under the subjects of this log'],
  10_076: ['log_unsupported', 'has JetStream switched off'],
  10_077: ['log_full', 'cannot store any more'],
};

const STREAM_NOT_FOUND = 10_059;
/** By its id; by its place; and what a cluster says where it cannot tell by how much. */
const WRONG_LAST = new Set([10_070, 10_071, 10_164]);

/** By name and not by class: the client's classes are there only once it is loaded. */
const apiErrorSchema = z.object({
  name: z.enum(['JetStreamApiError', 'StreamNotFoundError', 'ConsumerNotFoundError']),
  code: z.int(),
  /** As in HTTP. */
  status: z.int(),
});
const apiError = (error: unknown) => apiErrorSchema.safeParse(error).data;
/** Whether it is one of these, or was caused by one: the client wraps what becomes of a request. */
const hasName = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && (names.includes(error.name) || hasName(error.cause, ...names));

/** Whether a message was refused because there is a newer one than its sender knew. */
export const isWrongLast = (error: unknown): boolean => WRONG_LAST.has(apiError(error)?.code ?? 0);

export const isStreamNotFound = (error: unknown): boolean => apiError(error)?.code === STREAM_NOT_FOUND;

const isForbidden = (error: unknown) => hasName(error, 'PermissionViolationError');
const isUnknownUser = (error: unknown) =>
  hasName(error, 'AuthorizationError', 'UserAuthenticationExpiredError');

/** Whether the same may succeed when the connection is back, or a moment later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof LineclearError || isForbidden(error) || isUnknownUser(error)) return false;
  const refusal = apiError(error);
  // 503 also means that a cluster is choosing another leader.
  return !refusal || (refusal.status === 503 && !(refusal.code in MEANINGS));
}

/** The error of the product for anything that was thrown by the client of the server at `address`. */
export function toLogError(error: unknown, address: string): LineclearError {
  if (error instanceof LineclearError) return error;
  const server = `The NATS server at ${address}`;
  const say = (code: ErrorCode, problem: string) =>
    new LineclearError(code, `${server} ${problem}: ${messageOf(error)}`, { cause: error });
  if (isForbidden(error)) return say('log_denied', 'does not allow that to this user');
  if (isUnknownUser(error))
    return say('log_denied', 'does not accept the user, password, token or credentials');
  const refusal = apiError(error);
  if (!refusal) return say('log_unreachable', 'cannot be reached');
  const [code, problem] = MEANINGS[refusal.code] ?? ['log_failed', 'refused a request'];
  return say(code, problem);
}
