import type { EventData, EventType } from './contract/catalog.ts';
import type { AgentEvent, EventOf } from './contract/event.ts';
import { type ConsumeOptions, type HandlerContext, consume as consumeLog } from './delivery/consume.ts';
import { createOutboxDelivery } from './deliver-outbox.ts';
import { openLater } from './later.ts';
import { AgentMemory } from './memory/agent-memory.ts';
import { loadMemory } from './open-memory.ts';
import { openWorkspace } from './open-workspace.ts';
import type { Delivered } from './outbox/outbox.ts';
import { findRoot } from './workspace-root.ts';

export type { EventData, EventType } from './contract/catalog.ts';
export { LineclearError } from './contract/errors.ts';
export type { AgentEvent, AgentMemory, Delivered, EventOf, HandlerContext };

export interface GroupOptions<T extends EventType> extends Omit<
  ConsumeOptions,
  'group' | 'types' | 'signal' | 'actor' | 'after'
> {
  /** Only these; the same for all workers of a group. Default: all but `delivery.*`, which speak of the groups. */
  readonly types?: readonly T[];
  /** A folder of the workspace whose log it is. Default: the working directory. */
  readonly folder?: string;
  /** Where a group begins that does not exist yet. Default: `beginning`. */
  readonly from?: 'beginning' | 'now';
  /** Ends the work: what is not handled within `graceMs` is given back. Without one it goes on for good. */
  readonly signal?: AbortSignal;
}

/**
 * Hands each event of a workspace's log to one worker of the group, as one of its workers. When the handler throws, the
 * event comes again after 1, 4 and 16 seconds, and then it is a dead letter; at once when it throws a
 * {@link LineclearError} with the code `delivery_rejected`. At least once: let handlers be idempotent by `event.id`.
 * Resolves when the signal is aborted and everything is ended or given back. Throws `group_stopped` when the group stops
 * at a dead letter, and the errors of the log.
 */
export async function consume<T extends EventType = EventType>(
  group: string,
  handler: (event: EventOf<T>, context: HandlerContext) => Promise<void> | void,
  options: GroupOptions<T> = {},
): Promise<void> {
  const { folder = process.cwd(), types, from, signal = new AbortController().signal, ...how } = options;
  const wanted: ReadonlySet<string> | undefined = types && new Set(types);
  const isWanted = (event: AgentEvent): event is AgentEvent & EventOf<T> => wanted?.has(event.type) ?? true;
  const { backend, config } = await openWorkspace({ root: findRoot(folder), create: true });
  try {
    const after = from === 'now' ? await backend.log.head() : 0;
    await consumeLog(
      backend,
      { ...how, group, types, signal, after, actor: { source: 'api', id: `user:${config.userId}` } },
      async (event, context) => {
        if (isWanted(event)) await handler(event, context);
      },
    );
  } finally {
    await backend.close();
  }
}

/** What happened, and who did it. */
export type Happened = {
  [T in EventType]: {
    readonly type: T;
    readonly data: EventData<T>;
    readonly task_id?: string;
    /** The agent that did it on behalf of the person; default: the person. */
    readonly source_agent_id?: string;
  };
}[EventType];

interface FolderOptions {
  /** A folder of the workspace whose log it is. Default: the working directory. */
  readonly folder?: string;
}

/**
 * Stores an event in the outbox of a workspace, without asking its log: it is on the disk when this returns, and is
 * recorded, once and in order, by whoever can next: a window, `lineclear serve`, any command, {@link deliverOutbox}. Returns
 * the event's id. Takes some milliseconds, and as long when the log is away. Throws what is wrong with the event:
 * `invalid_event`, `data_too_large` …; and `outbox_full`, `log_full`, `log_readonly`, `invalid_config`.
 */
export function emitLater(event: Happened, { folder = process.cwd() }: FolderOptions = {}): string {
  return openLater({ root: findRoot(folder), source: 'api' }).emit(event);
}

/**
 * Records what waits in the outbox of a workspace. Resolves to how many were recorded, the files of those that were
 * refused for good, and why the others wait on. Throws `invalid_config` and the errors of opening the log.
 */
export async function deliverOutbox({ folder = process.cwd() }: FolderOptions = {}): Promise<Delivered> {
  const root = findRoot(folder);
  const { backend } = await openWorkspace({ root, create: true });
  try {
    const memory = () => loadMemory(backend, () => undefined);
    return await createOutboxDelivery({ root, log: backend.log, memory }).deliver();
  } finally {
    await backend.close();
  }
}

export interface MemoryOptions extends FolderOptions {
  /** Who reads and writes, on behalf of the person. Default: the person. */
  readonly agent?: string;
  /** The task during which it is done. */
  readonly task?: string;
  /** Hears what handlers throw, and what ends their subscriptions. Default: it is thrown as an uncaught error. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The notes and contexts that all agents of a workspace share, as one of them has them. It keeps no files: a window or
 * `lineclear serve` does. `close` ends its subscriptions. Throws the errors of opening a log.
 */
export async function openMemory({
  folder = process.cwd(),
  agent,
  task,
  onError = (error) =>
    setImmediate(() => {
      throw error;
    }),
}: MemoryOptions = {}): Promise<{ readonly memory: AgentMemory; readonly close: () => Promise<void> }> {
  const { backend, config } = await openWorkspace({ root: findRoot(folder), create: true });
  try {
    const shared = await loadMemory(backend, onError);
    const author = { source: 'api', user_id: config.userId, agent_id: agent, task_id: task };
    return {
      memory: new AgentMemory(shared, author),
      async close() {
        await shared.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}
