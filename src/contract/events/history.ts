import * as z from 'zod';
import { count, event } from './define.ts';

/** What stays of a task whose events are gone. */
const removedTask = z.strictObject({
  task_id: z.string().min(1),
  title: z.string(),
  phase: z.enum(['completed', 'cancelled']),
  phase_since: z.iso.datetime(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int().min(1).describe('Sequence of its last event.'),
});

export const historyEvents = {
  'history.truncated': event('Events of tasks that ended long ago are removed from the log.', () => ({
    upto: z.int().min(1).describe('Up to this sequence they are missing; behind it none is.'),
    events: count.describe('How many the tasks had.'),
    tasks: z.array(removedTask).min(1),
    archive: z
      .strictObject({
        file: z.string().min(1).describe('Path from the workspace, with `/`.'),
        host: z.string().describe('Name of the machine that it was written on.'),
        sha256: z.string().describe('Of the file.'),
      })
      .optional()
      .describe('JSON lines, gzip; missing: they were deleted.'),
  })),
} as const;
