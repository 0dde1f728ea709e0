import * as z from 'zod';
import type { ChunkPlan } from '../contract/events/task.ts';
import type { Question } from '../agents/agent.ts';

/** What an agent's words came to. `unusable` says why, in words that the agent and a person understand. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'unusable'; readonly problem: string };

export interface Plan {
  readonly plan: string;
  readonly chunks: ChunkPlan[];
  readonly estimated_cost?: number | undefined;
}

export type Review =
  | { readonly verdict: 'approved'; readonly summary: string }
  | { readonly verdict: 'changes'; readonly summary: string; readonly findings: string[] };

const questionSchema = z.object({
  question: z.string().trim().min(1),
  options: z.array(z.string().trim().min(1)).optional(),
});

const planSchema = z.object({
  chunks: z
    .array(
      z.object({
        title: z.string().trim().min(1),
        files: z.array(z.string().trim().min(1)).default([]),
        description: z.string().optional(),
        estimated_cost: z.number().nonnegative().optional(),
      }),
    )
    .min(1, 'needs at least one chunk'),
  estimated_cost: z.number().nonnegative().optional(),
});

const reviewSchema = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('approved'), findings: z.array(z.string()).optional() }),
  z.object({
    verdict: z.literal('changes'),
    findings: z.array(z.string().trim().min(1)).min(1, 'must name what is to be done'),
  }),
]);

interface Block {
  readonly value: unknown;
  /** The text around the block. */
  readonly rest: string;
}

function parseObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Not this one: code blocks of other languages are common in plans.
    return undefined;
  }
}

/** The last fenced block that is JSON; an answer that is nothing but JSON counts as a block. */
function lastBlock(text: string): Block | undefined {
  const lines = text.split(/\r?\n/);
  let last: Block | undefined;
  let opened: { readonly at: number; readonly fence: string } | undefined;
  for (const [at, line] of lines.entries()) {
    const fence = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) continue;
    if (!opened) {
      opened = { at, fence };
    } else if (line.trim() === fence && fence.startsWith(opened.fence)) {
      const value = parseObject(lines.slice(opened.at + 1, at).join('\n'));
      if (value)
        last = { value, rest: [...lines.slice(0, opened.at), ...lines.slice(at + 1)].join('\n').trim() };
      opened = undefined;
    }
  }
  const whole = last ? undefined : parseObject(text);
  return last ?? (whole && { value: whole, rest: '' });
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.map(String).join('.') || 'the block'}: ${issue?.message ?? 'is not valid'}`;
}

function parseBlock<T>(text: string, schema: z.ZodType<T>, form: string): Answer<{ value: T; rest: string }> {
  const block = lastBlock(text);
  if (!block) return { kind: 'unusable', problem: `there is no json block with ${form}` };
  const question = questionSchema.safeParse(block.value);
  if (question.success) return { kind: 'question', question: question.data };
  const result = schema.safeParse(block.value);
  if (!result.success)
    return { kind: 'unusable', problem: `the json block does not fit: ${problemOf(result.error)}` };
  return { kind: 'answer', answer: { value: result.data, rest: block.rest } };
}

export function parsePlan(text: string): Answer<Plan> {
  const parsed = parseBlock(text, planSchema, 'the chunks');
  if (parsed.kind !== 'answer') return parsed;
  const { value, rest } = parsed.answer;
  const plan = rest || value.chunks.map(({ title }, index) => `${index + 1}. ${title}`).join('\n');
  return { kind: 'answer', answer: { plan, ...value } };
}

export function parseReview(text: string): Answer<Review> {
  const parsed = parseBlock(text, reviewSchema, 'the verdict');
  if (parsed.kind !== 'answer') return parsed;
  const { value, rest: summary } = parsed.answer;
  if (value.verdict === 'approved') return { kind: 'answer', answer: { verdict: 'approved', summary } };
  return { kind: 'answer', answer: { verdict: 'changes', summary, findings: value.findings } };
}

/** A coder answers in words; only a question is looked for. */
export function parseWork(text: string): Answer<string> {
  const block = lastBlock(text);
  const question = block && questionSchema.safeParse(block.value);
  return question?.success
    ? { kind: 'question', question: question.data }
    : { kind: 'answer', answer: text.trim() };
}
