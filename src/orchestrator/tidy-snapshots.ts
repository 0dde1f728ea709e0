import { messageOf } from '../contract/errors.ts';
import { isAtRest } from '../state/archive.ts';
import type { World } from '../state/world.ts';
import { type WantedSnapshots, pruneSnapshots } from '../workspace/prune-snapshots.ts';

/** Not more often than that, in milliseconds: an orchestrator may be idle many times a day. */
const EVERY_MS = 3_600_000;

/** What evidence of tasks that go on is compared with, and what changes outside a plan can be put back from. */
export function wantedSnapshots({ tasks }: Pick<World, 'tasks'>, root: string): WantedSnapshots {
  const all = [...tasks.values()];
  const bases = all
    .filter((task) => !isAtRest(task))
    .flatMap(({ base }) => (base ? [base.first, base.turn] : []));
  const excess = all.flatMap((task) => task.excess.flatMap(({ snapshot }) => snapshot ?? []));
  const worktrees = all.flatMap(({ worktree }) => (worktree?.status === 'open' ? [worktree.path] : []));
  return { ids: [...new Set([...bases, ...excess])], folders: [root, ...worktrees] };
}

interface TidyOptions {
  readonly root: string;
  readonly logId: string;
  readonly world: Pick<World, 'tasks'>;
  /** Resolves when everything that the log has is in {@link world}, or the orchestrator ends. */
  readonly settled: () => Promise<void>;
  readonly ending: AbortSignal;
  readonly note: (line: string) => void;
}

/** Deletes snapshots that nobody wants any more, once in a while. Never throws. */
export function createSnapshotTidier(options: TidyOptions): () => Promise<void> {
  const { root, logId, world, settled, ending, note } = options;
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < EVERY_MS) return;
    last = performance.now();
    try {
      await settled();
      if (!ending.aborted) await pruneSnapshots({ root, logId, ...wantedSnapshots(world, root) });
    } catch (error) {
      note(`old snapshots could not be deleted: ${messageOf(error)}`);
    }
  };
}
