import { LineclearError, messageOf } from '../contract/errors.ts';
import type { EventLog, Lease } from '../log/log.ts';
import { RENEW_MS, TTL_MS } from './lease.ts';

/** A lease that is renewed until it is lost or given back. */
export interface HeldLease {
  /** Aborted when another one has it, or may have it. */
  readonly lost: AbortSignal;
  /** The log for who holds the lease: an append that comes when it is lost throws `lease_lost`. */
  guard(log: EventLog): EventLog;
  /** Gives it back. */
  end(): Promise<void>;
}

interface HoldOptions {
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  /** Called after each renewal. */
  readonly onRenewed: () => Promise<void>;
}

export function holdLease(lease: Lease, { note, onRenewed }: HoldOptions): HeldLease {
  const lost = new AbortController();
  let heldUntil = performance.now() + TTL_MS;
  let renewing: Promise<void> | undefined;

  const isHeld = () => !lost.signal.aborted && performance.now() < heldUntil;

  async function renewOnce(): Promise<void> {
    const asked = performance.now();
    try {
      if (await lease.renew()) heldUntil = asked + TTL_MS;
      else {
        note('the lease was lost to another orchestrator: ending');
        lost.abort();
      }
    } catch (error) {
      note(`the lease could not be renewed: ${messageOf(error)}`);
      // From now on another orchestrator may have it, without this one being told.
      if (!isHeld()) lost.abort();
    }
  }

  const renew = (): Promise<void> =>
    (renewing ??= renewOnce().finally(() => {
      renewing = undefined;
    }));

  /** A process that was stopped for a while must not go on as if no time had passed. */
  async function ensureHeld(): Promise<void> {
    if (!isHeld() && !lost.signal.aborted) await renew();
    if (!isHeld()) throw new LineclearError('lease_lost', 'Another orchestrator has taken over.');
  }

  async function tick(): Promise<void> {
    if (lost.signal.aborted) return;
    await renew();
    if (isHeld()) await onRenewed();
  }

  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = tick().catch((error: unknown) => note(messageOf(error)));
  }, RENEW_MS);

  return {
    lost: lost.signal,
    guard: (log) => ({
      ...log,
      async append(drafts, options) {
        await ensureHeld();
        return await log.append(drafts, options);
      },
    }),
    async end() {
      clearInterval(timer);
      await ticking;
      // A log that cannot be written is no reason not to say why this has ended; the lease runs out by itself.
      await lease.release().catch((error: unknown) => note(messageOf(error)));
    },
  };
}
