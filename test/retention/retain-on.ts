import { type FollowedWorld, openWorld, storedPosition } from '../../src/followed-world.ts';
import type { LogBackend, SnapshotStore } from '../../src/log/log.ts';
import { type RetainOptions, retain } from '../../src/retention/retain.ts';

/** The world of a log, up to date. */
export async function worldOf({ log }: LogBackend, snapshots: SnapshotStore): Promise<FollowedWorld> {
  const followed = await openWorld(log, snapshots);
  await followed.refresh();
  return followed;
}

/** Archives what ended more than 30 days ago, unless the options say otherwise. */
export async function retainOn(backend: LogBackend, root: string, options: Partial<RetainOptions> = {}) {
  const { world, refresh } = await worldOf(backend, backend.snapshots);
  return await retain({
    backend,
    world,
    refresh,
    snapshot: await storedPosition(backend.snapshots),
    root,
    days: 30,
    mode: 'archive',
    dryRun: false,
    author: { source: 'cli', id: 'user:ada' },
    signal: new AbortController().signal,
    ...options,
  });
}
