import type * as acp from '@agentclientprotocol/sdk';
import * as z from 'zod';
import { plainText } from './plain-text.ts';

type Answer = string | number | boolean | string[];

/** One thing that a form asks for. */
interface Field {
  readonly name: string;
  readonly question: string;
  readonly options: string[] | undefined;
  /** What the form wants for what a person answered; undefined when it does not fit. */
  readonly parse: (answer: string) => Answer | undefined;
}

const choice = z.object({ const: z.string(), title: z.string() });
const property = z.object({
  type: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  enum: z.array(z.string()).nullish(),
  oneOf: z.array(choice).nullish(),
  items: z.object({ enum: z.array(z.string()).nullish(), anyOf: z.array(choice).nullish() }).nullish(),
});

const request = z.object({
  mode: z.string(),
  message: z.string(),
  requestedSchema: z.object({ properties: z.record(z.string(), property).optional() }).optional(),
});

export type AcpQuestion = z.infer<typeof request>;

/** The parameters of `elicitation/create`; throws a ZodError, which the protocol answers with. */
export const parseQuestion = (params: unknown): AcpQuestion => request.parse(params);

/**
 * Asks a person for everything that a form wants, one after the other. Declines forms that are none; without an answer
 * to one of them the whole is cancelled.
 */
export async function answerQuestion(
  { mode, message, requestedSchema }: AcpQuestion,
  ask: (question: { question: string; options?: string[] }) => Promise<string | undefined>,
): Promise<acp.CreateElicitationResponse> {
  if (mode !== 'form') return { action: 'decline' };
  const properties = Object.entries(requestedSchema?.properties ?? {});
  const content: Record<string, Answer> = {};
  for (const { name, question, options, parse } of properties.map(readField)) {
    const text = [message, question].filter((part) => part !== '').join('\n\n');
    const answer = await ask({ question: plainText(text), ...(options ? { options } : {}) });
    const value = answer === undefined ? undefined : parse(answer);
    if (value === undefined) return { action: 'cancel' };
    content[name] = value;
  }
  return { action: 'accept', content };
}

function readField([name, schema]: [string, z.infer<typeof property>], _: number, all: unknown[]): Field {
  const { type, title, description } = schema;
  // A form with one field says in its message what it wants; with several, each must be told apart.
  const label = description ?? title ?? name;
  const question = all.length === 1 && !description ? '' : label;
  const choices =
    (schema.oneOf ?? schema.items?.anyOf)?.map((item) => [item.title, item.const] as const) ??
    (schema.enum ?? schema.items?.enum)?.map((item) => [item, item] as const);
  const valueOf = (answer: string) => choices?.find(([shown]) => shown === answer)?.[1] ?? answer;
  switch (type) {
    case 'boolean':
      return {
        name,
        question,
        options: ['yes', 'no'],
        parse: (answer) => /^(y|yes|true)$/i.test(answer.trim()),
      };
    case 'number':
    case 'integer':
      return { name, question, options: undefined, parse: parseNumber };
    case 'array':
      return {
        name,
        question,
        options: choices?.map(([shown]) => shown),
        parse: (answer) => answer.split(',').map((part) => valueOf(part.trim())),
      };
    default:
      return { name, question, options: choices?.map(([shown]) => shown), parse: valueOf };
  }
}

function parseNumber(answer: string): number | undefined {
  const value = Number(answer);
  return answer.trim() === '' || Number.isNaN(value) ? undefined : value;
}
