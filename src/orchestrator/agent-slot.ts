import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import type { AgentProcess, AgentStatus } from '../contract/events/agent.ts';
import type { Role } from '../contract/events/task.ts';
import type {
  AgentHandlers,
  AgentLaunch,
  AgentReport,
  AgentSession,
  StartAgent,
  TurnResult,
} from '../agents/agent.ts';
import type { MeasuredTree } from '../agents/tree-meter.ts';
import { resumeTree, suspendTree } from '../agents/process-tree.ts';
import type { EventBody } from '../state/command.ts';
import type { AgentEnding } from './agent-ending.ts';
import { type Turn, numberOf } from './decide.ts';
import { type Told, addTold, newTold } from './told.ts';

export interface AgentSlotOptions {
  readonly agentId: string;
  readonly role: Role;
  readonly launch: AgentLaunch;
  /** Who runs it, and where. */
  readonly orchestrator: { readonly id: string; readonly folder: string };
  readonly startAgent: StartAgent;
  readonly startTimeoutMs: number;
  readonly handlers: Omit<AgentHandlers, 'report' | 'processStarted'>;
  /** Appends, in order; never throws. */
  readonly append: (bodies: readonly EventBody[]) => Promise<void>;
  /** Throws `lease_lost` when another orchestrator may carry the task on: nothing more is asked of this agent then. */
  readonly ensureHeld: () => Promise<void>;
  /** The agent is gone, by itself or because it was ended. */
  readonly onGone: () => void;
}

/** What an agent is told. */
export interface SlotPrompt {
  readonly text: string;
  /** The messages of people that are in it. */
  readonly messageIds: readonly string[];
  /** It is not the beginning of a turn, but something to be heard in the middle of it. */
  readonly isMessage?: boolean;
}

export interface AgentSlot {
  readonly agentId: string;
  /** Name in the configuration. */
  readonly agentName: string;
  readonly role: Role;
  /** It was ended, or ended by itself, and is not gone yet. */
  readonly isEnding: boolean;
  /** Its processes, from the moment on at which there are any. */
  readonly tree: MeasuredTree | undefined;
  /** Whether it still knows what it was prompted with before. */
  readonly remembers: boolean;
  /** One turn; starts the agent first when it does not run yet. Throws what `StartAgent` and `prompt` throw. */
  prompt(turn: Turn, prompt: SlotPrompt, signal: AbortSignal): Promise<TurnResult>;
  /** What the agent has told of its work since its last prompt. */
  readonly told: Told;
  readonly isPaused: boolean;
  /**
   * Its processes stand still; where the operating system has no such thing, it gets no further prompt. What it was
   * about to say is heard when it goes on.
   */
  pause(reason: string): Promise<void>;
  resume(reason: string): Promise<void>;
  /** Resolves when it is not paused, or has ended. */
  untilResumed(): Promise<void>;
  /** Asks it to leave what it was prompted with: the prompt then comes back as cancelled. */
  interrupt(): void;
  /** Ends the process tree, also one that is just being started, and records how the agent ended. Idempotent. */
  end(ending: AgentEnding): Promise<void>;
}

