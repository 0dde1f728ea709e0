import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { OrchestratorSight } from '../agents/liveness.ts';
import { identifyProcess, isAlive, lookAt } from '../agents/process-tree.ts';
import { Silence } from '../agents/silence.ts';
import type { Lease, LeaseInfo, Leases } from '../log/log.ts';

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

function isSeenAlive(lease: LeaseInfo): boolean {
  const holder = parseHolder(lease);
  return holder?.pids === pidNamespace() && isAlive(holder) === true;
}

/**
 * What can be seen of the orchestrator, look by look: its lease, which it renews every 1.5 s, is the heartbeat of all its agents, and
 * its process tells the rest where that can be seen.
 */
export function createOrchestratorLook(
  leases: Pick<Leases, 'latest'>,
  now: () => Date,
  silence = new Silence(),
): () => Promise<OrchestratorSight> {
  return async () => {
    const lease = await leases.latest(ORCHESTRATOR_LEASE);
    const holder = lease && parseHolder(lease);
    if (!holder) return 'unknown';
    if (isGone(lease)) return 'gone';
    const isSeen = isSeenAlive(lease);
    const silent = silence.of(lease.name, lease.expiresAt.getTime() - TTL_MS, now().getTime());
    if (silent > FORGOTTEN_MS && !isSeen) return 'gone';
    return silent > SILENT_MS || (isSeen && lookAt(holder) === 'suspended') ? 'silent' : 'responding';
  };
}

/**
 * The lease, if it is free, or held by a process that is gone: after a crash the work goes on at once. One that is past its time
 * while its holder lives is left alone if it is renewed within the time of two renewals: the clock may have jumped.
 */
export async function takeLease(
  leases: Leases,
  holder: string,
  note: (line: string) => void,
  lookAgain: () => Promise<unknown> = () => delay(SILENT_MS),
): Promise<Lease | undefined> {
  const seen = await leases.latest(ORCHESTRATOR_LEASE);
  const isLate = seen !== undefined && (await leases.holder(ORCHESTRATOR_LEASE)) === undefined;
  if (isLate && isSeenAlive(seen)) {
    await lookAgain();
    const now = await leases.latest(ORCHESTRATOR_LEASE);
    if (now && now.expiresAt.getTime() !== seen.expiresAt.getTime()) return undefined;
  }
  const lease = await leases.acquire(ORCHESTRATOR_LEASE, holder, TTL_MS);
  if (lease) return lease;
  const other = await leases.holder(ORCHESTRATOR_LEASE);
  if (!other || !isGone(other)) return undefined;
  const taken = await leases.takeOver(other, holder, TTL_MS);
  if (taken) note(`taking over from process ${parseHolder(other)?.pid ?? '?'}, which is gone`);
  return taken;
}
