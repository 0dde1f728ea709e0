import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './sqlite-error.ts';

/**
 * Milliseconds until the next try for a lock. SQLite's own busy timeout blocks the event loop and starves some of the
 * writers for seconds; short waits of random length give everybody the same chance.
 */
export const retryDelay = (): number => 1 + Math.random();

/** Runs `attempt` until it finds the database unlocked; after `timeoutMs` throws what it threw. */
export async function retryBusy<T>(attempt: () => T, timeoutMs: number): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(retryDelay());
  }
}
