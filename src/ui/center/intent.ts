// Apart from what the extension sends: a window checks only what comes from the page, and makes these schemas as it starts.
import * as z from 'zod/mini';

const text = z.string();
const maybe = z.optional(text);

/** Commands that the page offers where there is no log to show. */
const remedy = z.enum(['create_task', 'open_folder', 'reopen_log', 'show_output']);
export type Remedy = z.infer<typeof remedy>;

/** From the page to the extension: what the person wants. */
export const centerIntent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Events before those that the page has. */
  z.object({ type: z.literal('older') }),
  z.object({ type: z.literal('open_event'), sequence: z.int().check(z.minimum(1)), task_id: maybe }),
  z.object({ type: z.literal('choose'), target: text }),
  z.object({ type: z.literal('act'), target: text, action: text, words: text }),
  z.object({ type: z.literal('remedy'), remedy }),
]);
export type CenterIntent = z.infer<typeof centerIntent>;
