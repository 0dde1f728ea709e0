import type { AgentEvent } from '../contract/event.ts';
import { type ActivityEntry, activityEntryOf } from './activity.ts';
import { type AgentState, agentOf, reduceAgent } from './agent.ts';
import { type InboxItem, bySince, inboxItemsOf } from './inbox.ts';
import { reduceTask } from './reduce-task.ts';
import { type TaskState, isEnded } from './task.ts';

/** Bump when a reducer or a state changes shape: snapshots of another version are ignored. */
export const WORLD_VERSION = 5;

/** A cancelled task has ended when all that ran for it has. */
const hasEnded = ({ phase, cancelled }: TaskState): boolean =>
  isEnded(phase) && (phase !== 'cancelled' || cancelled?.stopped === true);

/** Types that say nothing without a task. */
const OF_A_TASK = /^(?:task|plan|chunk)\./;

/** How many entries of activity are kept. */
export const ACTIVITY_LIMIT = 500;

/** The state of everything, as derived from the events up to `position`. Read-only for everybody but the fold. */
export interface World {
  /** Sequence of the last event that is in it. */
  readonly position: number;
  readonly tasks: ReadonlyMap<string, TaskState>;
  readonly agents: ReadonlyMap<string, AgentState>;
  /** All that waits for a person, oldest first. */
  readonly inbox: readonly InboxItem[];
  /** The newest last. */
  readonly activity: readonly ActivityEntry[];
  /** Events that no task took, such as those of a task that was never created. */
  readonly ignored: number;
}

/** A world that is being folded. Only `apply` changes it; states that did not change stay the very same objects. */
export interface WorldFold extends World {
  /** Folds the next event. Events that are in it already have no effect, so a repeated delivery is harmless. */
  apply(event: AgentEvent): void;
  /** JSON of everything: what a snapshot holds. */
  serialize(): string;
}

interface SerializedWorld {
  position: number;
  tasks: TaskState[];
  agents: AgentState[];
  activity: ActivityEntry[];
  ignored: number;
}

const EMPTY: SerializedWorld = { position: 0, tasks: [], agents: [], activity: [], ignored: 0 };

/** An empty world, or the one that {@link WorldFold.serialize} gave under the same {@link WORLD_VERSION}. */
export function createWorld(serialized?: string): WorldFold {
  const from: SerializedWorld =
    serialized === undefined
      ? EMPTY
      : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by serialize() under the same WORLD_VERSION, which the reader of a snapshot checks
        (JSON.parse(serialized) as SerializedWorld);
  const tasks = new Map(from.tasks.map((task) => [task.task_id, task]));
  const agents = new Map(from.agents.map((agent) => [agent.agent_id, agent]));
  const itemsOfTask = new Map(from.tasks.map((task) => [task.task_id, inboxItemsOf(task)]));
  const activity = [...from.activity];
  let { position, ignored } = from;
  let inbox: readonly InboxItem[] | undefined;
  let recent: readonly ActivityEntry[] | undefined;

  function applyToTask(taskId: string, event: AgentEvent): void {
    const before = tasks.get(taskId);
    const after = reduceTask(before, event);
    if (!after) {
      ignored += 1;
      return;
    }
    tasks.set(taskId, after);
    if (hasEnded(after) && !(before && hasEnded(before))) endUnstarted(after);
    const changed =
      before?.phase !== after.phase ||
      before.revision !== after.revision ||
      before.snoozed !== after.snoozed ||
      before.questions !== after.questions ||
      before.permissions !== after.permissions;
    if (!changed) return;
    itemsOfTask.set(taskId, inboxItemsOf(after));
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
    const after = reduceAgent(agents.get(agentId), event);
    if (after) agents.set(agentId, after);
  }

  return {
    get position() {
      return position;
    },
    get inbox() {
      inbox ??= [...itemsOfTask.values()].flat().toSorted(bySince);
      return inbox;
    },
    get ignored() {
      return ignored;
    },
    get activity() {
      recent ??= activity.slice(-ACTIVITY_LIMIT);
      return recent;
    },
    tasks,
    agents,
    apply(event) {
      if (event.sequence <= position) return;
      position = event.sequence;
      if (event.task_id !== undefined) applyToTask(event.task_id, event);
      else if (OF_A_TASK.test(event.type)) ignored += 1;
      const agentId = agentOf(event);
      if (agentId !== undefined) applyToAgent(agentId, event);
      const entry = activityEntryOf(event);
      if (!entry) return;
      activity.push(entry);
      recent = undefined;
      // Trimmed now and then: shifting at each event would move all entries each time.
      if (activity.length >= 2 * ACTIVITY_LIMIT) activity.splice(0, activity.length - ACTIVITY_LIMIT);
    },
    serialize() {
      const state: SerializedWorld = {
        position,
        tasks: [...tasks.values()],
        agents: [...agents.values()],
        activity: activity.slice(-ACTIVITY_LIMIT),
        ignored,
      };
      return JSON.stringify(state);
    },
  };
}
