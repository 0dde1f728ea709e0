import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Lease, LeaseInfo, Leases } from '../../log/log.ts';

const TTL_MS = 6000;
const RENEW_MS = 2000;
const LOOK_AGAIN_MS = 1000;

/** Who may hold it. */
export interface FolderHolder {
  /** Another one in each process. */
  readonly name: string;
  /** Whether who holds a lease is known to be gone, so that nobody waits until its time is over. */
  readonly isGone: (lease: LeaseInfo) => boolean;
}

export interface FolderLeaseOptions {
  readonly leases: Leases;
  /** What is done there. */
  readonly name: string;
  readonly folder: string;
  /** By default one of whom nobody can tell. */
  readonly holder?: FolderHolder | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Something went wrong; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** One per folder: the folders of two machines on one log are two. */
const leaseName = ({ name, folder }: Pick<FolderLeaseOptions, 'name' | 'folder'>): string =>
  `${name}-${createHash('sha256')
    .update(`${os.hostname()}\n${fs.realpathSync(folder)}`)
    .digest('hex')
    .slice(0, 16)}`;

async function take(
  leases: Leases,
  lease: string,
  { name, isGone }: FolderHolder,
): Promise<Lease | undefined> {
  const own = await leases.acquire(lease, name, TTL_MS);
  if (own) return own;
  const other = await leases.holder(lease);
  return other && isGone(other) ? await leases.takeOver(other, name, TTL_MS) : undefined;
}

/**
 * Of several processes that do the same in one folder one works, by a lease; another one takes over when it ends. The
 * work's signal is aborted when the lease is lost or all is to end; it may also end by itself and is begun again then.
 * Never rejects.
 */
export async function whileHeld(
  options: FolderLeaseOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { leases, signal, onError } = options;
  const { holder = { name: randomUUID(), isGone: () => false } } = options;
  while (!signal.aborted) {
    try {
      const lease = await take(leases, leaseName(options), holder);
      if (lease) {
        const lost = new AbortController();
        // One that cannot be renewed is in other hands, or will be.
        const renewing = setInterval(() => {
          lease.renew().then(
            (isHeld) => isHeld || lost.abort(),
            () => lost.abort(),
          );
        }, RENEW_MS);
        try {
          await work(AbortSignal.any([signal, lost.signal]));
        } finally {
          clearInterval(renewing);
          await lease.release().catch(() => undefined);
        }
      }
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await wait(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}
