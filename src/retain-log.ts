import type { EventOf } from './contract/event.ts';
import { openWorld, storedPosition } from './followed-world.ts';
import { openWorkspace } from './open-workspace.ts';
import { type Retained, type RetainResult, retain } from './retention/retain.ts';

export interface RetainLogOptions {
  readonly root: string;
  readonly overrides?: unknown;
  /** Which kind of door asks for it. */
  readonly source: 'vscode' | 'cli' | 'orchestrator';
  /** How long ago a task has ended at least; default: as configured. */
  readonly days?: number | undefined;
  readonly mode: 'archive' | 'delete';
  /** Only say what could go. */
  readonly dryRun: boolean;
  /** Whether others may have to wait for a moment, so that the file of the log gets smaller at once. */
  readonly thorough: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: Retained) => void;
}

export interface RetainLogResult extends RetainResult {
  readonly days: number;
  /** What the log takes, before and after, where it is known. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/**
 * Archives or deletes the events of tasks that ended long ago, see `retain`. Throws what that throws, `invalid_config`,
 * `no_log` and the errors of `openLog`.
 */
export async function retainLog(options: RetainLogOptions): Promise<RetainLogResult> {
  const { root, overrides, source, mode, dryRun, thorough, signal, onProgress } = options;
  const { config, backend } = await openWorkspace({ root, overrides, create: false });
  try {
    const followed = await openWorld(backend.log, backend.snapshots);
    const { bytes: before } = await backend.facts();
    const days = options.days ?? config.retention.days;
    const author = { source, id: `user:${config.userId}` };
    const snapshot = await storedPosition(backend.snapshots);
    const { world } = followed;
    const refresh = () => followed.refresh();
    const result = await retain({
      backend,
      world,
      refresh,
      snapshot,
      root,
      days,
      mode,
      dryRun,
      author,
      signal,
      onProgress,
    });
    if (dryRun) return { ...result, days, before };
    if (result.tasks > 0 || thorough) await backend.reclaim?.({ gentle: !thorough, signal });
    return { ...result, days, before, after: (await backend.facts()).bytes };
  } finally {
    await backend.close();
  }
}

/** What the log says about truncated history, the oldest first. Throws as {@link retainLog}. */
export async function listArchives(root: string): Promise<EventOf<'history.truncated'>[]> {
  const { backend } = await openWorkspace({ root, create: false, mayRead: true });
  try {
    const found: EventOf<'history.truncated'>[] = [];
    const types = ['history.truncated'] as const;
    for await (const event of backend.log.read({ types, truncatedAt: Infinity }))
      if (event.type === 'history.truncated') found.push(event);
    return found;
  } finally {
    await backend.close();
  }
}
