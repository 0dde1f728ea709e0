import * as z from 'zod/mini';

const list = <T extends z.ZodMiniType>(item: T) => z.readonly(z.array(item));
const text = z.string();
const maybe = z.optional(text);
const sequence = z.int().check(z.minimum(1));

/** What kind of event a mark stands for: each has a shape of its own. */
const markKind = z.enum(['step', 'life', 'file', 'ask', 'decision', 'done', 'problem']);
export type MarkKind = z.infer<typeof markKind>;

/** What an event begins or ends in a lane. */
const span = z.discriminatedUnion('is', [
  z.object({ is: z.literal('turn'), label: text }),
  /** The turn is over; the agent is still there. */
  z.object({ is: z.literal('idle') }),
  /** Something waits from now on, until its key is settled or its task is over. */
  z.object({ is: z.literal('waits'), key: text }),
  z.object({ is: z.literal('settled'), key: text }),
  z.object({ is: z.literal('agent_over') }),
  z.object({ is: z.literal('task_over') }),
]);

/** What an agent used when it was looked at, or in one call of a model. */
const sample = z.object({
  cpu_percent: z.optional(z.number()),
  memory_mb: z.optional(z.number()),
  tokens: z.optional(z.number()),
  cost_usd: z.optional(z.number()),
});

const item = z.object({
  sequence,
  /** When it happened, in milliseconds since 1970. */
  at: z.number(),
  /** Id of the lane. */
  lane: text,
  task_id: maybe,
  /** Without one it is not drawn. */
  mark: z.optional(markKind),
  text,
  span: z.optional(span),
  sample: z.optional(sample),
});

/** One event, as the timeline shows it. */
export type TimelineItem = z.infer<typeof item>;
export type Span = z.infer<typeof span>;
export type Sample = z.infer<typeof sample>;

const laneGroup = z.enum(['waiting', 'working', 'idle', 'lost', 'done', 'others']);
export type LaneGroup = z.infer<typeof laneGroup>;

const lane = z.object({
  id: text,
  name: text,
  /** Title of its task. */
  task: maybe,
  group: laneGroup,
  /** What it does, or why it does nothing. */
  status: text,
});
export type LaneView = z.infer<typeof lane>;

const numbers = z.object({
  working: z.int(),
  waiting: z.int(),
  events_per_minute: z.int(),
  tokens_today: z.number(),
  cost_usd_today: z.number(),
  /** Whether more was used today than has been read. */
  at_least: z.boolean(),
});
export type NumbersView = z.infer<typeof numbers>;

const target = z.object({ id: text, label: text, description: text });
export type TargetView = z.infer<typeof target>;

const action = z.object({
  id: text,
  label: text,
  words: z.enum(['none', 'optional', 'required']),
  hint: maybe,
});
export type ActionView = z.infer<typeof action>;

const overview = z.object({
  numbers,
  /** Those that changed since the last overview. */
  lanes: list(lane),
  targets: list(target),
  /** Whether the workspace is trusted, so that a person may ask for something here. */
  trusted: z.boolean(),
});
export type Overview = z.infer<typeof overview>;

/** From the extension to the page. */
export const centerMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('unavailable'),
    reason: z.enum(['opening', 'no_folder', 'no_log', 'failed']),
    message: maybe,
  }),
  z.object({ type: z.literal('overview'), overview }),
  z.object({
    type: z.literal('items'),
    /** `first`: forget all that came before. Oldest first within a message. */
    place: z.enum(['first', 'newer', 'older']),
    items: list(item),
    /** Whether there are older ones in the log. */
    has_older: z.boolean(),
  }),
  /** What can be asked of the chosen target now. */
  z.object({ type: z.literal('actions'), target: text, actions: list(action) }),
  /** What the person asked for was carried out, or why not. */
  z.object({ type: z.literal('settled'), error: maybe }),
]);
export type CenterMessage = z.infer<typeof centerMessage>;

/** What a page keeps when its window is reloaded. */
export const centerPageState = z.object({
  /** Milliseconds that are seen at once. */
  span: z.number().check(z.positive()),
  /** The end of what is seen; without it, it follows the present. */
  until: z.optional(z.number()),
  target: maybe,
  /** Words that were not sent. */
  draft: text,
  folded: list(text),
  as_list: z.boolean(),
});
export type CenterPageState = z.infer<typeof centerPageState>;
