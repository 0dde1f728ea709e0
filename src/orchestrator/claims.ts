import type { TaskLookup } from '../state/dependencies.ts';
import { claimsToRelease, namesToClaim, placeInLine } from '../state/claims.ts';
import type { EventBody } from '../state/command.ts';
import { isOfProject } from '../state/project.ts';
import { type TaskState, nextChunkIndex } from '../state/task.ts';
import type { LabelledBody } from './decide.ts';
import { overlap } from './scope-match.ts';
import { ORCHESTRATOR } from './task-writer.ts';

/** Who is to be through with a file before a task may have it. */
interface Blocker {
  readonly task: TaskState;
  /** What the task that waits names. */
  readonly file_path: string;
}

type Tasks = Pick<TaskLookup, 'tasks'>;

const holderOf = ({ assigned }: TaskState): string => assigned.coder?.agent_id ?? ORCHESTRATOR;

const overlapping = (names: readonly string[], others: readonly string[]): string | undefined =>
  names.find((name) => others.some((other) => overlap(name, other)));

/**
 * Who stands in the way of a task at this chunk. Of claims that overlap the one with the lowest sequence counts,
 * so that of any number of orchestrators that have appended theirs exactly one goes on. Who holds nothing yet also lets those go
 * first that were denied before. Whom a task waits for never waits for it in turn: who holds has all that its chunk names, and
 * the line has an order.
 */
function blockerOf(task: TaskState, index: number, { tasks }: Tasks): Blocker | undefined {
  const names = namesToClaim(task, index);
  const own = task.claims.held[0]?.sequence;
  const place = placeInLine(task)?.sequence ?? Infinity;
  let next: Blocker | undefined;
  let first = Infinity;
  for (const other of tasks.values()) {
    if (other.task_id === task.task_id || !isOfProject(other, task.project)) continue;
    const held = other.claims.held.filter(({ sequence }) => sequence < (own ?? Infinity));
    const taken = overlapping(
      names,
      held.map(({ file_path }) => file_path),
    );
    if (taken !== undefined) return { task: other, file_path: taken };
    const ahead = own === undefined ? placeInLine(other)?.sequence : undefined;
    if (ahead === undefined || ahead > place || ahead > first) continue;
    const wanted = overlapping(names, namesToClaim(other, nextChunkIndex(other)));
    if (wanted === undefined) continue;
    next = { task: other, file_path: wanted };
    first = ahead;
  }
  return next;
}

/** A label of its own for each file; the claim before is the cause, so that a second try has other ids. */
const labelled = (
  body: Extract<EventBody, { type: 'claim.acquired' | 'claim.released' | 'claim.denied' }>,
): LabelledBody => ({ label: `${body.type}:${body.data.file_path}`, body });

/** What is to be given back: all that the task holds and is not at now. */
export const releases = (task: TaskState, claims = claimsToRelease(task)): readonly LabelledBody[] =>
  claims.map(({ file_path, index }) =>
    labelled({ type: 'claim.released', data: { file_path, agent_id: holderOf(task), index } }),
  );

/**
 * What is to be recorded before the agent may begin this chunk: that its files are claimed, all or none, or who has
 * them. Undefined when they are held, or none are named; nothing to record while it goes on waiting.
 */
export function claimFirst(
  task: TaskState,
  index: number,
  world: Tasks,
): readonly LabelledBody[] | undefined {
  const names = namesToClaim(task, index);
  if (names.length === 0) return undefined;
  const { held } = task.claims;
  const blocker = blockerOf(task, index, world);
  const agent_id = holderOf(task);
  if (!blocker) {
    if (held.length > 0) return undefined;
    return names.map((file_path) =>
      labelled({ type: 'claim.acquired', data: { file_path, agent_id, index } }),
    );
  }
  const { task_id: held_by_task } = blocker.task;
  if (held.length === 0 && placeInLine(task)?.task_id === held_by_task) return [];
  const { file_path } = blocker;
  const held_by = holderOf(blocker.task);
  const denied = labelled({
    type: 'claim.denied',
    data: { file_path, agent_id, index, held_by, held_by_task },
  });
  return [...releases(task, held), denied];
}

/** The tasks that stand in line for files. */
export interface ClaimLine {
  note(task: TaskState): void;
  /** Those that may go on, or have to say that they wait for somebody else now. */
  due(): readonly string[];
}

export function createClaimLine(world: Tasks): ClaimLine {
  const waiting = new Set<string>();
  return {
    note({ task_id, claims: { denied } }) {
      if (denied) waiting.add(task_id);
    },
    due: () =>
      [...waiting].filter((taskId) => {
        const task = world.tasks.get(taskId);
        if (!task?.claims.denied) return !waiting.delete(taskId);
        const place = placeInLine(task);
        return place && blockerOf(task, place.index, world)?.task.task_id !== place.task_id;
      }),
  };
}
