import * as z from 'zod';
import type { AgentUpdate, FileDiff, ToolUpdate, TurnUsage } from './agent-update.ts';
import { plainLine } from './plain-text.ts';

/** The value when it fits, otherwise undefined. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
/** The items that fit. */
const listOf = <T extends z.ZodType>(schema: T) =>
  z
    .array(schema.or(z.unknown().transform(() => undefined)))
    .transform((items) => items.filter((item) => item !== undefined));

const toolStatus = z.enum(['pending', 'in_progress', 'completed', 'failed']);
const planEntry = z.object({ content: z.string(), status: z.string() });

const block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }).transform(({ text }) => text),
  z.object({ type: z.literal('resource_link'), uri: z.string() }).transform(({ uri }) => `<${uri}>`),
  z
    .object({ type: z.literal('resource'), resource: z.object({ text: z.string() }) })
    .transform(({ resource }) => resource.text),
  z.object({ type: z.string() }).transform(({ type }) => `[${type}]`),
]);

const diff = z
  .object({
    type: z.literal('diff'),
    path: z.string().min(1),
    oldText: maybe(z.string()),
    newText: z.string(),
  })
  .transform(({ path, oldText, newText }): FileDiff => ({
    path,
    before: oldText ?? undefined,
    after: newText,
  }));

const toolCall = z
  .object({
    toolCallId: z.string().min(1),
    title: maybe(z.string()),
    kind: maybe(z.string()),
    status: maybe(toolStatus),
    locations: maybe(listOf(z.object({ path: z.string().min(1) }))),
    content: maybe(listOf(diff)),
    rawInput: z.unknown().optional(),
    rawOutput: z.unknown().optional(),
  })
  .transform(({ toolCallId, title, kind, status, locations, content, rawInput, rawOutput }): ToolUpdate => ({
    callId: toolCallId,
    title: title ?? undefined,
    toolKind: kind ?? undefined,
    status: status ?? undefined,
    paths: locations?.map(({ path }) => path),
    diffs: content ?? undefined,
    input: rawInput ?? undefined,
    output: rawOutput ?? undefined,
  }));

const configOptions = z
  .array(z.unknown())
  .transform((options) =>
    options
      .map((option) => z.object({ category: z.literal('model'), currentValue: z.string() }).safeParse(option))
      .find(({ success }) => success),
  )
  .transform((found) => found?.data?.currentValue);

const update = z.discriminatedUnion('sessionUpdate', [
  chunk('agent_message_chunk', 'message'),
  chunk('agent_thought_chunk', 'thought'),
  z
    .looseObject({ sessionUpdate: z.enum(['tool_call', 'tool_call_update']) })
    .transform((fields): AgentUpdate | undefined => {
      const call = toolCall.safeParse(fields);
      return call.success
        ? { kind: 'tool', ...call.data }
        : { kind: 'unknown', name: `malformed ${fields.sessionUpdate}` };
    }),
  z
    .object({ sessionUpdate: z.literal('plan'), entries: listOf(planEntry) })
    .transform(({ entries }): AgentUpdate => ({ kind: 'plan', entries })),
  z
    .object({
      sessionUpdate: z.literal('usage_update'),
      used: maybe(z.number().nonnegative()),
      cost: maybe(z.object({ amount: z.number().nonnegative(), currency: z.string() })),
    })
    .transform(({ used, cost }): AgentUpdate => ({
      kind: 'usage',
      used: used ?? undefined,
      costUsd: cost?.currency.toUpperCase() === 'USD' ? cost.amount : undefined,
    })),
  z
    .object({ sessionUpdate: z.literal('config_option_update'), configOptions })
    .transform(({ configOptions: model }): AgentUpdate | undefined =>
      model ? { kind: 'model', model } : undefined,
    ),
  z
    .object({
      sessionUpdate: z.literal('notice'),
      severity: z.string(),
      title: z.string(),
      description: maybe(z.string()),
    })
    .transform(({ severity, title, description }): AgentUpdate => ({
      kind: 'notice',
      severity,
      text: description ? `${title}: ${description}` : title,
    })),
]);

