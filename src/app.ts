import fs from 'node:fs';
import path from 'node:path';
import { checkLiveness, watchLiveness } from './agents/liveness.ts';
import { CONFIG_TEMPLATE, USER_CONFIG_TEMPLATE } from './config-template.ts';
import { logFileOf as logFileIn, userConfigFile, workspaceConfigFile } from './config.ts';
import { createAppConfig } from './app-config.ts';
import { type AppDelivery, createAppDelivery } from './app-delivery.ts';
import { type AppHistory, createAppHistory } from './app-history.ts';
import { type AppMemory, createAppMemory } from './app-memory.ts';
import { type AppOrchestrators, createAppOrchestrators } from './app-orchestrators.ts';
import { type AgentConnections, createConnections } from './agent-connections.ts';
import { createCarryOut } from './carry-out.ts';
import { parseDraft } from './contract/draft.ts';
import { LineclearError, hasCode } from './contract/errors.ts';
import { type OutboxState, createOutboxDelivery } from './deliver-outbox.ts';
import type { AgentEvent, EventDraft } from './contract/event.ts';
import type { Role } from './contract/events/task.ts';
import { type FollowedWorld, type WorldChange, openWorld } from './followed-world.ts';
import { newEventId } from './log/event-id.ts';
import type { LogConnection } from './log/log.ts';
import { findLogServer, hasLog, openWorkspace, readConfig, whyNoLog } from './open-workspace.ts';
import type { Delivered } from './outbox/outbox.ts';
import { createOrchestratorLook } from './orchestrator/sight.ts';
import { createPerformer } from './perform.ts';
import { type RememberedRules, createRememberedRules } from './remembered-rules.ts';
import type { UserCommand } from './state/user-command.ts';
import { checkDependencies } from './state/dependencies.ts';
import type { TaskState } from './state/task.ts';
import { withConflicts } from './state/conflicts.ts';
import type { World } from './state/world.ts';
import { type TaskChanges, taskChanges, textInTree } from './workspace/task-changes.ts';
import { findRoot } from './workspace-root.ts';

export type { LogServer } from './open-workspace.ts';
export { findLogServer, findRoot, hasLog, whyNoLog, type WorldChange };
export type { DeadLetter } from './delivery/dead-letters.ts';
export type { FileProblem } from './memory/files/note-file.ts';
export type { InstructionFile, InstructionState } from './memory/instructions/instruction-state.ts';
export type { InstructionFiles } from './open-instructions.ts';
export type { NoteConflict } from './memory/conflict.ts';
export { AgentMemory, splitName } from './memory/agent-memory.ts';
export type { Side } from './memory/contexts.ts';
export type { Memory } from './memory/memory.ts';
export type { NoteFilter } from './memory/note-filter.ts';

/** Which kind of door opened the app; stands in the `source` of what it appends. */
type AppSource = 'vscode' | 'cli' | 'orchestrator';

export interface AppOptions {
  /** The folder that holds `.lineclear/`; see {@link findRoot}. */
  readonly root: string;
  readonly source: AppSource;
  /** Whether a log is made where there is none; default true. Otherwise that is `no_log`. */
  readonly create?: boolean;
  /** VS Code's settings or flags, with the keys of config.toml: they win over every file. */
  readonly overrides?: () => unknown;
}

/** One opened workspace: what every door (VS Code, terminal, phone) works with. */
export interface App extends AppHistory, AppMemory, AppDelivery, AppOrchestrators {
  readonly root: string;
  readonly userId: string;
  /** Where the log is, as it may be shown: a path, or the address of a server without the password. */
  readonly logPlace: string;
  /** How it stands with the server of the log; undefined for one in a file. */
  readonly connection: LogConnection | undefined;
  /** The files of configuration that are in use, the weakest first. */
  readonly configFiles: readonly string[];
  /** What is wrong in the configuration since it was changed: as long as it is, what was read before stays in force. */
  readonly configProblem: LineclearError | undefined;
  /** Why nothing can be recorded: the log is there, and can only be read. */
  readonly readonly: LineclearError | undefined;
  /** Names of the agents that can be given a role: configured, or found on the PATH. */
  readonly agentNames: readonly string[];
  /** Which agent takes which role, where a task does not say. */
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  /** Where the orchestrator writes what it does. */
  readonly orchestratorLog: string;
  /**
   * The state of everything; follows the log while {@link follow} is on, else as of the last {@link refresh}. The inbox has
   * conflicts of the memory once that is opened.
   */
  readonly world: World;

