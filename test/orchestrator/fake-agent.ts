import type { AgentEnd, AgentHandlers, StartAgent, TurnResult } from '../../src/agents/agent.ts';
import { LineclearError } from '../../src/contract/errors.ts';

/** An agent without a process: what it does at which moment is up to the test. */
export interface FakeAgent {
  readonly handlers: AgentHandlers;
  /** All that it was prompted with. */
  readonly prompts: string[];
  /** Aborted when it ends, for whatever reason. */
  readonly gone: AbortSignal;
  /** Ends as if its process had crashed. */
  crash(): void;
}

/** What an agent answers to a prompt: its words, or a whole result. */
export type Play = (prompt: string, agent: FakeAgent, signal: AbortSignal) => Promise<string | TurnResult>;

interface FakeOptions {
  readonly play: Play;
  /** Runs before the session is open; the signal is that of the start. */
  readonly start?: (signal: AbortSignal) => Promise<void>;
  /** Runs while it is stopped. */
  readonly stop?: () => Promise<void>;
}

/** On a machine that nobody can look at, so that nobody takes it for lost, and nobody ends it. */
const PROCESS = { pid: 1, host: 'a machine that is not there' };

export const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\`\n`;

export const roleIn = (prompt: string): string | undefined => /You are the (\w+) of a task/.exec(prompt)?.[1];

/** A plan of so many chunks. */
export const planOf = (...titles: string[]): string =>
  `# Plan\n\n${json({ chunks: titles.map((title) => ({ title })) })}`;

/** What an agent answers that does as it is told; the plan has two chunks. */
export const obey: Play = (prompt) => {
  const role = roleIn(prompt);
  if (role === 'planner') return Promise.resolve(planOf('One', 'Two'));
  if (role === 'reviewer') return Promise.resolve(json({ verdict: 'approved' }));
  return Promise.resolve('Done.');
};

/** Agents that exist only in the test, the newest last. */
export function fakeAgents({ play, start, stop }: FakeOptions): {
  readonly startAgent: StartAgent;
  readonly agents: FakeAgent[];
} {
  const agents: FakeAgent[] = [];
  const startAgent: StartAgent = async (launch, handlers, signal) => {
    handlers.processStarted(PROCESS);
    await start?.(signal);
    const gone = new AbortController();
    const ended = Promise.withResolvers<AgentEnd>();
    const end = (exitCode: number) => {
      gone.abort(new LineclearError('agent_failed', `${launch.name} ended with exit code ${exitCode}`));
      ended.resolve({ exitCode, signal: undefined, stderr: '' });
    };
    const agent: FakeAgent = { handlers, prompts: [], gone: gone.signal, crash: () => end(1) };
    agents.push(agent);
    return {
      process: PROCESS,
      sessionId: `session-${agents.length}`,
      remembers: true,
      ended: ended.promise,
      async prompt(text, turn) {
        agent.prompts.push(text);
        const broken = Promise.withResolvers<never>();
        gone.signal.addEventListener('abort', () => broken.reject(gone.signal.reason), { once: true });
        const answer = await Promise.race([play(text, agent, turn), broken.promise]);
        return typeof answer === 'string' ? { outcome: 'completed', text: answer } : answer;
      },
      async stop() {
        await stop?.();
        end(0);
      },
    };
  };
  return { startAgent, agents };
}
