import { LineclearError, messageOf } from '../contract/errors.ts';
import type {
  AgentEnd,
  AgentHandlers,
  AgentLaunch,
  AgentSession,
  PlainCommand,
  StartAgent,
  TurnResult,
} from './agent.ts';
import { agentFailed, providerReport } from './acp-error.ts';
import { readCommandOutput } from './command-output.ts';
import type { CommandAnswer } from './command-output.ts';
import { describeEnd, watchProcess } from './process-end.ts';
import { startProcessTree } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';
import { plainText } from './plain-text.ts';
import { createSessionReports } from './session-reports.ts';
import { openWorkspacePaths } from './workspace-paths.ts';

/** Stands in a command for the prompt. */
const PROMPT = '{prompt}';

/** As plain as it can be: the prompt on its standard input, its answer is what it prints. */
const PLAINEST: PlainCommand = { input: 'stdin', output: 'text' };

/**
 * Any command line as an agent: one process per prompt, which remembers nothing of those before it. Nothing runs
 * between the prompts; what a process has started ends with it.
 */
export const startCommandAgent: StartAgent = commandStarter({});

/** The same with a time between SIGTERM and SIGKILL of its own, in milliseconds. */
export function commandStarter({ stopMs }: { readonly stopMs?: number }): StartAgent {
  return (launch, handlers, signal) => {
    signal.throwIfAborted();
    return Promise.resolve(createCommandSession(launch, handlers, stopMs));
  };
}

function createCommandSession(
  launch: AgentLaunch,
  handlers: AgentHandlers,
  stopMs: number | undefined,
): AgentSession {
  const { name, cwd, env, mark, plain = PLAINEST } = launch;
  const reports = createSessionReports({
    agentName: name,
    workspace: openWorkspacePaths(cwd),
    report: (report) => handlers.report(report),
    keepContent: (content) => handlers.keepContent(content),
    now: () => Date.now(),
    elapsed: () => performance.now(),
  });
  const stopped = new AbortController();
  const ended = Promise.withResolvers<AgentEnd>();
  let turn: Promise<unknown> | undefined;
  let costUsd = 0;

  /** Runs the program once. Settles when it has ended with all that it started. */
  async function run(prompt: string, signal: AbortSignal): Promise<CommandAnswer> {
    const tree = await startProcessTree(commandLine(launch.command, plain, prompt), {
      cwd,
      env,
      mark,
      ...(stopMs === undefined ? {} : { graceMs: stopMs }),
    });
    handlers.processStarted(tree.process);
    const stop = () => stopQuietly(tree);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const reading = readCommandOutput(tree.child.stdout, plain, {
      update: (update) => reports.update(update),
      stray: (line) => reports.addStderr(`${line}\n`),
    });
    reading.catch(stop);
    tree.child.stdin.on('error', () => undefined); // it does not read its input, which is its own affair
    tree.child.stdin.end(plain.input === 'stdin' ? prompt : undefined);
    const end = await watchProcess(tree, {
      onStderr: (text) => reports.addStderr(text),
      drained: () => reading.catch(() => undefined),
    });
    signal.removeEventListener('abort', stop);
    tree.child.stdout.destroy(); // else a process that could not be ended would keep the turn open
    await tree.stop();
    const answer = await reading.catch((error: unknown) => {
      throw error instanceof LineclearError ? error : brokenOff(error);
    });
    if (end.exitCode !== 0) throw new LineclearError('agent_failed', `${name} ${describeEnd(end)}`);
    return answer;
  }

  const brokenOff = (error: unknown) =>
    new LineclearError('agent_protocol', `${name} broke off its output. ${messageOf(error)}`, {
      cause: error,
    });

  async function takeTurn(prompt: string, signal: AbortSignal): Promise<TurnResult> {
    const unwanted = AbortSignal.any([signal, stopped.signal]);
    reports.beginTurn();
    let answer: CommandAnswer | undefined;
    let failure: unknown;
    try {
      answer = await run(prompt, unwanted);
    } catch (error) {
      failure = error;
    }
    if (answer?.costUsd !== undefined) {
      costUsd += answer.costUsd;
      await reports.update({ kind: 'usage', used: undefined, costUsd });
    }
    const said = reports.endTurn(answer ? 'completed' : 'failed', answer?.usage);
    if (unwanted.aborted) return { outcome: 'cancelled', ...said };
    if (!answer) {
      const error = agentFailed(name, failure);
      const limited = providerReport(name, error);
      if (limited) handlers.report(limited);
      throw error;
    }
    return { outcome: 'completed', ...(answer.text === undefined ? said : { text: plainText(answer.text) }) };
  }

  return {
    process: undefined,
    sessionId: undefined,
    remembers: false,
    ended: ended.promise,
    async prompt(text, signal) {
      if (turn) throw new Error('An agent takes one prompt at a time.');
      if (signal.aborted) return { outcome: 'cancelled', text: '' };
      const own = takeTurn(text, signal);
      turn = own.catch(() => undefined);
      return await own.finally(() => {
        turn = undefined;
      });
    },
    async stop() {
      stopped.abort();
      await turn;
      ended.resolve({ exitCode: undefined, signal: undefined, stderr: '' });
    },
  };
}

function commandLine(
  [program, ...args]: AgentLaunch['command'],
  { input }: PlainCommand,
  prompt: string,
): [string, ...string[]] {
  if (input === 'stdin') return [program, ...args];
  if (!args.some((arg) => arg.includes(PROMPT))) return [program, ...args, prompt];
  return [program, ...args.map((arg) => arg.replaceAll(PROMPT, () => prompt))];
}

/** Whoever waits for the turn is told when it fails. */
function stopQuietly(tree: ProcessTree): void {
  tree.stop().catch(() => undefined);
}
