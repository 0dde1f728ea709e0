import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { messageOf } from '../contract/errors.ts';
import type { OrchestratorSight } from '../agents/liveness.ts';
import { identifyProcess, isAlive, isSuspended } from '../agents/process-tree.ts';
import type { Lease, LeaseInfo, Leases } from '../log/log.ts';
import { type EndReason, type OrchestratorOptions, runOrchestrator } from './run.ts';

export const ORCHESTRATOR_LEASE = 'orchestrator';
/** Held by the one of a newer version that waits for the other: that one then ends after its current turns. */
const SUCCESSOR_LEASE = 'orchestrator-successor';
const TTL_MS = 10_000;
const RENEW_MS = 1_500;
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

const holderOfThisProcess = (version: string): string =>
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

/** The lease, if it is free, or held by a process that is gone: after a crash the work goes on at once. */
async function takeLease(
  leases: Leases,
  holder: string,
  note: (line: string) => void,
): Promise<Lease | undefined> {
  const lease = await leases.acquire(ORCHESTRATOR_LEASE, holder, TTL_MS);
  if (lease) return lease;
  const other = await leases.holder(ORCHESTRATOR_LEASE);
  if (!other || !isGone(other)) return undefined;
  const taken = await leases.takeOver(other, holder, TTL_MS);
  if (taken) note(`taking over from process ${parseHolder(other)?.pid ?? '?'}, which is gone`);
  return taken;
}

async function waitForLease(
  { leases, note, version }: Pick<ServeOptions, 'leases' | 'note' | 'version'>,
  holder: string,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  let told = false;
  let succession: Lease | undefined;
  while (!signal.aborted) {
    const lease = await takeLease(leases, holder, note);
    if (lease) {
      await succession?.release();
      return lease;
    }
    const other = await leases.holder(ORCHESTRATOR_LEASE);
    const info = other && parseHolder(other);
    // Acquiring it again prolongs it.
    if (isOlder(other, version)) succession = await leases.acquire(SUCCESSOR_LEASE, holder, TTL_MS);
    if (!told)
      note(
        `another orchestrator is running${info ? ` (process ${info.pid} on ${info.host})` : ''}: waiting to take over`,
      );
    told = true;
    // A lease that is released or runs out rings no bell: it has to be looked at.
    await delay(1000, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

export interface ServeOptions extends Omit<OrchestratorOptions, 'retire'> {
  readonly leases: Leases;
  /** Wait while another orchestrator holds the lease, instead of ending at once; one of an older version ends for it. */
  readonly takeOver: boolean;
  /** Version of this program. */
  readonly version: string;
}

/** Takes the lease and orchestrates for as long as it is held. Returns why it ended. */
export async function serve(
  options: ServeOptions,
  signal: AbortSignal,
): Promise<EndReason | 'stopped' | 'lease lost' | 'not needed'> {
  const { leases, note, version } = options;
  const holder = holderOfThisProcess(version);
  const free = await takeLease(leases, holder, note);
  const waits = options.takeOver || isOlder(await leases.holder(ORCHESTRATOR_LEASE), version);
  const lease = free ?? (waits ? await waitForLease(options, holder, signal) : undefined);
  if (!lease) return waits ? 'stopped' : 'not needed';
  const lost = new AbortController();
  const retire = new AbortController();

  async function lookForSuccessor(): Promise<void> {
    const successor = await leases.holder(SUCCESSOR_LEASE);
    if (retire.signal.aborted || !successor || isGone(successor)) return;
    note(
      `version ${parseHolder(successor)?.version ?? '?'} waits to take over: ending after the current turns`,
    );
    retire.abort();
  }

  let why: EndReason = 'idle';
  let heldUntil = performance.now() + TTL_MS;
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const asked = performance.now();
    renewing = lease.renew().then(
      (held) => {
        heldUntil = asked + TTL_MS;
        if (held) return lookForSuccessor();
        note('the lease was lost to another orchestrator: ending');
        lost.abort();
      },
      (error: unknown) => {
        note(`the lease could not be renewed: ${messageOf(error)}`);
        // From now on another orchestrator may have it, without this one being told.
        if (performance.now() >= heldUntil) lost.abort();
      },
    );
  }, RENEW_MS);
  try {
    note(`orchestrating ${options.cwd} as process ${process.pid}`);
    const ending = AbortSignal.any([signal, lost.signal]);
    why = await runOrchestrator({ ...options, retire: retire.signal }, ending);
  } finally {
    clearInterval(timer);
    await renewing;
    // A log that cannot be written is no reason not to say why this has ended; the lease runs out by itself.
    await lease.release().catch((error: unknown) => note(messageOf(error)));
  }
  if (lost.signal.aborted) return 'lease lost';
  return signal.aborted ? 'stopped' : why;
}
