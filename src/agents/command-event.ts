import * as z from 'zod';
import type { AgentUpdate, TurnUsage } from './agent-update.ts';
import { plainLine } from './plain-text.ts';

/** What is read from one JSON value of a command. */
interface CommandValue {
  readonly text: string | undefined;
  readonly usage: TurnUsage | undefined;
  /** US dollars of this run. */
  readonly costUsd: number | undefined;
}

export type CommandEvent =
  | AgentUpdate
  /** The whole answer, or what it used, or both. */
  | ({ readonly kind: 'result' } & CommandValue)
  | { readonly kind: 'error'; readonly message: string };

/** Where programs put their answer when nobody says where it is. */
const TEXT_KEYS = ['text', 'result', 'response', 'answer', 'output', 'content', 'message'];

const tokens = z.int().nonnegative().optional().catch(undefined);
const money = z.number().nonnegative().optional().catch(undefined);
const counts = z
  .object({ input_tokens: tokens, output_tokens: tokens, total_tokens: tokens, model: z.string().optional() })
  .transform((used): TurnUsage => ({
    tokens: used.total_tokens,
    inputTokens: used.input_tokens,
    outputTokens: used.output_tokens,
    model: used.model,
  }));
/** Counts stand in a field of their own or beside the rest. */
const accounts = z.looseObject({ usage: z.unknown().optional(), cost_usd: money, total_cost_usd: money });

/** The answer in a value, and what it used. `path`: keys and indexes with dots between. */
export function readCommandValue(value: unknown, path: string | undefined): CommandValue {
  return { text: textIn(value, path), ...accountIn(value) };
}

function accountIn(value: unknown): Omit<CommandValue, 'text'> {
  const account = accounts.safeParse(value).data;
  const used = counts.safeParse(account?.usage ?? value).data;
  const isTold = used && (used.tokens ?? used.inputTokens ?? used.outputTokens) !== undefined;
  return { usage: isTold ? used : undefined, costUsd: account?.cost_usd ?? account?.total_cost_usd };
}

function textIn(value: unknown, path: string | undefined): string | undefined {
  if (path !== undefined) {
    const found = path.split('.').reduce(step, value);
    return typeof found === 'string' ? found : undefined;
  }
  if (typeof value === 'string') return value;
  return TEXT_KEYS.map((key) => step(value, key)).find((found) => typeof found === 'string');
}

function step(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;
}

const operations = ['create', 'modify', 'delete'] as const;
const typed = z.object({ type: z.string() });
const eventSchema = z.discriminatedUnion('type', [
  z
    .object({ type: z.enum(['text', 'message']), text: z.string() })
    .transform(({ text }): CommandEvent => ({ kind: 'message', text, messageId: undefined })),
  z
    .object({ type: z.literal('thought'), text: z.string() })
    .transform(({ text }): CommandEvent => ({ kind: 'thought', text, messageId: undefined })),
  z
    .object({
      type: z.literal('progress'),
      description: z.string(),
      progress: z.number().min(0).max(1).optional(),
    })
    .transform(({ description, progress }): CommandEvent => ({ kind: 'progress', description, progress })),
  z
    .object({
      type: z.literal('file'),
      path: z.string().min(1),
      operation: z.enum(operations).default('modify'),
    })
    .transform(({ path, operation }): CommandEvent => ({ kind: 'file', change: { operation, path } })),
  z
    .object({ type: z.literal('error'), message: z.string() })
    .transform(({ message }): CommandEvent => ({ kind: 'error', message })),
  z.looseObject({ type: z.enum(['usage', 'result']) }).transform((fields): CommandEvent => {
    const { text, ...used } = readCommandValue(fields, undefined);
    return { kind: 'result', text: fields.type === 'result' ? text : undefined, ...used };
  }),
]);

/**
 * What one line of JSON lines means. A line with a text at `path` is a message of its own. Lines of a type that is not
 * known are `unknown`, so that a program may print more than is understood.
 */
export function parseCommandEvent(value: unknown, path: string | undefined, lineId: string): CommandEvent {
  if (typeof value === 'string') return { kind: 'message', text: value, messageId: undefined };
  const text = path === undefined ? undefined : textIn(value, path);
  if (text !== undefined) return { kind: 'message', text, messageId: lineId };
  const event = eventSchema.safeParse(value);
  if (event.success) return event.data;
  return { kind: 'unknown', name: plainLine(typed.safeParse(value).data?.type ?? 'without a type', 60) };
}
