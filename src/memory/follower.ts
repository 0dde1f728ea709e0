import type { AgentEvent } from '../contract/event.ts';
import type { EventLog, SnapshotStore } from '../log/log.ts';
import { MEMORY_TYPES, MEMORY_VERSION, MemoryFold, type MemoryState } from '../state/memory.ts';

const REDUCER = 'memory';
/** Sequences after which the folded memory is stored: the next start reads that and no more than so many events. */
const SNAPSHOT_EVERY = 2000;

/** The memory as of the log; every reading goes through {@link refresh}, so it is never older than what was seen. */
export interface MemoryFollower {
  readonly state: MemoryState;
  /** Reads up to the head of the log, as it is when this is called or later. */
  refresh(): Promise<void>;
}

/** Folds the memory from its newest snapshot on; `onEvents` gets what was folded since, once it is in the state. */
export async function followMemory(
  log: EventLog,
  snapshots: SnapshotStore,
  onEvents: (events: readonly AgentEvent[]) => void,
): Promise<MemoryFollower> {
  const fold = await load(log, snapshots);
  let stored = fold.position;
  let turn: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    const head = await log.head();
    if (head <= fold.position) return;
    const events: AgentEvent[] = [];
    const query = { after: fold.position, until: head, types: MEMORY_TYPES };
    try {
      // What the memory is made of is never removed.
      for await (const event of log.read({ ...query, truncatedAt: Infinity })) {
        fold.apply(event);
        events.push(event);
      }
      fold.position = head;
    } finally {
      // Also those before a loss of the connection: they are in the state, and are not read again.
      if (events.length > 0) onEvents(events);
    }
    await store();
  }

  async function store(): Promise<void> {
    if (fold.position - stored < SNAPSHOT_EVERY) return;
    const sequence = fold.position;
    try {
      stored = await snapshots.position(REDUCER, MEMORY_VERSION);
      if (sequence - stored < SNAPSHOT_EVERY) return;
      stored = sequence;
      const state = fold.serialize();
      await snapshots.put({ reducer: REDUCER, reducerVersion: MEMORY_VERSION, sequence, state });
    } catch {
      // Without it only the next start is slower.
    }
  }

  return {
    state: fold,
    refresh() {
      // One after the other: a reading that has begun may have missed what its caller has seen.
      const next = turn.then(read);
      turn = next.catch(() => undefined);
      return next;
    },
  };
}

async function load(log: EventLog, snapshots: SnapshotStore): Promise<MemoryFold> {
  const snapshot = await snapshots.get(REDUCER, MEMORY_VERSION);
  // One of events that are not in the log is that of another log.
  if (!snapshot || snapshot.sequence > (await log.head())) return new MemoryFold();
  try {
    return new MemoryFold(snapshot.state);
  } catch {
    // Derived only: everything is in the events.
    return new MemoryFold();
  }
}
