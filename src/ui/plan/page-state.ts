import * as z from 'zod/mini';
import { revisionNumber } from './intent.ts';

const text = z.string();

const draft = z.object({
  overall: text,
  /** By index of the chunk. */
  chunks: z.record(text, text),
  /** By the words of the paragraph. Drafts of older pages have none. */
  paragraphs: z.pipe(
    z.optional(z.record(text, text)),
    z.transform((given) => given ?? {}),
  ),
});

/** What a page keeps when its window is reloaded. */
export const planPageState = z.object({
  task_id: text,
  /** By revision. */
  drafts: z.record(text, draft),
  /** The revision that the person chose to look at; otherwise it is the newest. */
  shown: z.optional(revisionNumber),
  scroll: z.number(),
});
export type PlanPageState = z.infer<typeof planPageState>;
export type CommentDraft = z.infer<typeof draft>;
