import { setTimeout as delay } from 'node:timers/promises';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { EventLog, Lease, Leases } from '../log/log.ts';
import { RENEW_MS, TTL_MS, takeLease } from './lease.ts';

/** Before a lease that cannot be renewed runs out, the agents of its task are to be gone. */
const ENDING_MS = 2_000;

/** The tasks that this orchestrator carries out: each by a lease that is renewed until it is lost or given back. */
export interface TaskLeases {
  has(taskId: string): boolean;
  /** Takes the lease of a task, unless another orchestrator has it. `wasLeft`: whoever had it before did not end well. */
  take(taskId: string): Promise<{ readonly wasLeft: boolean } | undefined>;
  /** `forGood`: the task is over, and nobody will carry it out any more. */
  giveBack(taskId: string, forGood?: boolean): Promise<void>;
  /** Throws `lease_lost` when it is not held, or may not be held any more. */
  ensure(taskId: string): Promise<void>;
  /** The token of the lease: higher with each change of hands. Throws `lease_lost` when it is not held. */
  termOf(taskId: string): number;
  /** The log for who carries out tasks: an append for one whose lease is not held throws `lease_lost`. */
  guard(log: EventLog): EventLog;
  /** Gives all back. */
  end(): Promise<void>;
}

interface TaskLeasesOptions {
  readonly leases: Leases;
  /** See `holderOfThisProcess`. */
  readonly holder: string;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  /** Another orchestrator has the task, or may have it. When it resolves nothing is done for it here any more. */
  readonly onLost: (taskId: string) => Promise<void>;
}

interface Held {
  readonly lease: Lease;
  /** By the clock that nobody sets. */
  until: number;
  renewing?: Promise<void> | undefined;
}

const nameOf = (taskId: string): string => `task:${taskId}`;

export function createTaskLeases({ leases, holder, note, onLost }: TaskLeasesOptions): TaskLeases {
  const held = new Map<string, Held>();

  const isHeld = (taskId: string, own: Held): boolean =>
    held.get(taskId) === own && performance.now() < own.until;

  function lose(taskId: string, own: Held): void {
    if (held.get(taskId) !== own) return;
    held.delete(taskId);
    note(`${taskId}: another orchestrator carries it on, or may do so`);
    void onLost(taskId).catch((error: unknown) => note(messageOf(error)));
  }

  async function renewOnce(taskId: string, own: Held): Promise<void> {
    const asked = performance.now();
    // A server that is away does not say so before the lease has run out.
    const enough = new AbortController();
    const late = delay(Math.max(RENEW_MS, own.until - asked), 'late' as const, { signal: enough.signal });
    late.catch(() => undefined);
    try {
      const answer = await Promise.race([own.lease.renew(), late]);
      if (answer === true) own.until = asked + TTL_MS - ENDING_MS;
      else if (answer === false || !isHeld(taskId, own)) lose(taskId, own);
    } catch (error) {
      note(`${taskId}: its lease could not be renewed: ${messageOf(error)}`);
      if (!isHeld(taskId, own)) lose(taskId, own);
    } finally {
      enough.abort();
    }
  }

  const renew = (taskId: string, own: Held): Promise<void> =>
    (own.renewing ??= renewOnce(taskId, own).finally(() => {
      own.renewing = undefined;
    }));

  /** A process that was stopped for a while must not go on as if no time had passed. */
  async function ensure(taskId: string): Promise<void> {
    const own = held.get(taskId);
    if (own && !isHeld(taskId, own)) await renew(taskId, own);
    if (!own || !isHeld(taskId, own))
      throw new LineclearError('lease_lost', 'Another orchestrator has taken over.');
  }

  const timer = setInterval(() => {
    for (const [taskId, own] of held) void renew(taskId, own);
  }, RENEW_MS);

  async function giveBack(taskId: string, forGood = false): Promise<void> {
    const own = held.get(taskId);
    held.delete(taskId);
    await own?.renewing;
    // A log that cannot be written is no reason not to go on; the lease runs out by itself.
    await own?.lease.release({ forGood }).catch((error: unknown) => note(messageOf(error)));
  }

  return {
    has: (taskId) => held.has(taskId),
    async take(taskId) {
      const taken = await takeLease(leases, nameOf(taskId), holder);
      if (!taken) return undefined;
      const { lease, asked, wasLeft } = taken;
      held.set(taskId, { lease, until: asked + TTL_MS - ENDING_MS });
      return { wasLeft };
    },
    giveBack,
    ensure,
    termOf(taskId) {
      const own = held.get(taskId);
      if (!own) throw new LineclearError('lease_lost', 'Another orchestrator has taken over.');
      return own.lease.token;
    },
    guard: (log) => ({
      ...log,
      async append(drafts, options) {
        const taskIds = new Set(drafts.flatMap(({ task_id }) => task_id ?? []));
        for (const taskId of taskIds) await ensure(taskId);
        return await log.append(drafts, options);
      },
    }),
    async end() {
      clearInterval(timer);
      await Promise.all([...held.keys()].map((taskId) => giveBack(taskId)));
    },
  };
}
