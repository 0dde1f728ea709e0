import * as acp from '@agentclientprotocol/sdk';
import { LineclearError } from '../contract/errors.ts';
import { openAcpConnection } from './acp-connection.ts';
import type { AcpConnection } from './acp-connection.ts';
import { agentFailed, providerReport, rateLimited } from './acp-error.ts';
import { openAcpSession } from './acp-open.ts';
import type { OpenedSession } from './acp-open.ts';
import { parsePromptAnswer } from './acp-update.ts';
import { isLimitNotice } from './rate-limit.ts';
import type { PromptAnswer } from './acp-update.ts';
import type { AgentHandlers, AgentLaunch, AgentSession, TurnResult } from './agent.ts';
import type { AgentProcess } from '../contract/events/agent.ts';

export interface AcpLimits {
  /** Milliseconds that an agent may take to stop its turn when it is asked to; then its process is ended. */
  readonly cancelMs: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly stopMs: number;
}

const LIMITS: AcpLimits = { cancelMs: 5_000, stopMs: 2_000 };

/** It lives in one process. */
export interface AcpSession extends AgentSession {
  readonly process: AgentProcess;
  readonly sessionId: string;
}

type StartAcpAgent = (
  launch: AgentLaunch,
  handlers: AgentHandlers,
  signal: AbortSignal,
) => Promise<AcpSession>;

/** Starts any agent that speaks the Agent Client Protocol on its standard input and output; see `StartAgent`. */
export const startAcpAgent: StartAcpAgent = acpStarter(LIMITS);

/** The same with limits of its own. */
export function acpStarter(limits: Partial<AcpLimits>): StartAcpAgent {
  const { cancelMs, stopMs } = { ...LIMITS, ...limits };
  return async (launch, handlers, signal) => {
    signal.throwIfAborted();
    const connection = await openAcpConnection(launch, handlers, stopMs);
    const began = performance.now();
    try {
      const opened = await orAbort(openAcpSession(connection, launch), signal);
      return createSession({ connection, handlers, name: launch.name, opened, cancelMs });
    } catch (error) {
      await connection.tree.stop();
      if (!signal.aborted) throw agentFailed(launch.name, error);
      const reason: unknown = signal.reason;
      const isLate = reason instanceof DOMException && reason.name === 'TimeoutError';
      throw isLate ? connection.lateError(performance.now() - began) : reason;
    }
  };
}

interface SessionParts {
  readonly connection: AcpConnection;
  readonly handlers: AgentHandlers;
  readonly name: string;
  readonly opened: OpenedSession;
  readonly cancelMs: number;
}

function createSession({ connection, handlers, name, opened, cancelMs }: SessionParts): AcpSession {
  const { sessionId, resumption } = opened;
  const { tree, reports } = connection;
  let busy = false;

  const askPrompt = async (text: string): Promise<PromptAnswer> => {
    const answer = await connection.request(acp.methods.agent.session.prompt, {
      sessionId,
      prompt: [{ type: 'text', text }],
    });
    const parsed = parsePromptAnswer(answer);
    if (!parsed) throw new LineclearError('agent_protocol', `${name} ended its turn without a reason.`);
    return parsed;
  };

  return {
    process: tree.process,
    sessionId,
    resumption,
    remembers: true,
    ended: connection.ended,
    stop: () => tree.stop(),
    async prompt(text, signal): Promise<TurnResult> {
      if (busy) throw new Error('An agent takes one prompt at a time.');
      if (signal.aborted) return { outcome: 'cancelled', text: '' };
      busy = true;
      const turn = new AbortController();
      let grace: NodeJS.Timeout | undefined;
      const cancel = () => {
        turn.abort();
        connection.notify(acp.methods.agent.session.cancel, { sessionId });
        grace = setTimeout(() => void tree.stop().catch(() => undefined), cancelMs);
      };
      signal.addEventListener('abort', cancel, { once: true });
      connection.beginTurn(turn.signal);
      reports.beginTurn();
      let answer: PromptAnswer | undefined;
      let failure: unknown;
      try {
        answer = await askPrompt(text);
      } catch (error) {
        failure = error;
      }
      signal.removeEventListener('abort', cancel);
      clearTimeout(grace);
      turn.abort();
      await connection.settled();
      const outcome = signal.aborted ? 'cancelled' : outcomeOf(answer?.stopReason);
      const said = reports.endTurn(outcome === 'completed' && answer ? 'completed' : 'failed', answer);
      busy = false;
      const isNotice = outcome === 'completed' && isLimitNotice(said.text);
      if ((answer && !isNotice) || signal.aborted) return { outcome, ...said };
      const error = isNotice
        ? rateLimited(`${name}: ${said.text.trim()}`, said.text)
        : agentFailed(name, failure);
      const limited = providerReport(name, error);
      if (limited) handlers.report(limited);
      throw error;
    },
  };
}

function outcomeOf(stopReason: string | undefined): TurnResult['outcome'] {
  switch (stopReason) {
    case 'max_tokens':
    case 'max_turn_requests':
      return 'limit';
    // We did not cancel; some agents say so when a permission was denied.
    case 'cancelled':
    case 'refusal':
      return 'refused';
    default:
      return 'completed';
  }
}

async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  // A signal that is aborted already tells nobody.
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
