import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as acp from '@agentclientprotocol/sdk/unstable';
import type { Prompt } from './prompt.ts';

/** What a role can do in its turn. Everything throws an AbortError when the turn is cancelled. */
export interface Turn {
  readonly prompt: Prompt;
  readonly cwd: string;
  /** Position of this prompt in its session, from 1. */
  readonly number: number;
  readonly signal: AbortSignal;
  say(text: string): Promise<void>;
  think(text: string): Promise<void>;
  /** As if it had read that much, and tells so at once. */
  useTokens(count: number): Promise<void>;
  /** Shows where the work is. */
  showPlan(entries: readonly string[], done: number): Promise<void>;
  /** Reads a file as a tool call; undefined when it is not there. */
  read(file: string): Promise<string | undefined>;
  /** Writes a file as a tool call; false when it already is like that. */
  write(file: string, text: string): Promise<boolean>;
  startTool(tool: { title: string; kind: acp.ToolKind; input?: unknown }): Promise<Tool>;
  /** The answer of a person to a form, or undefined. */
  elicit(question: string, options: readonly string[]): Promise<string | undefined>;
}

interface Tool {
  askPermission(): Promise<boolean>;
  end(status: 'completed' | 'failed', output?: string): Promise<void>;
}

/** What the turn would have cost with a real model, from the characters that were read and written. */
export interface TurnUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export interface TurnParts {
  readonly prompt: Prompt;
  readonly cwd: string;
  readonly number: number;
  readonly signal: AbortSignal;
  readonly sessionId: string;
  readonly client: acp.AgentContext;
  /** What the turns of this session used before; the protocol tells the totals of a session. */
  readonly earlier: { readonly tokens: number; readonly costUsd: number };
}

const PRICE = { input: 3e-6, output: 15e-6 };
const CONTEXT = 200_000;