  /** Reads up to the log's head. */
  refresh(): Promise<void>;
  /**
   * Follows the log until the app is closed and calls the listener after each batch; also keeps what is shown true:
   * agents whose process is gone are recorded as lost. Resolves when the past has been read. Call it once. From then on
   * a configuration that is changed is taken over, too, but for `[log]`, which counts from the next opening.
   */
  follow(
    listener: (change: WorldChange) => void,
    onError: (error: unknown) => void,
    /** The configuration was read again, or could not be: then {@link configProblem} says why. */
    onConfig?: () => void,
  ): Promise<void>;
  /** Reads the configuration again at once, as {@link follow} does when a file of it was changed. */
  readConfig(): void;

  /**
   * Carries out what a person asks for: decides on the newest state, appends on its version, and decides again when
   * somebody else was faster. What is to be done to files at once (put one back, merge or discard a worktree) is done
   * when it resolves. Returns the event. Throws the errors of `decideCommand`, of `Performer.perform` and of the log.
   */
  execute(command: UserCommand): Promise<AgentEvent>;

  /**
   * Makes an archived task whole again in {@link world}. Returns it, or undefined when there is none. Throws
   * `history_truncated` where its events were removed.
   */
  recall(taskId: string): Promise<TaskState | undefined>;
  /** The work in the worktree of a task. Throws `task_not_found`, and `not_waiting` when there is none. */
  changes(taskId: string): Promise<TaskChanges>;
  /** Text of a file in one of the two trees that {@link changes} names; empty when it is not there. */
  textInTree(tree: string, file: string): Promise<string>;

  /** Looks once whether the agents that are shown as living are; what is gone is recorded as lost. */
  checkAgents(): Promise<void>;
  /** Appends any event from outside, validated: throws the errors of `parseDraft`, and `task_not_found`. */
  emit(draft: unknown): Promise<AgentEvent>;
  /** What producers left to be recorded later, as {@link deliverOutbox} found it. */
  readonly outbox: OutboxState;
  /** Records what waits in the outbox, as far as that is possible now. Never throws. */
  deliverOutbox(): Promise<Delivered>;
  /** Does that again and again until the app is closed; calls the listener when there is more or less of it. */
  keepOutboxEmpty(onChange: () => void): void;

  /** Takes agents into service. */
  readonly connections: AgentConnections;
  /** Rules that a person writes by answering a permission. */
  readonly rules: RememberedRules;
  /** Creates the workspace's config.toml with every key as a comment, if it is missing. Returns its path. */
  ensureConfigFile(): string;
  close(): Promise<void>;
}

/** Where the log of a workspace is or would be. */
export const logFileOf = (root: string): string => logFileIn({ root, env: process.env });

/** Creates the person's own config.toml, which counts in all workspaces, if it is missing. Returns its path. */
export function ensureUserConfigFile(): string {
  const file = userConfigFile(process.env);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (!fs.existsSync(file)) fs.writeFileSync(file, USER_CONFIG_TEMPLATE);
  return file;
}

/** Why a log that can be read cannot be written, perhaps for a while. */
const UNWRITABLE = ['log_full', 'log_readonly', 'log_busy', 'log_unreachable'] as const;

