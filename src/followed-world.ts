import type { AgentEvent } from './contract/event.ts';
import type { EventLog, SnapshotStore } from './log/log.ts';
import { subscribe } from './log/subscribe.ts';
import { WORLD_VERSION, type World, createWorld } from './state/world.ts';

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
   * Follows the log until the signal is aborted and calls the listener after each batch. `past` resolves when the past
   * has been read; `ended` when it does not follow any more, and rejects with what the log or the listener threw.
   */
  follow(
    listener: (change: WorldChange) => void,
    signal: AbortSignal,
  ): { readonly past: Promise<void>; readonly ended: Promise<void> };
}

/** Events after which the folded world is stored, so that the next start does not read the whole past. */
const SNAPSHOT_EVERY = 5000;
const REDUCER = 'world';

/** The world of a log, from its newest snapshot on. */
export async function openWorld(log: EventLog, snapshots: SnapshotStore): Promise<FollowedWorld> {
  const snapshot = await snapshots.get(REDUCER, WORLD_VERSION);
  const world = createWorld(snapshot?.state);
  let stored = snapshot?.sequence ?? 0;

  async function storeSnapshot(): Promise<void> {
    if (world.position - stored < SNAPSHOT_EVERY) return;
    stored = world.position;
    const state = world.serialize();
    await snapshots.put({ reducer: REDUCER, reducerVersion: WORLD_VERSION, sequence: stored, state });
  }

  return {
    world,
    async refresh() {
      for await (const event of log.read({ after: world.position })) world.apply(event);
    },
    follow(listener, signal) {
      const past = Promise.withResolvers<void>();
      async function run(): Promise<void> {
        let live = false;
        for await (const batch of subscribe(log, { after: world.position, signal })) {
          for (const event of batch.events) world.apply(event);
          listener({ events: batch.events, live });
          if (!batch.caughtUp || live) continue;
          live = true;
          past.resolve();
          await storeSnapshot();
        }
      }
      const ended = run();
      ended.then(past.resolve, past.reject);
      return { past: past.promise, ended };
    },
  };
}

/** The world as it was when the event `until` had just happened. */
export async function replayWorld(log: EventLog, until: number): Promise<World> {
  const world = createWorld();
  for await (const event of log.read({ until })) world.apply(event);
  return world;
}
