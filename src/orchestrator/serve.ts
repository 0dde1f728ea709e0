import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, Leases } from '../log/log.ts';
import {
  ORCHESTRATOR_LEASE,
  SUCCESSOR_LEASE,
  TTL_MS,
  holderOfThisProcess,
  isGone,
  isOlder,
  parseHolder,
  takeLease,
} from './lease.ts';
import { holdLease } from './held-lease.ts';
import { type EndReason, type OrchestratorOptions, runOrchestrator } from './run.ts';

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

export interface ServeOptions extends Omit<OrchestratorOptions, 'retire' | 'term'> {
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
  const held = holdLease(lease, { note, onRenewed: lookForSuccessor });
  try {
    note(`orchestrating ${options.cwd} as process ${process.pid}`);
    const ending = AbortSignal.any([signal, held.lost]);
    const own = { ...options, log: held.guard(options.log), term: lease.token, retire: retire.signal };
    why = await runOrchestrator(own, ending);
  } finally {
    await held.end();
  }
  if (held.lost.aborted) return 'lease lost';
  return signal.aborted ? 'stopped' : why;
}
