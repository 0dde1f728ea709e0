import type { EventData } from '../contract/catalog.ts';
import type { TurnUsage } from './agent-update.ts';

/** As few events as budgets need: what a turn uses may be told many times a second. */
const WORTH_TELLING = { tokens: 10_000, costUsd: 0.1 };

/** Counts what one turn used. Agents tell the cost of the whole session, and the tokens that are in the context. */
export function meterUsage(agentName: string, elapsed: () => number) {
  const session = { costUsd: 0, context: 0 };
  const reported = { costUsd: 0, context: 0 };
  let model: string | undefined;
  let began = 0;
  let seen = false;
  /** Tokens of this turn that were told before its end. */
  let told = 0;

  /** The last part of a turn, or one before it. */
  function part(answer: TurnUsage | undefined): EventData<'provider.called'> {
    const cost = session.costUsd - reported.costUsd;
    const whole = answer?.tokens ?? sum(answer);
    // An agent that tells no usage of the turn used at least what the context has grown by.
    const growth = Math.max(0, session.context - reported.context);
    const tokens = whole === undefined ? growth : Math.max(0, whole - told);
    Object.assign(reported, session);
    model = answer?.model ?? model;
    const slash = model?.indexOf('/') ?? -1;
    return {
      provider: slash > 0 && model ? model.slice(0, slash) : agentName,
      model: model === undefined ? 'unknown' : model.slice(slash + 1),
      tokens_used: tokens,
      // These are of the whole turn.
      ...(told === 0 && { input_tokens: answer?.inputTokens, output_tokens: answer?.outputTokens }),
      // Differences of decimal fractions: without the noise in their last digits.
      cost_usd: cost > 0 ? Number(cost.toPrecision(9)) : undefined,
      duration_ms: Math.max(0, Math.round(elapsed() - began)),
    };
  }

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
      began = elapsed();
      seen = false;
      told = 0;
    },
    /** What of a turn that goes on is worth telling now, so that a budget is kept meanwhile. */
    partOfTurn(): EventData<'provider.called'> | undefined {
      const tokens = session.context - reported.context;
      const cost = session.costUsd - reported.costUsd;
      if (tokens < WORTH_TELLING.tokens && cost < WORTH_TELLING.costUsd) return undefined;
      const used = part(undefined);
      told += used.tokens_used ?? 0;
      // If nothing comes any more, the end of the turn has nothing to add.
      seen = false;
      return used;
    },
    endTurn(answer: TurnUsage | undefined): EventData<'provider.called'> | undefined {
      return seen || answer?.tokens !== undefined || sum(answer) !== undefined ? part(answer) : undefined;
    },
  };
}

const sum = (answer: TurnUsage | undefined): number | undefined =>
  answer?.inputTokens === undefined && answer?.outputTokens === undefined
    ? undefined
    : (answer.inputTokens ?? 0) + (answer.outputTokens ?? 0);
