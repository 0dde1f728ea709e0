import { LineclearError, messageOf } from '../contract/errors.ts';
import { redactText } from '../contract/redact.ts';
import type { Role } from '../contract/events/task.ts';
import type { AgentHandlers, StartAgent } from '../agents/agent.ts';
import { newEventId } from '../log/event-id.ts';
import type { BlobStore } from '../log/log.ts';
import type { EventBody } from '../state/command.ts';
import type { AgentState } from '../state/agent.ts';
import { type TaskState, isEnded } from '../state/task.ts';
import type { AgentEnding } from './agent-ending.ts';
import { agentMark } from './agent-mark.ts';
import { resumableSession } from './resumable-session.ts';
import { type AgentSlot, createAgentSlot } from './agent-slot.ts';
import { folderIdOf } from './folder-id.ts';
import type { OrchestratorHolder } from './lease.ts';
import type { DecisionsAwaited } from './decisions-awaited.ts';
import { type RuleAnswer, decideByRules } from './rules/permission-rules.ts';
import { realName } from './rules/real-name.ts';
import { type OrchestratorSettings, agentNameFor } from './settings.ts';
import type { WatchedAgent } from './resource-watch.ts';
import { ORCHESTRATOR, type TaskWriter } from './task-writer.ts';

export interface TaskAgentsOptions {
  readonly taskId: string;
  readonly settings: OrchestratorSettings;
  readonly startAgent: StartAgent;
  /** The workspace. */
  readonly cwd: string;
  /** This orchestrator. */
  readonly me: OrchestratorHolder;
  /** See `agentMark`. */
  readonly term: () => number;
  readonly ensureHeld: () => Promise<void>;
  readonly writer: TaskWriter;
  /** Where what agents changed is kept. */
  readonly blobs: BlobStore;
  readonly awaited: DecisionsAwaited;
  /** What is known of an agent that was there before. */
  readonly agent: (agentId: string) => AgentState | undefined;
  /** The task as of now; throws when there is none. */
  readonly current: () => TaskState;
  /** Resolves when everything that this process has appended is in {@link current}. */
  readonly settled: () => Promise<void>;
  /** Runs what waits for a person. */
  readonly whileWaiting: <T>(work: () => Promise<T>) => Promise<T>;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  /** An agent is gone. */
  readonly onGone: () => void;
}

/** The agents of one task that live in this process: one for each role at most. */
export interface TaskAgents {
  readonly roles: readonly Role[];
  /** Whether one of them is being ended. */
  readonly isEnding: boolean;
  /**
   * The agent in a role; a new one, not started yet, when there is none, which works in the folder. Throws
   * `agent_not_configured`.
   */
  take(task: TaskState, role: Role, folder: string): Promise<AgentSlot>;
  find(agentId: string): AgentSlot | undefined;
  inRole(role: Role): AgentSlot | undefined;
  /** Those that have processes and are not being ended. */
  watched(): readonly Omit<WatchedAgent, 'giveUp'>[];
  end(roles: readonly Role[], ending: AgentEnding): Promise<void>;
}

type AskedBody = Extract<EventBody, { readonly type: 'permission.requested' | 'question.asked' }>;

function configured(task: TaskState, role: Role, settings: OrchestratorSettings) {
  const { agents } = settings;
  const name = agentNameFor(task, role, settings);
  const agent = name === undefined ? undefined : agents[name];
  if (name !== undefined && agent) return { name, ...agent };
  const which =
    name === undefined ? `No agent is configured as ${role}` : `The ${role} '${name}' is not configured`;
  throw new LineclearError(
    'agent_not_configured',
    `${which}. Configured: ${Object.keys(agents).join(', ') || 'none'}.`,
  );
}

