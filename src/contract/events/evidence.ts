import * as z from 'zod';
import { count, filePath } from './define.ts';

export const operationSchema = z.enum(['create', 'modify', 'delete', 'move']);

/** What an agent was given a prompt for. `number`: revision of a plan, index of a chunk, round of a review. */
export const purposeSchema = z.enum(['plan', 'chunk', 'review']);
export type Purpose = z.infer<typeof purposeSchema>;

const observerSchema = z
  .enum(['git', 'scan', 'none'])
  .describe('How the host looked at the files: by git, by a scan of the folder, or not at all.');
export type Observer = z.infer<typeof observerSchema>;

/** A file that is not as it was. */
const seenFileSchema = z.strictObject({
  file_path: filePath,
  operation: z.enum(['create', 'modify', 'delete']),
  lines_added: count.optional(),
  lines_removed: count.optional(),
  reported: z.boolean().describe('Whether the agent told of it; otherwise only the host saw it.'),
});
export type SeenFile = z.infer<typeof seenFileSchema>;

/** What the host itself saw when a turn had ended, whatever the agent said about it. */
export const evidenceSchema = z.strictObject({
  turn: z.literal('ended'),
  observed_by: observerSchema,
  files: z.array(seenFileSchema).describe('What differs on the disk since the chunk was begun.'),
  files_left_out: count.optional().describe('Files that the event has no room for.'),
  unseen_claims: z
    .array(filePath)
    .describe('Files that the chunk names or the agent told of, and that are as they were.'),
  tests: z
    .array(z.strictObject({ command: z.string(), passed: z.boolean() }))
    .optional()
    .describe('Test runs of which the exit code is known.'),
});
export type Evidence = z.infer<typeof evidenceSchema>;
