// Apart from what the extension sends: a window checks only what comes from the page, and makes these schemas as it starts.
import * as z from 'zod/mini';

const text = z.string();
const maybe = z.optional(text);

export const revisionNumber = z.int().check(z.minimum(1));
export const chunkComments = z.readonly(z.array(z.object({ chunk: z.int(), comment: text })));
export const paragraphComments = z.readonly(z.array(z.object({ quote: text, comment: text })));

/** From the page to the extension: what the person wants. */
export const planIntent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('approve'), revision: revisionNumber, comment: maybe }),
  z.object({
    type: z.literal('request_changes'),
    revision: revisionNumber,
    comment: text,
    chunk_comments: chunkComments,
    paragraph_comments: paragraphComments,
  }),
  z.object({ type: z.literal('reject'), revision: revisionNumber, comment: text }),
  z.object({ type: z.literal('retry') }),
  z.object({ type: z.literal('open_file'), path: text.check(z.minLength(1)) }),
]);
export type PlanIntent = z.infer<typeof planIntent>;
