import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as z from 'zod';
import type { OrchestratorSight } from '../agents/liveness.ts';
import { identifyProcess, isAlive, isSuspended } from '../agents/process-tree.ts';
import type { LeaseInfo, Leases } from '../log/log.ts';

export const ORCHESTRATOR_LEASE = 'orchestrator';
/** Held by the one of a newer version that waits for the other: that one then ends after its current turns. */
export const SUCCESSOR_LEASE = 'orchestrator-successor';
export const TTL_MS = 10_000;
export const RENEW_MS = 1_500;
/** Two renewals that did not come. */
const SILENT_MS = 2 * RENEW_MS;
/** How long an orchestrator may be silent that runs where nobody can look. */
const FORGOTTEN_MS = 30_000;

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  started: z.string().optional(),
  /** Where its pid counts: the processes of a container are not seen from outside, and those outside not from in it. */
  pids: z.string().optional(),
  id: z.string(),
  /** Version of the program. */
  version: z.string().optional(),
});

/** Who holds the lease, as it stands in it: enough to find the process. */
export type OrchestratorHolder = z.infer<typeof holderSchema>;

export function parseHolder(lease: LeaseInfo): OrchestratorHolder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(lease.holder)).data;
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return process.platform;
  }
}

export const holderOfThisProcess = (version: string): string =>
  JSON.stringify({ ...identifyProcess(process.pid), pids: pidNamespace(), id: randomUUID(), version });

/** Whether the holder of a lease is of an older version than this, as far as it says which it is of. */
export function isOlder(lease: LeaseInfo | undefined, version: string): boolean {
  const other = lease && parseHolder(lease)?.version;
  return other !== undefined && other.localeCompare(version, 'en', { numeric: true }) < 0;
}

/** Whether the process that holds the lease has ended without giving it back, as far as that can be seen from here. */
export function isGone(lease: LeaseInfo): boolean {
  const holder = parseHolder(lease);
  return holder?.pids === pidNamespace() && isAlive(holder) === false;
}

/**
 * What can be seen of the orchestrator: its lease, which it renews every 1.5 s, is the heartbeat of all its agents, and
 * its process tells the rest where that can be seen.
 */
export async function lookAtOrchestrator(leases: Leases, now = Date.now()): Promise<OrchestratorSight> {
  const lease = await leases.latest(ORCHESTRATOR_LEASE);
  const holder = lease && parseHolder(lease);
  if (!holder) return 'unknown';
  if (isGone(lease)) return 'gone';
  const isSeen = holder.pids === pidNamespace() && isAlive(holder) === true;
  const silence = now - (lease.expiresAt.getTime() - TTL_MS);
  if (silence > FORGOTTEN_MS && !isSeen) return 'gone';
  return silence > SILENT_MS || (isSeen && isSuspended(holder)) ? 'silent' : 'responding';
}
