import * as z from 'zod';
import { parkReasonSchema } from '../contract/events/workspace.ts';

/** What a command is about. Where a part is left out, the command finds what is meant or asks. */
export const targetSchema = z
  .object({
    item_id: z.string(),
    task_id: z.string(),
    note_id: z.string(),
    agent_id: z.string(),
    revision: z.int().min(1),
    question_id: z.string(),
    request_id: z.string(),
    event_id: z.string(),
    sequence: z.int().min(1),
    path: z.string().min(1),
    chunk: z.int().nonnegative(),
    group: z.string().min(1),
    park_reason: parkReasonSchema,
  })
  .partial();

export type Target = Readonly<z.infer<typeof targetSchema>>;

/** Of the editors in which two versions of a note become one. */
export const MERGE_SCHEME = 'lineclear-merge';

export const mergeQuery = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.object({ note_id: z.string() }));

/** Buttons of an editor pass what it shows. */
const merge = z
  .object({ scheme: z.literal(MERGE_SCHEME), query: mergeQuery })
  .transform(({ query: { note_id } }) => ({ target: { note_id } }));

const row = z.union([z.object({ target: targetSchema }), merge]);

/**
 * The arguments of a command. A menu passes the row that it was opened on, a link or another extension passes the
 * values themselves, an editor what it shows, the palette passes nothing.
 */
export function parseArguments<S extends z.ZodType>(schema: S, given: readonly unknown[]): z.infer<S> {
  const [first] = given;
  const fromRow = row.safeParse(first);
  return schema.parse(fromRow.success ? fromRow.data.target : (first ?? {}));
}