/** Opens the log and the configuration of a workspace. Throws `invalid_config` and the errors of `openLog`. */
export async function openApp(options: AppOptions): Promise<App> {
  const { root, source, create = true, overrides } = options;
  const opened = await openWorkspace({ root, create, mayRead: true, overrides: overrides?.() });
  const { backend, logPlace, orchestratorLog } = opened;
  const { log, blobs, snapshots, leases } = backend;
  const followedConfig = createAppConfig({ root, overrides, opened: opened.config });
  const config = followedConfig.current;
  const closed = new AbortController();
  let followed: FollowedWorld;
  try {
    followed = await openWorld(log, snapshots);
  } catch (error) {
    await backend.close();
    throw error;
  }
  const memory = createAppMemory({
    root,
    source,
    backend,
    readonly: opened.readonly,
    config,
    ensureConfigFile,
    closed: closed.signal,
  });
  const world = withConflicts(followed.world, () => memory.opened?.state);
  const refresh = () => followed.refresh();
  const liveness = {
    log,
    world,
    source,
    lookAtOrchestrator: createOrchestratorLook(leases, () => backend.now()),
  };
  const orchestrators = createAppOrchestrators({
    root,
    backend,
    readonly: opened.readonly,
    world,
    config,
  });
  const performer = createPerformer({ root, source, log, world });
  let ended: Promise<void> = Promise.resolve();
  const outbox = createOutboxDelivery({
    root,
    log,
    connection: backend.connection,
    memory: () => memory.door.memory(),
  });
  let emptying: Promise<void> | undefined;

  function ensureConfigFile(): string {
    const file = workspaceConfigFile(root);
    if (opened.readonly && !fs.existsSync(file)) throw opened.readonly;
    if (!fs.existsSync(file)) fs.writeFileSync(file, CONFIG_TEMPLATE);
    return file;
  }

  async function append(
    draft: EventDraft,
    options_: Parameters<typeof log.append>[1] = {},
  ): Promise<AgentEvent> {
    const [event] = await log.append([draft], options_);
    if (!event) throw new LineclearError('log_failed', 'The log returned no event for an append.');
    await refresh();
    return event;
  }

  return {
    root,
    get userId() {
      return config().userId;
    },
    logPlace,
    connection: backend.connection,
    get configFiles() {
      return config().files;
    },
    get configProblem() {
      return followedConfig.problem;
    },
    readonly: opened.readonly,
    get agentNames() {
      return Object.keys(config().orchestrator.agents);
    },
    get roles() {
      return config().orchestrator.roles;
    },
    orchestratorLog,
    world,
    refresh,

    async follow(listener, onError, onConfig = () => undefined) {
      memory.hearErrors(onError);
      const stopWatching = opened.readonly
        ? () => undefined
        : watchLiveness(liveness, (error) => {
            // What cannot be recorded now is seen again with the next look; what is there can be read all the same.
            if (!UNWRITABLE.some((code) => hasCode(error, code))) onError(error);
          });
      const stopLooking = orchestrators.attendance.watch();
      const onChange = () => {
        memory.configured();
        onConfig();
      };
      followedConfig.follow({ onChange, onWrong: onConfig }, closed.signal);
      closed.signal.addEventListener(
        'abort',
        () => {
          stopWatching();
          stopLooking();
        },
        { once: true },
      );
      const following = followed.follow(listener, closed.signal);
      ended = following.ended.catch((error: unknown) => {
        if (!closed.signal.aborted) onError(error);
      });
      await following.past;
    },
    readConfig: () => followedConfig.read(),

    execute: createCarryOut({
      source,
      config,
      followed,
      append,
      perform: (event) => performer.perform(event),
    }),

    recall: (taskId) => followed.recall(taskId),

    async checkAgents() {
      if (!opened.readonly) await checkLiveness(liveness, refresh);
    },
    async emit(given) {
      const draft = parseDraft(given, { tenantId: log.tenantId, newId: newEventId, now: () => new Date() });
      const { task_id, type } = draft;
      await refresh();
      const isKnown = task_id === undefined || world.tasks.has(task_id) || world.archive.has(task_id);
      if (!isKnown && type !== 'task.created')
        throw new LineclearError('task_not_found', `There is no task '${task_id}'.`, { field: 'task_id' });
      if (draft.type === 'task.created') checkDependencies(world, task_id, draft.data.depends_on ?? []);
      return append(draft);
    },
    async changes(taskId) {
      await refresh();
      const task = await followed.recall(taskId);
      if (!task) throw new LineclearError('task_not_found', `There is no task '${taskId}'.`);
      if (!task.worktree)
        throw new LineclearError('not_waiting', `“${task.title}” has no worktree of its own to compare.`);
      return await taskChanges(root, task.worktree);
    },
    textInTree: (tree, file) => textInTree(root, tree, file),

    ...createAppHistory({ root, log, blobs, world, closed: closed.signal }),

    ...createAppDelivery(backend, { source, id: `user:${config().userId}` }),

    get outbox() {
      return outbox.state;
    },
    deliverOutbox: () => outbox.deliver(),
    keepOutboxEmpty(onChange) {
      if (!opened.readonly) emptying ??= outbox.keep(closed.signal, onChange);
    },

    ...memory.door,

    ...orchestrators,
    connections: createConnections({ root, config, ensureConfigFile }),
    rules: createRememberedRules({
      root,
      world,
      readConfig: () => readConfig({ root, overrides: overrides?.() }),
      ensureConfigFile,
    }),
    ensureConfigFile,
    async close() {
      closed.abort();
      await emptying;
      await memory.close();
      await ended;
      await backend.close();
    },
  };
}
