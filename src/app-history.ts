import type { EventType } from './contract/catalog.ts';
import type { AgentEvent } from './contract/event.ts';
import { replayWorld } from './followed-world.ts';
import type { BlobRef, BlobStore, EventLog } from './log/log.ts';
import { subscribe } from './log/subscribe.ts';
import { exportLines, importLines } from './log/transfer.ts';
import type { World } from './state/world.ts';
import { openOwnArchive } from './open-archive.ts';
import { checkRemoved, explained, readHistory } from './truncated-history.ts';

interface EventQuery {
  /** Up to where the reader knows that history is truncated: there it gets what is left; see {@link AppHistory.truncatedAt}. */
  readonly truncatedAt?: number;
  readonly after?: number;
  readonly until?: number;
  readonly taskId?: string;
  readonly types?: readonly EventType[];
  readonly limit?: number;
}

/** What happened, as the log of an opened workspace has it. */
export interface AppHistory {
  /** Up to this sequence events of tasks that ended long ago were removed; 0 when all are there. */
  truncatedAt(): Promise<number>;
  /**
   * Events from the log, oldest first. Throws `history_truncated` for those of a task whose events were removed, and for who
   * begins before truncated history ends and does not say that it knows.
   */
  events(query?: EventQuery): AsyncIterable<AgentEvent>;
  /** The events of an archive of this workspace, by the name of its file. Throws `archive_damaged`, `archive_missing`. */
  archive(name: string): AsyncIterable<AgentEvent>;
  /** Text that an event refers to (`blob:<sha256>`); undefined when it is not there, as after an import. */
  content(ref: BlobRef): Promise<string | undefined>;
  /** Follows the log from a sequence on (exclusive), event by event, until the signal is aborted. */
  tail(query: {
    after: number;
    taskId?: string;
    truncatedAt?: number;
    signal: AbortSignal;
  }): AsyncIterable<AgentEvent>;
  /** The world as it was when the event `until` had just happened. */
  replay(until: number): Promise<World>;
  /** The log as JSON lines, without the line ends. */
  exportLines(query?: EventQuery): AsyncIterable<string>;
  /** Takes exported lines in; see `importLines`. */
  importLines(lines: AsyncIterable<string> | Iterable<string>): Promise<{ appended: number; known: number }>;
}

interface AppHistoryOptions {
  readonly root: string;
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly world: World;
  /** Aborted when the app is closed. */
  readonly closed: AbortSignal;
}

export function createAppHistory({ root, log, blobs, world, closed }: AppHistoryOptions): AppHistory {
  return {
    events: (query) => readHistory(log, query, world),
    truncatedAt: () => log.truncatedAt(),
    async *archive(name) {
      for await (const { event } of openOwnArchive(root, name)) yield event;
    },
    async content(ref) {
      const content = await blobs.get(ref);
      return content && new TextDecoder().decode(content);
    },
    async *tail({ signal, ...query }) {
      checkRemoved(world.archive.get(query.taskId ?? ''));
      const following = { ...query, signal: AbortSignal.any([signal, closed]) };
      try {
        for await (const batch of subscribe(log, following)) yield* batch.events;
      } catch (error) {
        throw explained(error, world);
      }
    },
    replay: (until) => replayWorld(log, until, world),
    exportLines: (query) => exportLines(readHistory(log, query, world)),
    importLines: (lines) => importLines(log, lines),
  };
}
