import path from 'node:path';
import * as z from 'zod';
import { completeDraft } from './contract/draft.ts';
import { withOrigin } from './contract/origin.ts';
import { redact } from './contract/redact.ts';
import { newEventId } from './log/event-id.ts';
import { toLogError } from './log/sqlite/sqlite-error.ts';
import type { Author } from './memory/author.ts';
import { loadTaskResults } from './open-memory.ts';
import { makeFolder, readConfigAlone } from './open-workspace.ts';
import { Outbox, type OutboxEntry } from './outbox/outbox.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

const authorSchema = z.strictObject({
  source: z.string(),
  user_id: z.string(),
  agent_id: z.string().optional(),
});

const requestSchema = z.discriminatedUnion('kind', [
  /** An event of the catalog, whole. */
  z.strictObject({ kind: z.literal('event'), event: z.record(z.string(), z.unknown()) }),
  /** A change of the context of an agent. */
  z.strictObject({
    kind: z.literal('context'),
    agent_id: z.string(),
    patch: z.record(z.string(), z.json()),
    author: authorSchema,
  }),
  /** What came of a task that another program carried out. */
  z.strictObject({
    kind: z.literal('task_result'),
    result: z.strictObject({
      task: z.string(),
      status: z.enum(['completed', 'failed', 'rejected']),
      domain: z.string(),
      summary: z.string().optional(),
      report: z.string().optional(),
    }),
    author: authorSchema,
  }),
]);

/** What can be recorded later. */
export type LaterRequest = z.infer<typeof requestSchema>;
export type LaterEntry = OutboxEntry<LaterRequest>;

/** What waits in a workspace for its log. */
export const outboxIn = (root: string): Outbox<LaterRequest> =>
  new Outbox(path.join(root, LINECLEAR_DIR, 'outbox'), requestSchema);

export interface LaterOptions {
  readonly root: string;
  /** Kind of program that reports it. */
  readonly source: string;
  /** Who does it on behalf of the person. */
  readonly agentId?: string | undefined;
}

/** Puts things into the outbox of a workspace without asking its log. Each is checked, without secrets, and on the disk when it resolves. */
export interface Later {
  /**
   * An event: its type and data, and what of the envelope is not to have its default. Returns its id. Throws the errors of
   * `completeDraft`, `outbox_full`, `log_full`, `log_readonly`, `log_failed`.
   */
  emit(event: Readonly<Record<string, unknown>>): string;
  /** A change of the context of an agent; later ones of others may come before it. Throws as {@link emit}. */
  updateContext(agentId: string, patch: Extract<LaterRequest, { kind: 'context' }>['patch']): string;
  /** What came of a task. Throws as {@link emit}, and `invalid_note`, `note_too_large`. */
  taskResult(result: Extract<LaterRequest, { kind: 'task_result' }>['result']): Promise<string>;
}

/** Throws `invalid_config`. */
export function openLater({ root, source, agentId }: LaterOptions): Later {
  const { userId, log } = readConfigAlone({ root });
  const author: Author = { source, user_id: userId, ...(agentId !== undefined && { agent_id: agentId }) };
  const complete = (draft: unknown) =>
    completeDraft(draft, { tenantId: log.tenantId, newId: newEventId, now: () => new Date() });
  const originOf = (event: Readonly<Record<string, unknown>>) =>
    withOrigin(event, { source, userId, agentId });

  function put(request: unknown, id = newEventId()): string {
    const folder = path.join(root, LINECLEAR_DIR);
    try {
      makeFolder(folder, root);
      outboxIn(root).put({ id, at: new Date().toISOString(), request: requestSchema.parse(request) });
      return id;
    } catch (error) {
      throw toLogError(error, path.join(folder, 'outbox'));
    }
  }

  return {
    emit(given) {
      const event = complete(originOf(given));
      return put({ kind: 'event', event }, event.id);
    },
    updateContext(agent_id, patch) {
      const data = { agent_id, patch: redact(patch) };
      complete(originOf({ type: 'context.updated', data }));
      return put({ kind: 'context', ...data, author });
    },
    async taskResult(result) {
      const { checkTaskResult } = await loadTaskResults();
      checkTaskResult(result);
      return put({ kind: 'task_result', result: redact(result), author });
    },
  };
}
