import type { AgentEvent } from './contract/event.ts';
import type { EventLog, Snapshot, SnapshotStore } from './log/log.ts';
import { subscribe } from './log/subscribe.ts';
import { inSlices } from './slices.ts';
import { checkRemoved, truncatedError } from './truncated-history.ts';
import { reduceTask } from './state/reduce-task.ts';
import type { TaskState } from './state/task.ts';
import { WORLD_VERSION, type World, type WorldFold, createWorld } from './state/world.ts';

/** What was folded, for views: everything is in the world already. */
export interface WorldChange {
  readonly events: readonly AgentEvent[];
  /** False while the past is still being read. */
  readonly live: boolean;
}

/** The state of a log, kept up to date on request or all the time. */
export interface FollowedWorld {
  readonly world: World;
  /** Reads up to the log's head. */
  refresh(): Promise<void>;
  /**
   * Makes an archived task whole again, from its own events. Returns it, or undefined when there is none. Throws
   * `history_truncated` where these were removed.
   */
  recall(taskId: string): Promise<TaskState | undefined>;
  /**
   * Follows the log until the signal is aborted and calls the listener after each batch. `past` resolves when the past
   * has been read; `ended` when it does not follow any more, and rejects with what the log or the listener threw.
   */
  follow(
    listener: (change: WorldChange) => void,
    signal: AbortSignal,
  ): { readonly past: Promise<void>; readonly ended: Promise<void> };
}

/** Events after which the folded world is stored: the next start reads that and no more than so many events. */
export const SNAPSHOT_EVERY = 2000;
const REDUCER = 'world';

/**
 * The world of a snapshot; an empty one if there is none, or none that can be used: one of events that are not in the log
 * is that of another log, and behind one that is older than truncated history some would be missing.
 */
function worldOf(snapshot: Snapshot | undefined, head: number, truncatedAt: number): WorldFold {
  if (!snapshot || snapshot.sequence > head || snapshot.sequence < truncatedAt) return createWorld();
  try {
    return createWorld(snapshot.state);
  } catch {
    // Derived only: everything is in the events.
    return createWorld();
  }
}

/** A window and a terminal may speak different languages, and share the snapshot. */
async function retell(world: WorldFold, log: EventLog, truncatedAt: number): Promise<void> {
  for (const { sequence } of world.foreign)
    for await (const event of log.read({ after: sequence - 1, until: sequence, truncatedAt }))
      world.retell(event);
}

interface LoadedWorld {
  readonly world: WorldFold;
  /** Up to where history was truncated then: what is left there, and the event that tells of it, make the same world. */
  readonly truncatedAt: number;
  readonly store: () => Promise<void>;
}

/** The last event of the newest snapshot; 0 when there is none. */
export const storedPosition = (snapshots: SnapshotStore): Promise<number> =>
  snapshots.position(REDUCER, WORLD_VERSION);

/** The world as of the newest snapshot, and how to store the next ones. */
export async function loadWorld(log: EventLog, snapshots: SnapshotStore): Promise<LoadedWorld> {
  const truncatedAt = await log.truncatedAt();
  const snapshot = await snapshots.get(REDUCER, WORLD_VERSION);
  const world = worldOf(snapshot, await log.head(), truncatedAt);
  await retell(world, log, truncatedAt);
  let stored = world.position;

  return {
    world,
    truncatedAt,
    /** Stores the world if much has happened since the last time, and no other process has done so. Never throws. */
    async store() {
      if (world.position - stored < SNAPSHOT_EVERY) return;
      try {
        stored = await storedPosition(snapshots);
        if (world.position - stored < SNAPSHOT_EVERY) return;
        stored = world.position;
        const pieces: string[] = [];
        await inSlices(world.serialized(), (piece) => pieces.push(piece));
        const state = pieces.join('');
        await snapshots.put({ reducer: REDUCER, reducerVersion: WORLD_VERSION, sequence: stored, state });
      } catch {
        // Without it only the next start is slower; a log that cannot be written is told by whoever has to write.
      }
    },
  };
}

/** The world of a log, from its newest snapshot on. */
export async function openWorld(log: EventLog, snapshots: SnapshotStore): Promise<FollowedWorld> {
  const { world, truncatedAt, store } = await loadWorld(log, snapshots);

  return {
    world,
    async refresh() {
      for await (const event of log.read({ after: world.position, truncatedAt })) world.apply(event);
      await store();
    },
    async recall(taskId) {
      for (;;) {
        const known = world.archive.get(taskId);
        if (!known || world.tasks.has(taskId)) return world.tasks.get(taskId);
        checkRemoved(known);
        let task: TaskState | undefined;
        for await (const event of log.read({ taskId, until: known.version })) task = reduceTask(task, event);
        if (!task) return undefined;
        // It may have gone on while it was read.
        world.recall(task);
      }
    },
    follow(listener, signal) {
      const past = Promise.withResolvers<void>();
      async function run(): Promise<void> {
        let live = false;
        for await (const batch of subscribe(log, { after: world.position, truncatedAt, signal })) {
          await inSlices(batch.events, (event) => world.apply(event));
          listener({ events: batch.events, live });
          if (batch.caughtUp && !live) {
            live = true;
            past.resolve();
          }
          if (live) await store();
        }
      }
      const ended = run();
      ended.then(past.resolve, past.reject);
      return { past: past.promise, ended };
    },
  };
}

/**
 * The world as it was when the event `until` had just happened, with all its tasks whole. Throws `history_truncated` when
 * more was to be seen then than is left of it.
 */
export async function replayWorld(log: EventLog, until: number, now: World): Promise<World> {
  const { history } = now;
  if (history && until < history.sequence) throw truncatedError(history);
  const world = createWorld(undefined, { keepWhole: Infinity });
  for await (const event of log.read({ until, truncatedAt: await log.truncatedAt() })) world.apply(event);
  return world;
}
