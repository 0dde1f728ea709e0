import type { AgentEvent, EventOf } from '../contract/event.ts';
import { type ActivityEntry, activityEntryOf } from './activity.ts';
import { type AgentState, agentOf, beginsLife, isLive, reduceAgent } from './agent.ts';
import { type ArchivedTask, archived, canBeArchived, isAtRest, surplusLoners } from './archive.ts';
import { type DaySpending, DaySpendingFold, type SerializedSpending } from './day-spending.ts';
import { type DeadLetterState, DeadLettersFold } from './dead-letters.ts';
import { type TruncatedHistory, removedBy, truncatedBy, withRemoved } from './history.ts';
import { type FileTouch, createFileTouches } from './file-touches.ts';
import { type InboxItem, askedOnce, bySince, deadLetterItems, inboxItemsOf } from './inbox.ts';
import { jsonPieces } from './json-pieces.ts';
import { LANGUAGE } from './language.ts';
import { reduceTask } from './reduce-task.ts';
import { isOver } from './task-status.ts';
import type { TaskState } from './task.ts';

/** Bump when a reducer or a state changes shape: snapshots of another version are ignored. */
export const WORLD_VERSION = 19;

/** Whether nothing runs for a task any more; a failed one can be tried again. */
const hasEnded = (task: TaskState): boolean => task.phase === 'failed' || isAtRest(task);

/** Types that say nothing without a task. */
const OF_A_TASK = /^(?:task|plan|chunk)\./;

/** How many entries of activity are kept. */
export const ACTIVITY_LIMIT = 500;

/** So many tasks that are over are kept whole: all that a view shows without being asked for more. */
const KEPT_WHOLE = 100;

/** The state of everything, as derived from the events up to `position`. Read-only for everybody but the fold. */
export interface World {
  /** Sequence of the last event that is in it. */
  readonly position: number;
  /** Whole tasks: all that are not over, and of the others those that ended last or were recalled. */
  readonly tasks: ReadonlyMap<string, TaskState>;
  /** The tasks that ended before those, in the order of their ends; see {@link WorldFold.recall}. */
  readonly archive: ReadonlyMap<string, ArchivedTask>;
  /** All that live, those that worked for a whole task, and of the others the last ones. */
  readonly agents: ReadonlyMap<string, AgentState>;
  /** All that waits for a person, oldest first. */
  readonly inbox: readonly InboxItem[];
  /** The newest last. */
  readonly activity: readonly ActivityEntry[];
  /** By file: who changed it for tasks that are not over, the newest last. */
  readonly touches: ReadonlyMap<string, readonly FileTouch[]>;
  readonly spending: DaySpending;
  /** Events that groups could not handle; the one parked last at the end. */
  readonly deadLetters: readonly DeadLetterState[];
  /** How far history is truncated; undefined as long as it is whole. */
  readonly history: TruncatedHistory | undefined;
  /** Events that no task took, such as those of a task that was never created. */
  readonly ignored: number;
}

/** A world that is being folded. Only `apply` changes it; states that did not change stay the very same objects. */
export interface WorldFold extends World {
  /** Folds the next event. Events that are in it already have no effect, so a repeated delivery is harmless. */
  apply(event: AgentEvent): void;
  /** Takes an archived task among the whole ones again, folded from all its events up to `position`. */
  recall(task: TaskState): void;
  /** Of the activity: entries of a snapshot by a process that speaks another language. */
  readonly foreign: readonly ActivityEntry[];
  /** Says the entry of this event in the language of this process. */
  retell(event: AgentEvent): void;
  /** JSON of everything: what a snapshot holds. Its size does not grow with the log, but for a line per archived task. */
  serialize(): string;
  /** The same of this moment, whatever is applied before the last piece was taken: see {@link jsonPieces}. */
  serialized(): Iterable<string>;
}

export interface WorldOptions {
  /** How many tasks that are over are kept whole. */
  readonly keepWhole?: number;
}

interface SerializedWorld {
  position: number;
  tasks: TaskState[];
  /** Ids of those among the tasks that are over, in the order of their ends. */
  over: string[];
  archive: ArchivedTask[];
  agents: AgentState[];
  activity: ActivityEntry[];
  /** In which the texts of the activity are. */
  language: string;
  touches: FileTouch[];
  spending: SerializedSpending;
  deadLetters: readonly DeadLetterState[];
  history?: TruncatedHistory | undefined;
  ignored: number;
}

