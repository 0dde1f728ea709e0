import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { LineclearError } from '../contract/errors.ts';
import type { Lease, Leases } from '../log/log.ts';

const LEASE = 'retention';
/** Renewed before each part; whoever has lost it stops. */
const LEASE_MS = 60_000;

export const busy = () =>
  new LineclearError('log_busy', 'Another process is removing old events of this log.');

/** Whether the process of that name was on this machine, and has ended. */
function hasEnded(holder: string): boolean {
  const [, pid, host] = /^(\d+)@(\S+) /.exec(holder) ?? [];
  if (host !== os.hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** One process at a time removes events: two would write two archives of the same. Throws `log_busy`. */
export async function takeRetentionLease(leases: Leases): Promise<Lease> {
  const holder = `${process.pid}@${os.hostname()} ${randomUUID()}`;
  const free = await leases.acquire(LEASE, holder, LEASE_MS);
  if (free) return free;
  const other = await leases.latest(LEASE);
  const taken = other && hasEnded(other.holder) && (await leases.takeOver(other, holder, LEASE_MS));
  if (!taken) throw busy();
  return taken;
}
