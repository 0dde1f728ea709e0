import * as z from 'zod/mini';
import { chunkComments, paragraphComments, revisionNumber } from './intent.ts';

const list = <T extends z.ZodMiniType>(item: T) => z.readonly(z.array(item));
const text = z.string();
const maybe = z.optional(text);
const phase = z.enum([
  'created',
  'planning',
  'plan_review',
  'executing',
  'reviewing',
  'completed',
  'failed',
  'cancelled',
]);
/** An agent as a person calls it, and its id. */
const agent = z.object({ id: text, name: text });

const chunk = z.object({
  title: text,
  files: list(text),
  description: maybe,
  estimated_cost: z.optional(z.number()),
});

const liveChunk = z.extend(chunk, {
  status: z.enum(['pending', 'running', 'paused', 'interrupted', 'completed', 'failed', 'skipped']),
  attempt: z.int(),
  summary: maybe,
  error_message: maybe,
  changed_files: list(text),
  /** What the host saw when it ended, a line each. */
  evidence: list(text),
  /** It is called done, and nothing changed. */
  unseen: z.boolean(),
});

const decision = z.object({
  verdict: z.enum(['approved', 'changes', 'rejected']),
  user_id: text,
  at: text,
  comment: maybe,
  chunk_comments: z.optional(chunkComments),
  paragraph_comments: z.optional(paragraphComments),
});

const revision = z.object({
  revision: revisionNumber,
  /** Markdown. */
  plan: text,
  chunks: list(chunk),
  estimated_cost: z.optional(z.number()),
  planner: agent,
  ready_at: text,
  decision: z.optional(decision),
});

const planView = z.object({
  task_id: text,
  title: text,
  phase,
  phase_since: text,
  /** The revision that is being made, waits, or is carried out. */
  revision: revisionNumber,
  /** Those that are ready, oldest first. */
  revisions: list(revision),
  /** The chunks of the approved revision as they are now. */
  chunks: list(liveChunk),
  planner: z.optional(agent),
  coder: z.optional(agent),
  parked: z.optional(z.object({ reason: text, until: maybe })),
  failure: z.optional(z.object({ error_message: text, next: maybe })),
  cancelled: z.optional(z.object({ user_id: text, reason: maybe })),
  summary: maybe,
  /** Who looks at it. */
  you: text,
  /** Whether the workspace is trusted, so that a person may decide here. */
  trusted: z.boolean(),
});

/** Everything that the page shows of one task. */
export type PlanView = z.infer<typeof planView>;
export type RevisionView = z.infer<typeof revision>;
export type ChunkView = z.infer<typeof chunk>;
export type LiveChunkView = z.infer<typeof liveChunk>;
export type DecisionView = z.infer<typeof decision>;

/** From the extension to the page. */
export const planMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), view: planView }),
  /** There is nothing to show: the log is not read yet, or has no such task. */
  z.object({ type: z.literal('unavailable'), reason: z.enum(['opening', 'missing']) }),
  /** The events of the task are not in the log any more: where they are. */
  z.object({ type: z.literal('removed'), text: z.string() }),
  /** What the person asked for was carried out or failed; the snapshot, if it changed, came before. */
  z.object({ type: z.literal('settled') }),
]);
export type PlanMessage = z.infer<typeof planMessage>;