export function createTaskAgents(options: TaskAgentsOptions): TaskAgents {
  const { taskId, settings, writer, awaited, current, whileWaiting, note } = options;
  const slots = new Map<Role, AgentSlot>();

  /** What the log does not take is not lost silently: the log says so itself, if it can be written at all. */
  async function tellRefused(agentId: string, bodies: readonly EventBody[], error: unknown): Promise<void> {
    const types = bodies.map(({ type }) => type).join(', ');
    const message = `${types} of ${agentId} was not recorded: ${messageOf(error)}`;
    note(`${taskId}: ${message}`);
    const code = error instanceof LineclearError ? error.code : 'unknown';
    try {
      const data = { code, message, where: agentId };
      await writer.reported(current(), ORCHESTRATOR, [{ type: 'error.occurred', data }]);
    } catch (second) {
      note(`${taskId}: nor was that: ${messageOf(second)}`);
    }
  }

  /** Throws when it is refused: who asks a person something must not wait for an answer to what nobody sees. */
  async function ask(agentId: string, body: AskedBody, answer?: RuleAnswer): Promise<void> {
    try {
      if (answer && body.type === 'permission.requested')
        await writer.decidedByRule(current(), agentId, body.data, answer);
      else await writer.reported(current(), agentId, [body]);
    } catch (error) {
      await tellRefused(agentId, [body], error);
      throw error;
    }
  }

  /** The agent does not wait any more: nobody is to be asked for what nobody hears. */
  async function withdraw(agentId: string, request_id: string): Promise<void> {
    await options.settled();
    if (!current().permissions.some((open) => open.request_id === request_id)) return;
    const reason = 'the agent does not wait for it any more';
    await report(agentId, [{ type: 'permission.withdrawn', data: { request_id, reason } }]);
  }

  const handlersFor = (
    agentId: string,
    agent_name: string,
  ): Omit<AgentHandlers, 'report' | 'processStarted'> => ({
    async keepContent(text) {
      try {
        return await options.blobs.put(Buffer.from(redactText(text)));
      } catch (error) {
        note(`${taskId}: what ${agentId} changed could not be kept: ${messageOf(error)}`);
        return undefined;
      }
    },
    async decidePermission(request, signal) {
      // Nobody is asked for a task that has ended, and its agent is about to end, too.
      if (isEnded(current().phase)) return 'deny';
      const request_id = newEventId();
      const file_paths = request.file_paths.map((file) => realName(options.cwd, file));
      const answer = decideByRules(settings.rules, { ...request, file_paths, agent_name });
      await ask(agentId, { type: 'permission.requested', data: { ...request, request_id } }, answer);
      if (answer) return answer.decision;
      try {
        return await whileWaiting(() => awaited.permission(request_id, signal));
      } catch (error) {
        await withdraw(agentId, request_id);
        throw error;
      }
    },
    async answerQuestion(question, signal) {
      const { interactive, phase } = current();
      if (!interactive || isEnded(phase)) return undefined;
      const question_id = newEventId();
      await ask(agentId, { type: 'question.asked', data: { ...question, question_id } });
      return whileWaiting(() => awaited.answer(question_id, signal));
    },
  });

  async function report(agentId: string, bodies: readonly EventBody[]): Promise<void> {
    try {
      await writer.reported(current(), agentId, bodies);
    } catch (error) {
      await tellRefused(agentId, bodies, error);
    }
  }

  return {
    get roles() {
      return [...slots.keys()];
    },
    get isEnding() {
      return [...slots.values()].some((slot) => slot.isEnding);
    },
    watched: () =>
      [...slots.values()].flatMap(({ agentId, agentName, tree, isEnding }) =>
        tree && !isEnding ? [{ agentId, agentName, tree, record: (bodies) => report(agentId, bodies) }] : [],
      ),
    inRole: (role) => slots.get(role),
    find: (agentId) => [...slots.values()].find((slot) => slot.agentId === agentId),
    async end(roles, ending) {
      const ended = [...slots.values()].filter((slot) => roles.includes(slot.role));
      await Promise.all(ended.map((slot) => slot.end(ending)));
    },
    async take(task, role, folder) {
      const open = slots.get(role);
      if (open) return open;
      const { name, command, env, plain } = configured(task, role, settings);
      const { cwd, me, startAgent } = options;
      const agentId = `${role}-${taskId.slice(taskId.lastIndexOf('-') + 1)}`;
      const slot = createAgentSlot({
        agentId,
        role,
        launch: {
          name,
          command,
          env,
          plain,
          cwd: folder,
          mark: agentMark(cwd, agentId, options.term()),
          resume: role === 'coder' ? resumableSession(options.agent(agentId), name) : undefined,
        },
        orchestrator: { id: me.id, folder: folderIdOf(me) },
        startAgent,
        startTimeoutMs: settings.startTimeout * 1000,
        handlers: handlersFor(agentId, name),
        append: (bodies) => report(agentId, bodies),
        ensureHeld: options.ensureHeld,
        onGone: () => {
          if (slots.get(role) === slot) slots.delete(role);
          options.onGone();
        },
      });
      slots.set(role, slot);
      const assigned = task.assigned[role];
      if (assigned?.agent_id !== agentId || assigned.agent_name !== name) {
        const data = { role, agent_id: agentId, agent_name: name };
        await report(agentId, [{ type: 'task.assigned', data }]);
      }
      return slot;
    },
  };
}
