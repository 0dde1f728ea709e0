import type { EventData, EventType } from '../contract/catalog.ts';
import type { AgentProcess } from '../contract/events/agent.ts';
import type { BlobRef } from '../log/log.ts';

/** How a program is spoken to that knows no protocol: one process for each prompt. */
export interface PlainCommand {
  /** `argument`: in place of `{prompt}`, or as the last argument where there is none. */
  readonly input: 'stdin' | 'argument';
  /** `json`: one value at its end. `jsonl`: one value in each line, as soon as there is something to tell. */
  readonly output: 'text' | 'json' | 'jsonl';
  /** Where in a value the answer is: keys and indexes with dots between. Default: the usual places. */
  readonly text?: string | undefined;
}

export interface EarlierSession {
  readonly sessionId: string;
  /** US dollars of it that were reported; agents tell the cost of a whole session. */
  readonly costUsd: number;
}

/** A configured agent, ready to be launched. */
export interface AgentLaunch {
  /** Name in the configuration, such as `gemini`. */
  readonly name: string;
  /** Program and arguments; started without a shell. */
  readonly command: readonly [string, ...string[]];
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the folder that the agent works in. */
  readonly cwd: string;
  /** Set for a program that knows no protocol; without it, it is spoken to in ACP. */
  readonly plain?: PlainCommand | undefined;
  /** A session of an earlier process, to go on with where the agent can. */
  readonly resume?: EarlierSession | undefined;
  /** What all processes of the agent are marked with, so that they are found also when nothing else is known of them. */
  readonly mark?: string;
}

type ReportType =
  | 'agent.output'
  | 'agent.progress'
  | 'file.created'
  | 'file.modified'
  | 'file.deleted'
  | 'provider.called'
  | 'provider.failed'
  | 'provider.rate_limited'
  | 'test.passed'
  | 'test.failed'
  | 'error.occurred';

/** What an agent did, as type and data of an event; who appends it adds the envelope. */
export type AgentReport = {
  [T in ReportType & EventType]: { readonly type: T; readonly data: EventData<T> };
}[ReportType];

export type PermissionRequest = Omit<EventData<'permission.requested'>, 'request_id'>;
export type Question = Omit<EventData<'question.asked'>, 'question_id'>;

/** What an agent needs of the one who runs it. The signals are aborted when the agent does not wait any more. */
export interface AgentHandlers {
  /**
   * Called as soon as a process of the agent exists and before anything else: once, or in each turn where an agent is
   * one process per prompt. Must not throw.
   */
  processStarted(process: AgentProcess): void;
  /** Called in the order of happening; must not throw. */
  report(report: AgentReport): void;
  /** Keeps a text for those who look at a change later; undefined when it is not kept. Must not throw. */
  keepContent(text: string): Promise<BlobRef | undefined>;
  decidePermission(request: PermissionRequest, signal: AbortSignal): Promise<'allow' | 'deny'>;
  /** The answer, or undefined when there will be none. */
  answerQuestion(question: Question, signal: AbortSignal): Promise<string | undefined>;
}

export interface TurnResult {
  /** `completed`: the agent says that it is done. `cancelled`: by us. `refused` and `limit`: it gave up. */
  readonly outcome: 'completed' | 'cancelled' | 'refused' | 'limit';
  /** Everything that the agent said as its answer in this turn; of more than a million characters the end. */
  readonly text: string;
  /** How many characters before that end were not kept; undefined when it is all there. */
  readonly leftOut?: number | undefined;
}

/** How the process of an agent ended. */
export interface AgentEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last lines of its standard error. */
  readonly stderr: string;
}

/** A launched agent with an open session. */
export interface AgentSession {
  /** Undefined where it has one only while it works. */
  readonly process: AgentProcess | undefined;
  readonly sessionId: string | undefined;
  /** What became of the session that was to be resumed, in words; undefined when nothing was tried. */
  readonly resumption?: string | undefined;
  /** Whether it knows in a turn what was said in the turns before. */
  readonly remembers: boolean;
  /**
   * One turn at a time. Aborting the signal asks the agent to stop; it resolves with `cancelled` when the agent obeys,
   * and when it does not and its process was ended for it.
   * Throws `agent_failed` when the process ends or answers with an error, `rate_limited` when that says that a provider
   * refuses calls for a while, `agent_protocol` when it does not speak as it should, `agent_not_startable` when it is to
   * be started for the prompt and cannot be.
   * All reports of the turn have been made when it settles.
   */
  prompt(text: string, signal: AbortSignal): Promise<TurnResult>;
  /** Settles when the session has ended, for whatever reason. */
  readonly ended: Promise<AgentEnd>;
  /** Ends the whole process tree, first politely, then by force; resolves when no process of it is left. */
  stop(): Promise<void>;
}

/**
 * Launches an agent and opens a session. Throws `agent_not_startable` (the command does not exist or ends at once, with
 * what it printed), `agent_protocol` (it prints something else than ACP), `agent_failed` (it answers with an error),
 * `agent_not_signed_in` or `agent_timeout` (when the signal is that of an `AbortSignal.timeout`). Any other abort is
 * thrown as its reason. Nothing is left running when it throws. How long it may take is the caller's matter; Node never
 * forgets a signal of `AbortSignal.any` with a time limit from which another such signal was made, so none is.
 */
export type StartAgent = (
  launch: AgentLaunch,
  handlers: AgentHandlers,
  signal: AbortSignal,
) => Promise<AgentSession>;
