import * as acp from '@agentclientprotocol/sdk';
import { choosePermission } from './acp-permission.ts';
import { answerQuestion, parseQuestion } from './acp-question.ts';
import type { SessionReports } from './session-reports.ts';
import { parsePermission } from './acp-update.ts';
import type { AgentHandlers } from './agent.ts';

interface AcpClientParts {
  readonly handlers: AgentHandlers;
  readonly reports: SessionReports;
  /** Settles when every update before a request has been handled. */
  readonly settled: () => Promise<void>;
  /** Aborted when the turn is over that a request belongs to; undefined outside of turns. */
  readonly turn: () => AbortSignal | undefined;
}

/** Our side of the protocol: what an agent may ask for, which is a permission and an answer. */
export function createAcpClient({ handlers, reports, settled, turn }: AcpClientParts): acp.ClientApp {
  /** Undefined as soon as the agent does not wait any more, and when the handler fails. */
  async function decide<T>(
    signal: AbortSignal,
    handle: (waiting: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const current = turn();
    const waiting = current ? AbortSignal.any([signal, current]) : signal;
    if (waiting.aborted) return undefined;
    const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
    const onAbort = () => resolve(undefined);
    waiting.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([handle(waiting).catch(() => undefined), aborted]);
    } finally {
      waiting.removeEventListener('abort', onAbort);
    }
  }

  return acp
    .client({ name: 'lineclear' })
    .onRequest(
      acp.methods.client.session.requestPermission,
      parsePermission,
      async ({ params, signal }): Promise<acp.RequestPermissionResponse> => {
        await settled();
        const request = reports.describePermission(params);
        const decision = await decide(signal, (waiting) => handlers.decidePermission(request, waiting));
        if (decision !== 'allow') reports.denied(params);
        return { outcome: choosePermission(decision, params.options) };
      },
    )
    .onRequest(acp.methods.client.elicitation.create, parseQuestion, async ({ params, signal }) => {
      await settled();
      return await answerQuestion(params, (question) =>
        decide(signal, (waiting) => handlers.answerQuestion(question, waiting)),
      );
    });
}
