import type { EventData } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { agentOf, isLive } from './agent.ts';
import { type ArchivedTask, allTasks, archived, canBeArchived } from './archive.ts';
import { shorten } from './shorten.ts';
import { isOver } from './task-status.ts';
import type { World } from './world.ts';

/** What may go, and no more. */
export interface RetentionBounds {
  /** Milliseconds since 1970: tasks that ended before, and of which nothing was heard since. */
  readonly endedBefore: number;
  /** Nothing behind this event. */
  readonly upto: number;
}

/** A task of which nothing more comes. */
export interface OverTask extends ArchivedTask {
  readonly phase: 'completed' | 'cancelled';
}

/** What stays of it. */
export type RemovedTask = EventData<'history.truncated'>['tasks'][number];

/** So much of a title stays: the lines of many tasks fit into one event. */
const TITLE = 200;

export function lineOf(task: OverTask): RemovedTask {
  const { task_id, phase, phase_since, created_at, updated_at, version } = task;
  return { task_id, title: shorten(task.title, TITLE), phase, phase_since, created_at, updated_at, version };
}

const isOverTask = (task: ArchivedTask): task is OverTask =>
  task.phase === 'completed' || task.phase === 'cancelled';

/** Ended tasks on which one depends that goes on. */
function neededByOpen({ tasks }: World): ReadonlySet<string> {
  const open = [...tasks.values()].filter((task) => !isOver(task));
  return new Set(open.flatMap(({ depends_on }) => depends_on));
}

/**
 * Tasks whose events nothing needs any more, the one with the oldest last event first. A task that failed can be tried
 * again, and one of which a file, a worktree or a dead letter waits for a person is not over either: they stay.
 */
export function retirableTasks(world: World, { endedBefore, upto }: RetentionBounds): OverTask[] {
  const needed = neededByOpen(world);
  const parked = new Set(world.deadLetters.map(({ task_id }) => task_id));
  return allTasks(world)
    .filter((task) => !('chunks' in task) || canBeArchived(task))
    .map((task) => ('chunks' in task ? archived(task) : task))
    .filter(isOverTask)
    .filter(
      ({ task_id, phase_since, updated_at, version, removed }) =>
        removed === undefined &&
        version <= upto &&
        Date.parse(phase_since) < endedBefore &&
        Date.parse(updated_at) < endedBefore &&
        !needed.has(task_id) &&
        !parked.has(task_id),
    )
    .toSorted((a, b) => a.version - b.version);
}

/** Which agents did something for one task alone: those of several, or of none, are more than the tasks. */
export class AgentTasks {
  readonly #tasks = new Map<string, string | undefined>();

  /** All events of the log, in any order. */
  note(event: AgentEvent): void {
    const agentId = agentOf(event);
    if (agentId === undefined) return;
    const isFirst = !this.#tasks.has(agentId);
    if (isFirst || this.#tasks.get(agentId) !== event.task_id)
      this.#tasks.set(agentId, isFirst ? event.task_id : undefined);
  }

  /** Whether nothing that is still shown of agents comes from these events of a task. */
  areForgotten({ agents }: World, taskId: string, events: readonly AgentEvent[]): boolean {
    return events.every((event) => {
      const agentId = agentOf(event);
      if (agentId === undefined) return true;
      const agent = agents.get(agentId);
      return this.#tasks.get(agentId) === taskId && !(agent && isLive(agent.status));
    });
  }
}

/** The event before the oldest that the views still tell of; Infinity when there is none. */
export const beforeActivity = ({ activity }: World): number => (activity[0]?.sequence ?? Infinity) - 1;
