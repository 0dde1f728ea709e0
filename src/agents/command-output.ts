import * as z from 'zod';
import { LineclearError } from '../contract/errors.ts';
import type { AgentUpdate, TurnUsage } from './agent-update.ts';
import type { PlainCommand } from './agent.ts';
import { parseCommandEvent, readCommandValue } from './command-event.ts';
import { readLines } from './lines.ts';
import { plainLine } from './plain-text.ts';

/** What a command came to, beside what it told on its way. */
export interface CommandAnswer {
  /** The answer, where it is not everything that was said. */
  readonly text: string | undefined;
  readonly usage: TurnUsage | undefined;
  readonly costUsd: number | undefined;
}

interface OutputHandlers {
  readonly update: (update: AgentUpdate) => Promise<void>;
  /** A line that is not JSON where JSON lines were agreed on. */
  readonly stray: (line: string) => void;
}

/** Bytes of an answer in JSON. */
const VALUE_SIZE = 8 * 1024 * 1024;

/** Reads what a command prints, to the end. Throws `agent_protocol`, `agent_failed` and `LineTooLong`. */
export function readCommandOutput(
  stdout: AsyncIterable<Buffer>,
  { output, text }: PlainCommand,
  handlers: OutputHandlers,
): Promise<CommandAnswer> {
  switch (output) {
    case 'text':
      return readText(stdout, handlers);
    case 'json':
      return readJson(stdout, text, handlers);
    case 'jsonl':
      return readJsonLines(stdout, text, handlers);
  }
}

const NOTHING: CommandAnswer = { text: undefined, usage: undefined, costUsd: undefined };

const message = (text: string): AgentUpdate => ({ kind: 'message', text, messageId: undefined });

async function readText(stdout: AsyncIterable<Buffer>, { update }: OutputHandlers): Promise<CommandAnswer> {
  const decoder = new TextDecoder();
  for await (const chunk of stdout) await update(message(decoder.decode(chunk, { stream: true })));
  return NOTHING;
}

async function readJson(
  stdout: AsyncIterable<Buffer>,
  path: string | undefined,
  { update }: OutputHandlers,
): Promise<CommandAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdout) {
    parts.push(chunk);
    size += chunk.length;
    if (size > VALUE_SIZE) throw unusable(`more than ${VALUE_SIZE / 1024 ** 2} MiB`);
  }
  const printed = Buffer.concat(parts).toString('utf8');
  // A process that fails says why on its standard error, and that is told.
  if (printed.trim() === '') return NOTHING;
  const value = parseJson(printed);
  if (value === undefined) throw unusable(`“${plainLine(printed, 200)}”, which is not JSON`);
  const { text, ...used } = readCommandValue(value, path);
  if (text === undefined) throw unusable(`JSON without a text${path === undefined ? '' : ` at ${path}`}`);
  await update(message(text));
  return { ...NOTHING, ...used };
}

async function readJsonLines(
  stdout: AsyncIterable<Buffer>,
  path: string | undefined,
  { update, stray }: OutputHandlers,
): Promise<CommandAnswer> {
  let answer = NOTHING;
  let said = false;
  let number = 0;
  for await (const line of readLines(stdout)) {
    number += 1;
    if (line.trim() === '') continue;
    const value = parseJson(line);
    if (value === undefined) {
      stray(line);
      continue;
    }
    const event = parseCommandEvent(value, path, String(number));
    if (event.kind === 'error') throw new LineclearError('agent_failed', plainLine(event.message, 2_000));
    if (event.kind === 'result') {
      answer = {
        text: event.text ?? answer.text,
        usage: event.usage ?? answer.usage,
        costUsd: event.costUsd ?? answer.costUsd,
      };
      continue;
    }
    said ||= event.kind === 'message';
    await update(event);
  }
  if (!said && answer.text !== undefined) await update(message(answer.text));
  return answer;
}

const unusable = (what: string): LineclearError =>
  new LineclearError('agent_protocol', `It printed ${what}.`);

/** Undefined when it is none, and for `undefined` there is no JSON. */
function parseJson(text: string): unknown {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