const EMPTY: SerializedWorld = {
  position: 0,
  tasks: [],
  over: [],
  archive: [],
  agents: [],
  activity: [],
  language: LANGUAGE,
  touches: [],
  spending: { usage: [], raises: {} },
  deadLetters: [],
  ignored: 0,
};

/** An empty world, or the one that {@link WorldFold.serialize} gave under the same {@link WORLD_VERSION}. */
export function createWorld(serialized?: string, { keepWhole = KEPT_WHOLE }: WorldOptions = {}): WorldFold {
  const from: SerializedWorld =
    serialized === undefined
      ? EMPTY
      : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by serialize() under the same WORLD_VERSION, which the reader of a snapshot checks
        (JSON.parse(serialized) as SerializedWorld);
  const tasks = new Map(from.tasks.map((task) => [task.task_id, task]));
  const archive = new Map(from.archive.map((task) => [task.task_id, task]));
  const over = new Set(from.over);
  const agents = new Map(from.agents.map((agent) => [agent.agent_id, agent]));
  const itemsOfTask = new Map(from.tasks.map((task) => [task.task_id, inboxItemsOf(task)]));
  const activity = [...from.activity];
  const touches = createFileTouches(from.touches);
  const spending = new DaySpendingFold(from.spending);
  const letters = new DeadLettersFold(from.deadLetters);
  let { position, ignored, history } = from;
  let inbox: readonly InboxItem[] | undefined;
  let recent: readonly ActivityEntry[] | undefined;

  /** It says the rest once it is recalled. */
  function applyToArchived(task: ArchivedTask, event: AgentEvent): void {
    const { sequence: version, timestamp: updated_at } = event;
    archive.set(task.task_id, { ...task, version, updated_at });
    const recalled = tasks.get(task.task_id);
    const after = recalled && reduceTask(recalled, event);
    if (after) tasks.set(task.task_id, after);
  }

  function archiveOldest(): void {
    for (const taskId of over) {
      if (over.size <= keepWhole) return;
      const task = tasks.get(taskId);
      const own = [...agents.values()].filter((agent) => agent.task_id === taskId);
      if (!task || own.some(({ status }) => isLive(status))) continue;
      over.delete(taskId);
      tasks.delete(taskId);
      itemsOfTask.delete(taskId);
      archive.set(taskId, archived(task));
      for (const { agent_id } of own) agents.delete(agent_id);
    }
  }

  function applyToTask(taskId: string, event: AgentEvent): void {
    const known = archive.get(taskId);
    if (known) return applyToArchived(known, event);
    const before = tasks.get(taskId);
    const after = reduceTask(before, event);
    if (!after) {
      ignored += 1;
      return;
    }
    tasks.set(taskId, after);
    if (hasEnded(after) && !(before && hasEnded(before))) endUnstarted(after);
    if (!isOver(after)) touches.apply(event);
    else if (!before || !isOver(before)) touches.forget(taskId);
    const changed =
      before?.phase !== after.phase ||
      before.revision !== after.revision ||
      before.snoozed !== after.snoozed ||
      before.parked !== after.parked ||
      before.questions !== after.questions ||
      before.permissions !== after.permissions ||
      before.excess !== after.excess;
    if (changed) {
      itemsOfTask.set(taskId, inboxItemsOf(after));
      inbox = undefined;
    }
    if (over.has(taskId) || !canBeArchived(after)) return;
    over.add(taskId);
    archiveOldest();
  }

  /** What goes on is not hidden by whoever says that it is removed. */
  const canBeForgotten = ({ task_id }: { readonly task_id: string }): boolean => {
    const task = tasks.get(task_id);
    return !task || isAtRest(task);
  };

  function forgetRemoved(event: EventOf<'history.truncated'>): void {
    const gone = event.data.tasks.filter(canBeForgotten);
    const ids = new Set(gone.map(({ task_id }) => task_id));
    for (const taskId of ids) {
      tasks.delete(taskId);
      over.delete(taskId);
      itemsOfTask.delete(taskId);
    }
    for (const { agent_id, task_id } of agents.values()) if (ids.has(task_id ?? '')) agents.delete(agent_id);
    const lines = withRemoved(archive, gone, removedBy(event));
    archive.clear();
    for (const [taskId, line] of lines) archive.set(taskId, line);
    history = truncatedBy(history, event);
    inbox = undefined;
  }

  /** An agent that never got as far as a process cannot be seen as lost: with its task it is over. */
  function endUnstarted({ task_id, phase, phase_since: since }: TaskState): void {
    for (const agent of agents.values()) {
      const begins = agent.status === 'created' || agent.status === 'starting';
      if (agent.task_id !== task_id || agent.process || !begins) continue;
      agents.set(agent.agent_id, { ...agent, status: 'stopped', since, reason: `the task is ${phase}` });
    }
  }

  function applyToAgent(agentId: string, event: AgentEvent): void {
    const before = agents.get(agentId);
    const isArchived = event.task_id !== undefined && archive.has(event.task_id);
    const task = tasks.get(event.task_id ?? '');
    // Of an agent that went with its task, or was not known when that ended, nothing but a new life is news.
    if (!before && (isArchived || (task && isAtRest(task))) && !beginsLife(event)) return;
    const after = reduceAgent(before, event);
    if (!after) return;
    agents.set(agentId, after);
    if (isLive(after.status) || before?.status === after.status) return;
    if (isArchived) agents.delete(agentId);
    if (after.task_id === undefined)
      for (const { agent_id } of surplusLoners(agents.values())) agents.delete(agent_id);
  }

  /** Lists of their own, of states that nobody changes. */
  const copy = () =>
    ({
      position,
      tasks: [...tasks.values()].filter(({ task_id }) => !archive.has(task_id)),
      over: [...over],
      archive: [...archive.values()],
      agents: [...agents.values()],
      activity: activity.slice(-ACTIVITY_LIMIT),
      language: LANGUAGE,
      touches: [...touches.byFile.values()].flat(),
      spending: spending.toJSON(),
      deadLetters: letters.all,
      ...(history && { history }),
      ignored,
    }) satisfies SerializedWorld;

  return {
    get position() {
      return position;
    },
    get inbox() {
      inbox ??= askedOnce(
        [...[...itemsOfTask.values()].flat(), ...deadLetterItems(letters.all)].toSorted(bySince),
      );
      return inbox;
    },
    get history() {
      return history;
    },
    get ignored() {
      return ignored;
    },
    get activity() {
      recent ??= activity.slice(-ACTIVITY_LIMIT);
      return recent;
    },
    touches: touches.byFile,
    spending,
    get deadLetters() {
      return letters.all;
    },
    tasks,
    archive,
    agents,
    recall(task) {
      if (archive.get(task.task_id)?.version !== task.version) return;
      // Among the oldest, where it was.
      const rest = [...tasks].filter(([taskId]) => taskId !== task.task_id);
      tasks.clear();
      tasks.set(task.task_id, task);
      for (const [taskId, other] of rest) tasks.set(taskId, other);
    },
    apply(event) {
      if (event.sequence <= position) return;
      position = event.sequence;
      const before = tasks.get(event.task_id ?? '');
      if (event.task_id !== undefined) applyToTask(event.task_id, event);
      else if (OF_A_TASK.test(event.type)) ignored += 1;
      if (event.type === 'history.truncated') forgetRemoved(event);
      if (letters.apply(event)) inbox = undefined;
      spending.apply(event, before, tasks.get(event.task_id ?? ''));
      const agentId = agentOf(event);
      if (agentId !== undefined) applyToAgent(agentId, event);
      const entry = activityEntryOf(event);
      if (!entry) return;
      activity.push(entry);
      recent = undefined;
      // Trimmed now and then: shifting at each event would move all entries each time.
      if (activity.length >= 2 * ACTIVITY_LIMIT) activity.splice(0, activity.length - ACTIVITY_LIMIT);
    },
    foreign: from.language === LANGUAGE ? [] : from.activity,
    retell(event) {
      const index = activity.findIndex(({ sequence }) => sequence === event.sequence);
      const entry = activityEntryOf(event);
      if (index === -1 || !entry) return;
      activity[index] = entry;
      recent = undefined;
    },
    serialize: () => JSON.stringify(copy()),
    serialized: () => jsonPieces(copy()),
  };
}