function chunk<N extends string>(name: N, kind: 'message' | 'thought') {
  return z
    .object({ sessionUpdate: z.literal(name), content: block, messageId: maybe(z.string()) })
    .transform(({ content, messageId }): AgentUpdate => ({
      kind,
      text: content,
      messageId: messageId ?? undefined,
    }));
}

/** Characters of a kind's name that are kept. */
const NAME = 60;

const notification = z.object({ sessionId: z.string(), update: z.unknown() });

const named = z.object({ sessionUpdate: z.string() });

/** Kinds that tell nothing about the work. */
const IRRELEVANT: ReadonlySet<string> = new Set([
  'user_message_chunk',
  'available_commands_update',
  'current_mode_update',
  'session_info_update',
  'compaction_update',
  'compaction_summary_chunk',
]);

/** The parameters of `session/update`. No `update` means that it is of a kind that tells nothing about the work. */
export function parseUpdate(
  params: unknown,
): { sessionId: string; update: AgentUpdate | undefined } | undefined {
  const { success, data } = notification.safeParse(params);
  if (!success) return undefined;
  const { sessionId } = data;
  const known = update.safeParse(data.update);
  if (known.success) return { sessionId, update: known.data };
  const name = named.safeParse(data.update).data?.sessionUpdate ?? 'without a kind';
  return {
    sessionId,
    update: IRRELEVANT.has(name) ? undefined : { kind: 'unknown', name: plainLine(name, NAME) },
  };
}

const permission = z.object({
  sessionId: z.string(),
  toolCall,
  options: listOf(z.object({ optionId: z.string(), kind: z.string() })),
});

export type AcpPermission = z.infer<typeof permission>;

/** The parameters of `session/request_permission`; throws a ZodError, which the protocol answers with. */
export const parsePermission = (params: unknown): AcpPermission => permission.parse(params);

const sessionModel = z
  .object({ models: maybe(z.object({ currentModelId: z.string() })), configOptions: maybe(configOptions) })
  .transform((answer) => answer.models?.currentModelId ?? answer.configOptions ?? undefined);

/** The model in the answer to `session/new`, `session/load` or `session/resume`, where it names one. */
export const parseSessionModel = (answer: unknown): string | undefined => sessionModel.safeParse(answer).data;

const newSession = z.object({ sessionId: z.string().min(1) });

/** The answer to `session/new`, or undefined when it is none. */
export function parseNewSession(
  answer: unknown,
): { sessionId: string; model: string | undefined } | undefined {
  const { success, data } = newSession.safeParse(answer);
  if (!success) return undefined;
  return { sessionId: data.sessionId, model: parseSessionModel(answer) };
}

const tokens = maybe(z.int().nonnegative());
const promptAnswer = z.object({
  stopReason: z.string(),
  /** Of this turn. Part of the protocol's draft, and already sent by agents. */
  usage: maybe(z.object({ totalTokens: tokens, inputTokens: tokens, outputTokens: tokens })),
  _meta: z.unknown().optional(),
});

/** Token counts as agents put them into `_meta` for want of a place in the protocol. */
const metaCounts = z.object({ input_tokens: z.int().nonnegative(), output_tokens: z.int().nonnegative() });
const metaModel = z.object({ model: z.string() });

/** The first object in a value, at most four levels down, that a schema fits. */
function findIn<T extends z.ZodType>(schema: T, value: unknown, depth = 4): z.infer<T> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  if (depth === 0) return undefined;
  for (const item of Object.values(value)) {
    const inner = findIn(schema, item, depth - 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

export interface PromptAnswer extends TurnUsage {
  readonly stopReason: string;
}

/** The answer to `session/prompt`, or undefined when it is none. */
export function parsePromptAnswer(answer: unknown): PromptAnswer | undefined {
  const { success, data } = promptAnswer.safeParse(answer);
  if (!success) return undefined;
  const { stopReason, usage, _meta: meta } = data;
  const counts = usage ? undefined : findIn(metaCounts, meta);
  return {
    stopReason,
    tokens: usage?.totalTokens ?? undefined,
    inputTokens: usage?.inputTokens ?? counts?.input_tokens,
    outputTokens: usage?.outputTokens ?? counts?.output_tokens,
    model: findIn(metaModel, meta)?.model,
  };
}
