import { hasCode } from '../contract/errors.ts';
import type { EventLog } from '../log/log.ts';
import type { World } from '../state/world.ts';

/** Waits until the world has what is in the log. */
export interface Settling {
  /** Resolves when everything that the log has by now is in the world, or the orchestrator ends. */
  readonly settled: () => Promise<void>;
  /** The world has more, or the orchestrator ends. */
  readonly wake: () => void;
}

interface SettlingOptions {
  readonly log: Pick<EventLog, 'head'>;
  readonly world: Pick<World, 'position'>;
  /** Aborted when the orchestrator is asked to end: an unreachable server is waited for no longer. */
  readonly stopped: AbortSignal;
  /** Aborted when the orchestrator ends: nothing comes into the world any more. */
  readonly ending: AbortSignal;
}

export function createSettling({ log, world, stopped, ending }: SettlingOptions): Settling {
  const waiting = new Set<{ readonly position: number; readonly resolve: () => void }>();

  /** Waits for a server that is away: what an agent did must not be lost with the turn that it belongs to. */
  async function headOfLog(): Promise<number> {
    for (;;) {
      try {
        return await log.head();
      } catch (error) {
        // Each try waits for the server for a while.
        if (ending.aborted || stopped.aborted || !hasCode(error, 'log_unreachable')) throw error;
      }
    }
  }

  return {
    async settled() {
      const position = await headOfLog();
      if (world.position >= position || ending.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add({ position, resolve });
      await promise;
    },
    wake() {
      for (const waiter of waiting) {
        if (world.position < waiter.position && !ending.aborted) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    },
  };
}
