// A coding agent without a model: it keeps the documentation of a workspace up, deterministically, and speaks the
// Agent Client Protocol on its standard input and output like any other agent. For demonstrations and for tests.
// Directives in a task steer it, such as [ask: Which database?|sqlite|postgres]; see behaviours.ts and prompt.ts.
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk/unstable';
import { behave } from './behaviours.ts';
import { code } from './coder.ts';
import { plan } from './planner.ts';
import { readPrompt } from './prompt.ts';
import type { Prompt, Role } from './prompt.ts';
import { review } from './reviewer.ts';
import { createTurn } from './turn.ts';
import type { Turn } from './turn.ts';

interface Session {
  readonly cwd: string;
  prompt: Prompt | undefined;
  turns: number;
  tokens: number;
  costUsd: number;
  running: AbortController | undefined;
}

const work: Readonly<Record<Role, (turn: Turn) => Promise<void>>> = {
  planner: plan,
  coder: code,
  reviewer: review,
};
const sessions = new Map<string, Session>();

acp
  .agent({ name: 'scripted-agent' })
  .onRequest(acp.methods.agent.initialize, () => ({
    protocolVersion: acp.PROTOCOL_VERSION,
    agentInfo: { name: 'scripted-agent', title: 'Scripted agent', version: '1' },
    agentCapabilities: {},
  }))
  .onRequest(acp.methods.agent.session.new, ({ params }) => {
    const sessionId = randomUUID();
    sessions.set(sessionId, {
      cwd: params.cwd,
      prompt: undefined,
      turns: 0,
      tokens: 0,
      costUsd: 0,
      running: undefined,
    });
    return {
      sessionId,
      configOptions: [
        {
          id: 'model',
          name: 'Model',
          category: 'model' as const,
          type: 'select' as const,
          currentValue: 'scripted/rules',
          options: [{ value: 'scripted/rules', name: 'Rules' }],
        },
      ],
    };
  })
  .onRequest(acp.methods.agent.session.prompt, async ({ params, client }) => {
    const session = sessions.get(params.sessionId);
    if (!session) throw acp.RequestError.sessionNotFound(params.sessionId);
    return await takeTurn(session, params, client);
  })
  .onNotification(acp.methods.agent.session.cancel, ({ params }) => {
    sessions.get(params.sessionId)?.running?.abort();
  })
  .connect(acp.ndJsonStream(Writable.toWeb(process.stdout), readStdin()));

function readStdin(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      process.stdin.on('data', (chunk: Buffer) => controller.enqueue(chunk));
      process.stdin.on('end', () => controller.close());
    },
  });
}

async function takeTurn(
  session: Session,
  { sessionId, prompt: blocks }: acp.PromptRequest,
  client: acp.AgentContext,
): Promise<acp.PromptResponse> {
  const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  const running = new AbortController();
  session.running = running;
  session.prompt = readPrompt(text, session.prompt);
  session.turns += 1;
  const { turn, usage, showUsage } = createTurn({
    prompt: session.prompt,
    cwd: session.cwd,
    number: session.turns,
    signal: running.signal,
    sessionId,
    client,
    earlier: { tokens: session.tokens, costUsd: session.costUsd },
  });
  try {
    if (!(await behave(turn))) await work[turn.prompt.role](turn);
    await showUsage();
  } catch (error) {
    if (!running.signal.aborted) throw error;
    return { stopReason: 'cancelled' };
  } finally {
    const { inputTokens, outputTokens, costUsd } = usage();
    session.tokens += inputTokens + outputTokens;
    session.costUsd += costUsd;
    session.running = undefined;
  }
  const { inputTokens, outputTokens } = usage();
  return {
    stopReason: 'end_turn',
    usage: { totalTokens: inputTokens + outputTokens, inputTokens, outputTokens },
  };
}
