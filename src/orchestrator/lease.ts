import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { identifyProcess, isAlive } from '../agents/process-tree.ts';
import type { Lease, LeaseInfo, Leases } from '../log/log.ts';

export const TTL_MS = 10_000;
export const RENEW_MS = 1_500;
/** Two renewals that did not come. */
export const SILENT_MS = 2 * RENEW_MS;

export const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  started: z.string().optional(),
  /** Where its pid counts: the processes of a container are not seen from outside, and those outside not from in it. */
  pids: z.string().optional(),
  id: z.string(),
  /** Version of the program. */
  version: z.string().optional(),
  /** Where its agents work. */
  folder: z.string().optional(),
  /** The project whose tasks it carries out; all, when it names none. */
  project: z.string().optional(),
});

/** An orchestrator, as it stands in its leases: enough to find the process. */
export type OrchestratorHolder = z.infer<typeof holderSchema>;

export function parseHolder(lease: Pick<LeaseInfo, 'holder'>): OrchestratorHolder | undefined {
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

export const holderOfThisProcess = (
  about: Pick<OrchestratorHolder, 'version' | 'host' | 'folder' | 'project'>,
): OrchestratorHolder => ({
  ...identifyProcess(process.pid),
  pids: pidNamespace(),
  id: randomUUID(),
  ...about,
});

/** Whether an orchestrator is of an older version than this, as far as it says which it is of. */
export const isOlder = ({ version: theirs }: OrchestratorHolder, version: string): boolean =>
  theirs !== undefined && theirs.localeCompare(version, 'en', { numeric: true }) < 0;

/** Whether the process of an orchestrator runs, as far as that can be seen from here. */
export const isSeen = (holder: OrchestratorHolder | undefined): boolean | undefined =>
  holder?.pids === pidNamespace() ? isAlive(holder) : undefined;

/** Whether the process that holds the lease has ended without giving it back, as far as that can be seen from here. */
export const isGone = (lease: LeaseInfo): boolean => isSeen(parseHolder(lease)) === false;

/** A lease that was taken. */
export interface TakenLease {
  readonly lease: Lease;
  /** When it was asked for, by the clock that nobody sets: from then on it counts. */
  readonly asked: number;
  /** Whether whoever had it before has not given it back. */
  readonly wasLeft: boolean;
}

/**
 * A lease, if it is free, or held by a process that is gone: after a crash the work goes on at once. One that is past its
 * time while its holder lives is left alone if it is renewed within the time of two renewals: the clock may have jumped.
 */
export async function takeLease(
  leases: Leases,
  name: string,
  holder: string,
  lookAgain: () => Promise<unknown> = () => delay(SILENT_MS),
): Promise<TakenLease | undefined> {
  const seen = await leases.latest(name);
  const wasLeft = seen !== undefined;
  if (seen && seen.holder !== holder) {
    const sight = isSeen(parseHolder(seen));
    if (sight === false) {
      const asked = performance.now();
      const taken = await leases.takeOver(seen, holder, TTL_MS);
      return taken && { lease: taken, asked, wasLeft };
    }
    if (await leases.holder(name)) return undefined;
    if (sight === true) {
      await lookAgain();
      const now = await leases.latest(name);
      if (now && now.expiresAt.getTime() !== seen.expiresAt.getTime()) return undefined;
    }
  }
  const asked = performance.now();
  const lease = await leases.acquire(name, holder, TTL_MS);
  return lease && { lease, asked, wasLeft };
}
