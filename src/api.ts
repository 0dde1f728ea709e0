import type { EventType } from './contract/catalog.ts';
import type { AgentEvent, EventOf } from './contract/event.ts';
import { type ConsumeOptions, type HandlerContext, consume as consumeLog } from './delivery/consume.ts';
import { openWorkspace } from './open-workspace.ts';
import { findRoot } from './workspace-root.ts';

export type { EventData, EventType } from './contract/catalog.ts';
export { LineclearError } from './contract/errors.ts';
export type { AgentEvent, EventOf, HandlerContext };

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
