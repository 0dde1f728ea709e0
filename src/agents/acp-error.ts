import { RequestError } from '@agentclientprotocol/sdk';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { AgentReport } from './agent.ts';
import { cutText, plainText } from './plain-text.ts';
import { isRateLimit, retryTimeIn } from './rate-limit.ts';

/** Characters of an agent's words in a message. */
const WORDS = 2_000;
/** Characters of what it said besides. */
const DETAILS = 16_000;

/** What an agent says in an error reply: its message and, where that says little, what it added. */
function agentWords(error: unknown): string {
  if (!(error instanceof RequestError)) return plainText(messageOf(error));
  const details = findText(error.data);
  const message = plainText(error.message);
  const words = details === undefined || message.includes(details) ? message : `${message}: ${details}`;
  return cutText(words, WORDS);
}

function findText(data: unknown): string | undefined {
  if (typeof data === 'string') return data.trim() === '' ? undefined : plainText(data);
  if (typeof data !== 'object' || data === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(data));
  for (const name of ['details', 'message', 'error', 'reason']) {
    const text = findText(fields.get(name));
    if (text !== undefined) return text;
  }
  return undefined;
}

const TOO_MANY_REQUESTS = 429;

/** Everything that was said, also in fields that no person reads. */
const allWords = (error: RequestError): string =>
  cutText(`${error.message} ${JSON.stringify(error.data) ?? ''}`, DETAILS);

/** The provider behind an agent refuses its calls for a while. `details`: where a time may stand, in words. */
export function rateLimited(message: string, details: string, cause?: unknown): LineclearError {
  const time = retryTimeIn(details, Date.now());
  const retryAt = time === undefined ? undefined : new Date(time).toISOString();
  return new LineclearError('rate_limited', message, { retryAt, cause });
}

/** The error of an agent that answered with one, or ended with one; its own words are kept. */
export function agentFailed(agent: string, error: unknown): LineclearError {
  if (error instanceof LineclearError) {
    const isLimit = error.code === 'agent_failed' && isRateLimit(error.message);
    return isLimit ? rateLimited(error.message, error.message, error) : error;
  }
  const message = `${agent}: ${agentWords(error)}`;
  if (error instanceof RequestError) {
    const details = allWords(error);
    if (error.code === TOO_MANY_REQUESTS || isRateLimit(details)) return rateLimited(message, details, error);
  }
  return new LineclearError('agent_failed', message, { cause: error });
}

/** What else an error tells, for those who watch the providers. */
export function providerReport(agent: string, error: LineclearError): AgentReport | undefined {
  if (error.code !== 'rate_limited') return undefined;
  const { cause, message, retryAt: retry_at } = error;
  const error_code = cause instanceof RequestError ? String(cause.code) : undefined;
  const error_message = message.replace(`${agent}: `, '');
  const data = { provider: agent, model: 'unknown', error_code, error_message, retry_at };
  return { type: 'provider.rate_limited', data };
}
