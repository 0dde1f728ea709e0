import type { OrchestratorSight } from '../agents/liveness.ts';
import { lookAt } from '../agents/process-tree.ts';
import { Silence } from '../agents/silence.ts';
import type { Leases } from '../log/log.ts';
import { SILENT_MS, TTL_MS, isSeen, parseHolder } from './lease.ts';
import { presenceLease } from './presence.ts';

/** How long an orchestrator may be silent that runs where nobody can look. */
const FORGOTTEN_MS = 30_000;

/**
 * What can be seen of an orchestrator by its id, look by look: its lease, which it renews every 1.5 s, is the heartbeat of
 * all its agents, and its process tells the rest where that can be seen.
 */
export function createOrchestratorLook(
  leases: Pick<Leases, 'latest'>,
  now: () => Date,
  silence = new Silence(),
): (id: string) => Promise<OrchestratorSight> {
  return async (id) => {
    const lease = await leases.latest(presenceLease(id));
    // It gave it back when it ended.
    if (!lease) return 'gone';
    const holder = parseHolder(lease);
    const seen = isSeen(holder);
    if (seen === false) return 'gone';
    const silent = silence.of(id, lease.expiresAt.getTime() - TTL_MS, now().getTime());
    if (silent > FORGOTTEN_MS && !seen) return 'gone';
    return silent > SILENT_MS || (seen && holder && lookAt(holder) === 'suspended') ? 'silent' : 'responding';
  };
}
