import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../contract/errors.ts';
import type { OrchestratorSight } from '../agents/liveness.ts';
import { identifyProcess, isAlive, isSuspended } from '../agents/process-tree.ts';
import type { Lease, LeaseInfo, Leases } from '../log/log.ts';
import { type OrchestratorOptions, runOrchestrator } from './run.ts';

export const ORCHESTRATOR_LEASE = 'orchestrator';
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

const holderOfThisProcess = (): string =>
  JSON.stringify({ ...identifyProcess(process.pid), pids: pidNamespace(), id: randomUUID() });

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
  leases: Leases,
  holder: string,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  let told = false;
  while (!signal.aborted) {
    const lease = await takeLease(leases, holder, note);
    if (lease) return lease;
    const other = await leases.holder(ORCHESTRATOR_LEASE);
    const info = other && parseHolder(other);
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

export interface ServeOptions extends OrchestratorOptions {
  readonly leases: Leases;
  /** Wait while another orchestrator holds the lease, instead of ending at once. */
  readonly takeOver: boolean;
}

/** Takes the lease and orchestrates for as long as it is held. Returns why it ended. */
export async function serve(
  options: ServeOptions,
  signal: AbortSignal,
): Promise<'idle' | 'stopped' | 'lease lost' | 'not needed'> {
  const { leases, note } = options;
  const holder = holderOfThisProcess();
  const lease = options.takeOver
    ? await waitForLease(leases, holder, note, signal)
    : await takeLease(leases, holder, note);
  if (!lease) return options.takeOver ? 'stopped' : 'not needed';
  const lost = new AbortController();
  let heldUntil = performance.now() + TTL_MS;
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const asked = performance.now();
    renewing = lease.renew().then(
      (held) => {
        heldUntil = asked + TTL_MS;
        if (held) return;
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
    await runOrchestrator(options, AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
    await renewing;
    // A log that cannot be written is no reason not to say why this has ended; the lease runs out by itself.
    await lease.release().catch((error: unknown) => note(messageOf(error)));
  }
  if (lost.signal.aborted) return 'lease lost';
  return signal.aborted ? 'stopped' : 'idle';
}
