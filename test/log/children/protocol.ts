import fs from 'node:fs';
import { z } from 'zod';

/** Which log a child opens, and how. */
const logArguments = {
  file: z.string(),
  durability: z.enum(['process', 'power']).default('process'),
  bell: z.boolean().default(true),
  poll: z.boolean().default(true),
};

export const writerArguments = z.object({
  ...logArguments,
  /** Event n has the id that derives from this id and n. */
  seed: z.string(),
  first: z.int(),
  /** How many to append; without it the writer goes on until it is killed. */
  count: z.int().optional(),
});
export type WriterArguments = z.input<typeof writerArguments>;

export const subscriberArguments = z.object({
  ...logArguments,
  /** Ends by itself behind this sequence. */
  last: z.int(),
});
export type SubscriberArguments = z.input<typeof subscriberArguments>;

/** What children print, one JSON object per line. */
export const messageSchema = z.union([
  z.object({ acknowledged: z.int(), id: z.string(), sequence: z.int() }),
  z.object({
    position: z.int(),
    caughtUp: z.boolean(),
    events: z.array(z.tuple([z.int(), z.string()])),
  }),
]);
export type Message = z.infer<typeof messageSchema>;

/** Written at once, so that nothing that was said is lost when the process is killed. */
export const say = (message: Message): void => {
  fs.writeSync(1, `${JSON.stringify(message)}\n`);
};

export const argumentsOf = <T>(schema: z.ZodType<T>): T => schema.parse(JSON.parse(process.argv[2] ?? ''));