/** One agent in one role of one task: its process, and the events that tell its life truthfully. */
export function createAgentSlot(options: AgentSlotOptions): AgentSlot {
  const { agentId, role, launch, append } = options;
  const aborted = new AbortController();
  let opening: Promise<AgentSession> | undefined;
  let status: AgentStatus = 'created';
  let ending: Promise<void> | undefined;
  let told = newTold();
  let tree: MeasuredTree | undefined;
  let remembers = false;
  let pause: { readonly over: PromiseWithResolvers<void>; before: AgentStatus } | undefined;
  let interruption = new AbortController();

  const lifecycle = (
    current_status: AgentStatus,
    more: { reason?: string | undefined; error_message?: string | undefined } = {},
  ) => {
    const previous_status = status;
    status = current_status;
    return { agent_id: agentId, agent_name: launch.name, role, previous_status, current_status, ...more };
  };

  function report(what: AgentReport): void {
    addTold(told, what);
    void append([what]);
  }

  /** Recorded before its session is open: an orchestrator that starts after a crash must find it. */
  function processStarted(process: AgentProcess): void {
    tree = { process, mark: launch.mark };
    void append([{ type: 'agent.health', data: { ...lifecycle(status), process } }]);
  }

  async function open(signal: AbortSignal): Promise<AgentSession> {
    // Recorded before there is a process, so that there is none that the log knows nothing of.
    const { orchestrator } = options;
    const created = { ...lifecycle('starting'), session_id: launch.resume?.sessionId, orchestrator };
    await append([{ type: 'agent.created', data: created }]);
    const timeout = AbortSignal.timeout(options.startTimeoutMs);
    const session = await options.startAgent(
      launch,
      { ...options.handlers, report, processStarted },
      AbortSignal.any([signal, aborted.signal, timeout]),
    );
    const { process, sessionId: session_id } = session;
    // Who ends it meanwhile says how it ended, and that is its last event.
    if (ending) return session;
    const started = lifecycle('idle', { reason: session.resumption });
    await append([{ type: 'agent.started', data: { ...started, process, session_id } }]);
    void session.ended.then((end) => {
      const how = end.signal ? `signal ${end.signal}` : `exit code ${end.exitCode ?? 'unknown'}`;
      return finish({
        status: 'failed',
        error_message: `process ${process?.pid ?? ''} ended by ${how}`,
        exit_code: end.exitCode,
        signal: end.signal,
      });
    });
    return session;
  }

  /** Ends every process, also of a start that is not finished. Returns why that was not possible, if it was not. */
  async function stop(): Promise<string | undefined> {
    aborted.abort();
    // A start that failed has left nothing running.
    const session = await opening?.catch(() => undefined);
    try {
      await session?.stop();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Stops what still runs and says once how it ended; whoever comes first says it. */
  function finish(how: AgentEnding): Promise<void> {
    ending ??= (async () => {
      pause?.over.resolve();
      const problem = await stop();
      const { reason, error_code, exit_code, signal } = how;
      const last = problem === undefined ? how.status : 'failed';
      const error_message = problem ?? how.error_message;
      const type =
        last === 'completed' ? 'agent.completed' : last === 'stopped' ? 'agent.stopped' : 'agent.failed';
      // Says which process it was: an orchestrator that was replaced while it hung must not end the new one's agent.
      const { process } = tree ?? {};
      const data = { ...lifecycle(last, { reason, error_message }), error_code, process, exit_code, signal };
      if (data.previous_status !== 'created') await append([{ type, data }]);
      options.onGone();
    })();
    return ending;
  }

  const untilResumed = async () => await pause?.over.promise;

  const hasEnded = () => new LineclearError('agent_failed', `${launch.name} has ended.`);

  return {
    agentId,
    agentName: launch.name,
    role,
    get isEnding() {
      return ending !== undefined;
    },
    get tree() {
      return tree;
    },
    get told() {
      return told;
    },
    get remembers() {
      return remembers;
    },
    get isPaused() {
      return pause !== undefined && ending === undefined;
    },
    async pause(reason) {
      if (ending || pause) return;
      const own = { over: Promise.withResolvers<void>(), before: status };
      pause = own;
      await opening?.catch(() => undefined);
      if (ending || pause !== own) return;
      own.before = status;
      if (tree) suspendTree(tree);
      await append([
        { type: 'agent.paused', data: { ...lifecycle('paused', { reason }), process: tree?.process } },
      ]);
    },
    async resume(reason) {
      if (ending || !pause) return;
      const { over, before } = pause;
      pause = undefined;
      if (tree) resumeTree(tree);
      if (status === 'paused')
        await append([
          { type: 'agent.resumed', data: { ...lifecycle(before, { reason }), process: tree?.process } },
        ]);
      over.resolve();
    },
    untilResumed,
    interrupt: () => interruption.abort(),
    end: finish,
    async prompt(turn, { text, messageIds, isMessage = false }, signal) {
      if (ending) throw hasEnded();
      try {
        opening ??= open(signal);
        const session = await opening;
        if (ending) throw hasEnded();
        await untilResumed();
        if (ending) throw hasEnded();
        remembers = session.remembers;
        interruption = new AbortController();
        told = newTold();
        const data = {
          ...lifecycle('working'),
          purpose: isMessage ? ('message' as const) : turn.purpose,
          number: numberOf(turn),
        };
        const message_ids = messageIds.length > 0 ? [...messageIds] : undefined;
        await append([{ type: 'agent.invoked', data: { ...data, message_ids } }]);
        await options.ensureHeld();
        const result = await session.prompt(text, AbortSignal.any([signal, interruption.signal]));
        await untilResumed();
        if (!ending)
          await append([
            {
              type: 'agent.health',
              data: { ...lifecycle('idle'), ...(session.process ? {} : { without_process: true }) },
            },
          ]);
        return result;
      } catch (error) {
        const words = messageOf(error);
        const isLimited = hasCode(error, 'rate_limited');
        await finish(
          isLimited
            ? { status: 'stopped', reason: words, error_code: error.code }
            : { status: 'failed', error_message: words },
        );
        throw error;
      }
    },
  };
}
