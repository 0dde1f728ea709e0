import * as z from 'zod';

/** What the catalog knows of one event type. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  /** Version of the data schema that is written today. */
  readonly version: number;
  /** One sentence: what happened. */
  readonly summary: string;
  readonly data: Data;
  /** For each older version n, a pure function from data of version n to data of version n + 1. */
  readonly upcasters?: Readonly<Record<number, (data: unknown) => unknown>>;
}

/** A type at version 1, whose data has exactly these fields. */
export function event<Shape extends z.ZodRawShape>(summary: string, shape: () => Shape) {
  let data: z.ZodObject<Shape, z.core.$strict> | undefined;
  return {
    version: 1,
    summary,
    /** Made for who needs it: most processes see few types, and all of them take longer than loading the code. */
    get data() {
      return (data ??= z.strictObject(shape()));
    },
  } as const;
}

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const PRINTABLE = new RegExp(`^${CONTROL.source.replace('[', '[^')}*$`);

function controlCharacterIn(text: unknown): string {
  const found = typeof text === 'string' ? CONTROL.exec(text) : null;
  if (!found) return 'contains a control character';
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `contains the control character U+${code} at position ${found.index + 1}`;
}

/** Words that a person typed: printable, so that a terminal or a tree shows what is stored. */
export const words = z.string().regex(PRINTABLE, { error: ({ input }) => controlCharacterIn(input) });

/** Words that must not be blank. */
export const someWords = words.regex(/\S/, 'must not be empty');

export const count = z.int().nonnegative();
export const money = z.number().nonnegative();
/** What a task or a day may use up. */
export const budgetNameSchema = z.enum(['tokens', 'cost_usd', 'seconds']);
export const budgetScopeSchema = z.enum(['task', 'day']);
export const userId = z.string().min(1);
export const agentId = z.string().min(1);
/** A name for content in the blob store. */
export const blobRef = z.templateLiteral(
  ['blob:', z.string().regex(/^[0-9a-f]{64}$/)],
  'must be blob:<sha256>',
);
/** Path in the workspace with `/`, or an absolute path where an agent named a file outside it. */
export const filePath = z.string().min(1);
