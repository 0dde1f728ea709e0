import * as z from 'zod';
import type { ActivityKind } from '../state/activity-filter.ts';

const kinds = ['files', 'steps', 'asked', 'people', 'agents', 'problems'] as const satisfies ActivityKind[];
export const activityKind = z.enum(kinds);

export const activityFilterSchema = z.object({
  who: z.string().min(1).optional(),
  task_id: z.string().min(1).optional(),
  kind: activityKind.optional(),
  text: z.string().min(1).optional(),
});

export const agentGrouping = z.enum(['state', 'task', 'kind', 'none']);
export const agentSorting = z.enum(['waiting', 'name', 'seen']);

export type AgentGrouping = z.infer<typeof agentGrouping>;
export type AgentSorting = z.infer<typeof agentSorting>;

const optionsSchema = z.object({
  activityFilter: activityFilterSchema.catch({}),
  groupAgents: agentGrouping.catch('state'),
  sortAgents: agentSorting.catch('waiting'),
  /** Ids of notes, in the order in which they were pinned. */
  pinnedNotes: z.array(z.string()).catch([]),
});

/** How a person looks at the views. */
export type ViewOptions = Readonly<z.infer<typeof optionsSchema>>;

/** Where they are remembered: VS Code's workspace state. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'lineclear.views';

/** As they were left; what cannot be read counts as not chosen. */
export const readViewOptions = (memory: Memory): ViewOptions =>
  optionsSchema.parse(z.record(z.string(), z.unknown()).catch({}).parse(memory.get(KEY)));

export const keepViewOptions = async (memory: Memory, options: ViewOptions): Promise<void> =>
  await memory.update(KEY, options);
