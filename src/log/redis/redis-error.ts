import { type ErrorCode, LineclearError, messageOf } from '../../contract/errors.ts';

/** What the first word of a refusal, of the server or of our own scripts, means for a log. */
const MEANINGS: Readonly<Record<string, readonly [code: ErrorCode, problem: string]>> = {
  NOAUTH: ['log_denied', 'wants a password'],
  WRONGPASS: ['log_denied', 'does not know that user and password'],
  NOPERM: ['log_denied', 'does not allow that to this user'],
  DENIED: ['log_denied', 'refuses connections from here'],
  OOM: ['log_full', 'has no memory left (maxmemory)'],
  MISCONF: ['log_full', 'cannot write to its disk'],
  READONLY: ['log_readonly', 'is a replica, which cannot be written'],
  REPLACED: [
    'log_replaced',
    'does not hold that log any more: it was emptied, or put in the place of another',
  ],
  FOREIGN: [
    'log_corrupt',
    'holds an entry in the log that no log makes (XDEL it, then XSETID the stream back)',
  ],
  WRONGTYPE: ['log_foreign', 'has keys of another program under the names of this log'],
};

/** Refusals that pass: the server is starting, or a cluster is choosing another primary. */
const PASSING = new Set(['LOADING', 'CLUSTERDOWN', 'TRYAGAIN', 'MASTERDOWN', 'BUSY', 'NOREPLICAS']);

/** What Node and ioredis throw for a connection that is not there or breaks; anything else is a mistake of ours. */
const CONNECTION = new Set([
  'Error',
  'AggregateError',
  'AbortError',
  'MaxRetriesPerRequestError',
  'ClusterAllFailedError',
]);

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

const firstWord = (error: Error) => /^[A-Z]+/.exec(error.message)?.[0] ?? '';

const isConnection = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof LineclearError) && CONNECTION.has(error.name);

/** Whether the same may succeed when the connection is back, or a moment later. */
export const isPassing = (error: unknown): boolean =>
  isReply(error) ? PASSING.has(firstWord(error)) : isConnection(error);

/** ioredis says this and tries again and again, so that whoever waits for a connection waits for ever. */
const NO_SENTINEL = /^All sentinels are unreachable.*?(?:Last error: (?<last>.*))?$/s;

export const isNoSentinel = (error: unknown): boolean => NO_SENTINEL.test(messageOf(error));

/** The most telling message: ioredis wraps what happened to each node of a cluster, and to each sentinel. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && 'lastNodeError' in error ? error.lastNodeError : undefined;
  const message = messageOf(inner ?? error);
  const sentinels = NO_SENTINEL.exec(message)?.groups?.['last'];
  return sentinels === undefined ? message : `no sentinel answers: ${sentinels}`;
}

/** The error of the product for anything that was thrown by the client of the server at `address`. */
export function toLogError(error: unknown, address: string): LineclearError {
  if (error instanceof LineclearError) return error;
  const server = `The Redis server at ${address}`;
  if (isPassing(error))
    return new LineclearError('log_unreachable', `${server} cannot be reached: ${causeOf(error)}`, {
      cause: error,
    });
  const refused = isReply(error) ? 'refused a command' : 'gave an answer that cannot be used';
  const [code, problem] = (isReply(error) && MEANINGS[firstWord(error)]) || ['log_failed' as const, refused];
  return new LineclearError(code, `${server} ${problem}: ${messageOf(error)}`, { cause: error });
}
