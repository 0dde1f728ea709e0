import { RequestError } from '@agentclientprotocol/sdk';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { AgentReport } from './agent.ts';
import { cutText, plainText } from './plain-text.ts';

/** Characters of an agent's words in a message. */
const WORDS = 2_000;
const RATE_LIMIT = /rate.?limit|too many requests|quota|overloaded|\b429\b/i;

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

/** The error of an agent that answered with one; its own words are kept. */
export function agentFailed(agent: string, error: unknown): LineclearError {
  if (error instanceof LineclearError) return error;
  return new LineclearError('agent_failed', `${agent}: ${agentWords(error)}`, { cause: error });
}

/** What else an error reply tells, for those who watch the providers. */
export function providerReport(agent: string, error: unknown): AgentReport | undefined {
  if (!(error instanceof RequestError)) return undefined;
  const message = agentWords(error);
  if (error.code !== 429 && !RATE_LIMIT.test(message)) return undefined;
  const data = { provider: agent, model: 'unknown', error_code: String(error.code), error_message: message };
  return { type: 'provider.rate_limited', data };
}
