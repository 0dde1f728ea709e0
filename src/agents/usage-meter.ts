import type { EventData } from '../contract/catalog.ts';
import type { TurnUsage } from './agent-update.ts';

/** Counts what one turn used. Agents tell the cost of the whole session, and the tokens that are in the context. */
export function meterUsage(agentName: string, now: () => number) {
  const session = { costUsd: 0, context: 0 };
  const reported = { costUsd: 0, context: 0 };
  let model: string | undefined;
  let began = 0;
  let seen = false;
  return {
    useModel(name: string) {
      model = name;
    },
    context(used: number | undefined, costUsd: number | undefined) {
      seen = true;
      session.context = used ?? session.context;
      session.costUsd = costUsd ?? session.costUsd;
    },
    /** What of a session was reported before this process took it up. */
    adopt(used: number | undefined, costUsd: number | undefined) {
      Object.assign(session, { context: used ?? session.context, costUsd: costUsd ?? session.costUsd });
      Object.assign(reported, session);
    },
    beginTurn() {
      began = now();
      seen = false;
    },
    endTurn(answer: TurnUsage | undefined): EventData<'provider.called'> | undefined {
      const cost = session.costUsd - reported.costUsd;
      // An agent that tells no usage of the turn used at least what the context has grown by.
      const tokens = answer?.tokens ?? sum(answer) ?? Math.max(0, session.context - reported.context);
      Object.assign(reported, session);
      if (!seen && answer?.tokens === undefined && sum(answer) === undefined) return undefined;
      model = answer?.model ?? model;
      const slash = model?.indexOf('/') ?? -1;
      return {
        provider: slash > 0 && model ? model.slice(0, slash) : agentName,
        model: model === undefined ? 'unknown' : model.slice(slash + 1),
        tokens_used: tokens,
        input_tokens: answer?.inputTokens,
        output_tokens: answer?.outputTokens,
        // Differences of decimal fractions: without the noise in their last digits.
        cost_usd: cost > 0 ? Number(cost.toPrecision(9)) : undefined,
        duration_ms: Math.max(0, Math.round(now() - began)),
      };
    },
  };
}

const sum = (answer: TurnUsage | undefined): number | undefined =>
  answer?.inputTokens === undefined && answer?.outputTokens === undefined
    ? undefined
    : (answer.inputTokens ?? 0) + (answer.outputTokens ?? 0);
