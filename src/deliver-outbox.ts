import { parseDraft } from './contract/draft.ts';
import { LineclearError } from './contract/errors.ts';
import { outboxIn, type LaterEntry } from './later.ts';
import { newEventId } from './log/event-id.ts';
import type { EventLog, LogConnection } from './log/log.ts';
import type { Memory } from './memory/memory.ts';
import { loadTaskResults } from './open-memory.ts';
import { keepDelivering } from './outbox/keep-delivering.ts';
import type { Delivered, OutboxStatus } from './outbox/outbox.ts';

interface OutboxDeliveryOptions {
  readonly root: string;
  readonly log: EventLog;
  readonly connection?: LogConnection | undefined;
  readonly memory: () => Promise<Memory>;
}

/** What waits, and why it still does. */
export interface OutboxState extends OutboxStatus {
  readonly cause: LineclearError | undefined;
}

export interface OutboxDelivery {
  readonly state: OutboxState;
  /** Records what waits, as far as that is possible now. Never throws. */
  deliver(): Promise<Delivered>;
  /** Does that again and again until the signal is aborted; says when {@link state} may be another. */
  keep(signal: AbortSignal, onChange: () => void): Promise<void>;
}

/**
 * An event that comes late is checked like one that comes at once. That what a new task depends on exists is not: one
 * that waits for what does not come says so in the Inbox.
 */
async function checkTask(log: EventLog, taskId: string | undefined, type: string): Promise<void> {
  if (taskId === undefined || type === 'task.created') return;
  for await (const _ of log.read({ taskId, limit: 1 })) return;
  throw new LineclearError('task_not_found', `There is no task '${taskId}'.`, { field: 'task_id' });
}

async function record(
  { log, memory }: Pick<OutboxDeliveryOptions, 'log' | 'memory'>,
  { id, at, request }: LaterEntry,
): Promise<void> {
  if (request.kind === 'event') {
    const defaults = { tenantId: log.tenantId, newId: newEventId, now: () => new Date() };
    const draft = parseDraft(request.event, defaults);
    await checkTask(log, draft.task_id, draft.type);
    await log.append([draft]);
    return;
  }
  const author = { ...request.author, at };
  const store = await memory();
  if (request.kind === 'context') {
    const { agent_id: agentId, patch } = request;
    await store.updateAgentContext({ agentId, patch, id }, author);
    return;
  }
  const { recordTaskResult } = await loadTaskResults();
  await recordTaskResult(store, request.result, author, id);
}

/** Records what waits in the outbox of a workspace, in its log. */
export function createOutboxDelivery({ root, connection, ...target }: OutboxDeliveryOptions): OutboxDelivery {
  const outbox = outboxIn(root);
  let state: OutboxState = { ...outbox.status(), cause: undefined };

  /** Why nothing can be recorded now, so that nobody waits for an append that fails; the connection tells when it is back. */
  function away(): LineclearError | undefined {
    if (!connection || connection.state.connected) return undefined;
    const { address, cause = `${address} cannot be reached.` } = connection.state;
    return new LineclearError('log_unreachable', cause);
  }
  let onChange: (() => void) | undefined;

  function become(cause: LineclearError | undefined): void {
    const before = state;
    state = { ...outbox.status(), cause };
    const isSame =
      before.waiting === state.waiting &&
      before.refused.length === state.refused.length &&
      before.cause?.message === cause?.message;
    if (!isSame) onChange?.();
  }

  async function deliver(): Promise<Delivered> {
    // Recording may take a while, during which it is shown that something waits.
    become(state.cause);
    const cause = state.waiting > 0 ? away() : undefined;
    const result = cause
      ? { delivered: 0, refused: [], cause }
      : await outbox.deliver((entry) => record(target, entry));
    become(result.cause);
    return result;
  }

  return {
    get state() {
      return state;
    },
    deliver,
    keep(signal, listener) {
      onChange = listener;
      const onHope =
        connection && ((hope: () => void) => connection.onState(({ connected }) => connected && hope()));
      return keepDelivering({ deliver, signal, onHope });
    },
  };
}
