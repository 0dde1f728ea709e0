import { LineclearError, hasCode } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { EventLog, ReadQuery } from './log.ts';

export interface SubscribeOptions extends Pick<ReadQuery, 'after' | 'taskId' | 'types' | 'truncatedAt'> {
  readonly signal: AbortSignal;
  /** Events per batch at most. */
  readonly batchSize?: number;
}

export interface Batch {
  readonly events: readonly AgentEvent[];
  /** The cursor after this batch: subscribe with it as `after` to go on. */
  readonly position: number;
  /** True when the batch reached the head that was seen: from here on events are live. */
  readonly caughtUp: boolean;
}

/**
 * Follows a log from `after` on (exclusive) until the signal is aborted, which ends the iteration without an error.
 * Gap-free on every backend by construction: it only ever reads on from its own position, and every wake-up means no
 * more than "look again". Where history was truncated behind its position it throws `history_truncated`. The first batch with `caughtUp` comes even if the log is empty. While a server is away it waits.
 */
export async function* subscribe(
  log: EventLog,
  options: SubscribeOptions,
): AsyncGenerator<Batch, void, void> {
  const { signal, taskId, types, truncatedAt = 0, batchSize = 1000 } = options;
  const filtered = taskId !== undefined || types !== undefined;
  let position = options.after ?? 0;
  let announced = false;
  let told: number | undefined;
  while (!signal.aborted) {
    try {
      const head = told ?? (await log.head());
      told = undefined;
      while (position < head && !signal.aborted) {
        const events: AgentEvent[] = [];
        for await (const event of log.read({
          after: position,
          until: head,
          limit: batchSize,
          taskId,
          types,
          truncatedAt,
        })) {
          const last = events.at(-1)?.sequence ?? position;
          if (!filtered && event.sequence > Math.max(last, truncatedAt) + 1) {
            throw new LineclearError(
              'log_failed',
              `Sequence ${event.sequence} follows ${last}: the log has a gap.`,
            );
          }
          events.push(event);
        }
        // A short batch of a filtered reading means that there is nothing more up to the head.
        position = events.length === batchSize ? (events.at(-1)?.sequence ?? head) : head;
        announced = position === head;
        if (events.length > 0 || announced) yield { events, position, caughtUp: announced };
      }
      if (!announced) {
        announced = true;
        yield { events: [], position, caughtUp: true };
      }
      told = await log.changed(position, signal);
    } catch (error) {
      // Each try waits for the server for a while.
      if (!signal.aborted && !hasCode(error, 'log_unreachable')) throw error;
    }
  }
}