export function createTurn({ prompt, cwd, number, signal, sessionId, client, earlier }: TurnParts): {
  turn: Turn;
  usage: () => TurnUsage;
  /** Tells the client what the session has used so far. */
  showUsage: () => Promise<void>;
} {
  const pace = Number(prompt.directives.get('pace') ?? 0);
  const decorate = (text: string) => (prompt.directives.has('script') ? `${text} <script>` : text);
  let read = JSON.stringify(prompt).length;
  let written = 0;
  let calls = 0;

  const usage = (): TurnUsage => {
    const [inputTokens, outputTokens] = [Math.ceil(read / 4), Math.ceil(written / 4)];
    const costUsd = inputTokens * PRICE.input + outputTokens * PRICE.output;
    return { inputTokens, outputTokens, costUsd: Math.round(costUsd * 1e6) / 1e6 };
  };

  const send = async (update: acp.SessionUpdate) => {
    signal.throwIfAborted();
    await client.notify(acp.methods.client.session.update, { sessionId, update });
  };

  const showUsage = async () => {
    const { inputTokens, outputTokens, costUsd } = usage();
    const used = earlier.tokens + inputTokens + outputTokens;
    const cost = { amount: earlier.costUsd + costUsd, currency: 'USD' };
    await send({ sessionUpdate: 'usage_update', used, size: CONTEXT, cost });
  };

  const step = async () => {
    if (pace > 0) await delay(pace, undefined, { signal });
    signal.throwIfAborted();
  };

  const sendText = async (kind: 'agent_message_chunk' | 'agent_thought_chunk', text: string) => {
    await step();
    written += text.length;
    await send({ sessionUpdate: kind, content: { type: 'text', text: decorate(text) } });
  };

  const startTool: Turn['startTool'] = async ({ title, kind, input }) => {
    await step();
    calls += 1;
    const toolCallId = `call-${number}-${calls}`;
    const call = { toolCallId, title: decorate(title), kind, rawInput: input };
    await send({ sessionUpdate: 'tool_call', status: 'pending', ...call });
    return {
      async askPermission() {
        const request: acp.RequestPermissionRequest = {
          sessionId,
          toolCall: call,
          options: [
            { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
            { optionId: 'no', name: 'Reject', kind: 'reject_once' },
          ],
        };
        const { outcome } = await client.request(acp.methods.client.session.requestPermission, request, {
          cancellationSignal: signal,
        });
        return outcome.outcome === 'selected' && outcome.optionId === 'yes';
      },
      async end(status, output = '') {
        await step();
        read += output.length;
        const content = [{ type: 'content' as const, content: { type: 'text' as const, text: output } }];
        await send({
          sessionUpdate: 'tool_call_update',
          toolCallId,
          status,
          content: output === '' ? [] : content,
        });
      },
    };
  };

  const turn: Turn = {
    prompt,
    cwd,
    number,
    signal,
    say: (text) => sendText('agent_message_chunk', text),
    think: (text) => sendText('agent_thought_chunk', text),
    async useTokens(count) {
      read += count * 4;
      await showUsage();
    },
    async showPlan(entries, done) {
      await step();
      const status = (index: number) =>
        index < done ? 'completed' : index === done ? 'in_progress' : 'pending';
      await send({
        sessionUpdate: 'plan',
        entries: entries.map((content, index) => ({
          content: decorate(content),
          priority: 'medium',
          status: status(index),
        })),
      });
      await showUsage();
    },
    async read(file) {
      const text = readText(cwd, file);
      if (text === undefined) return undefined;
      await step();
      calls += 1;
      const call = {
        toolCallId: `call-${number}-${calls}`,
        title: decorate(`Read ${file}`),
        kind: 'read' as const,
        locations: [{ path: resolveInside(cwd, file) }],
      };
      await send({ sessionUpdate: 'tool_call', status: 'in_progress', ...call });
      read += text.length;
      await send({ sessionUpdate: 'tool_call_update', ...call, status: 'completed' });
      return text;
    },
    async write(file, text) {
      const full = resolveInside(cwd, file);
      const before = readText(cwd, file);
      if (before === text) return false;
      await step();
      calls += 1;
      const call = {
        toolCallId: `call-${number}-${calls}`,
        title: decorate(`${before === undefined ? 'Create' : 'Edit'} ${file}`),
        kind: 'edit' as const,
        locations: [{ path: full }],
        content: [{ type: 'diff' as const, path: full, oldText: before ?? null, newText: text }],
      };
      await send({ sessionUpdate: 'tool_call', status: 'in_progress', ...call });
      await step();
      fs.mkdirSync(path.dirname(full), { recursive: true });
      fs.writeFileSync(full, text);
      written += text.length;
      await send({ sessionUpdate: 'tool_call_update', toolCallId: call.toolCallId, status: 'completed' });
      return true;
    },
    startTool,
    async elicit(question, options) {
      const answer = await client.request(
        acp.methods.client.elicitation.create,
        {
          sessionId,
          mode: 'form',
          message: decorate(question),
          requestedSchema: {
            type: 'object',
            properties: {
              answer: { type: 'string', ...(options.length > 0 ? { enum: [...options] } : {}) },
            },
            required: ['answer'],
          },
        },
        { cancellationSignal: signal },
      );
      if (answer.action !== 'accept' || !('content' in answer)) return undefined;
      const { content } = answer;
      if (typeof content !== 'object' || content === null || !('answer' in content)) return undefined;
      return String(content.answer);
    },
  };
  return { turn, usage, showUsage };
}

function readText(cwd: string, file: string): string | undefined {
  try {
    return fs.readFileSync(resolveInside(cwd, file), 'utf8');
  } catch {
    return undefined;
  }
}

/** A plan may come from anywhere; this agent touches nothing outside its workspace. */
function resolveInside(cwd: string, file: string): string {
  const full = path.resolve(cwd, file);
  const relative = path.relative(cwd, full);
  if (relative.startsWith('..') || path.isAbsolute(relative))
    throw new Error(`${file} is outside the workspace`);
  return full;
}
