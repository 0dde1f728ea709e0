import type { EventOf } from '../contract/event.ts';
import { type Change, NOTHING, ignore } from './change.ts';
import { scopeOf } from './scope.ts';
import { type TaskState, currentPlan, nextChunkIndex } from './task.ts';

/** A file, folder or glob that a task holds while it carries a chunk out: until `claim.released`, whatever becomes of it. */
export interface Claim {
  readonly file_path: string;
  /** Index of the chunk. */
  readonly index: number;
  /** Of the event: of two tasks that claim the same file the one with the lower sequence holds it. */
  readonly sequence: number;
}

/** A task stands in line for what its next chunk names. */
interface Denial {
  /** What it waits for. */
  readonly file_path: string;
  /** Index of the chunk. */
  readonly index: number;
  /** Who is to be through with it first. */
  readonly task_id: string;
  /** Its place in the line: who was denied first goes on first. */
  readonly sequence: number;
}

export interface Claims {
  readonly held: readonly Claim[];
  readonly denied?: Denial | undefined;
}

export const NO_CLAIMS: Claims = { held: [] };

/** `./src/` and `src` are the same folder; the workspace itself is `.`. */
export const plainName = (name: string): string => name.replace(/^\.\//, '').replace(/\/+$/, '') || '.';

/**
 * What a task must hold before the agent of this chunk is prompted. In a worktree of its own it disturbs nobody; what a
 * reviewer found may be anywhere in the plan.
 */
export function namesToClaim(task: TaskState, index: number): readonly string[] {
  const chunk = task.chunks[index];
  if (task.wants_worktree || !chunk) return [];
  const isPlanned = currentPlan(task)?.chunks[index] !== undefined;
  const names = isPlanned ? chunk.files : scopeOf(task, index);
  return [...new Set(names?.map(plainName))];
}

/** What a task holds for nothing that it is at now. */
export function claimsToRelease(task: TaskState): readonly Claim[] {
  const current = task.phase === 'executing' && !task.parked ? nextChunkIndex(task) : -1;
  return task.claims.held.filter(({ index }) => index !== current);
}

/** Where a task stands in line; undefined when it does not wait for files, or waits for something else first. */
export function placeInLine(task: TaskState): Denial | undefined {
  const { phase, parked, questions, excess, claims } = task;
  const isFree = phase === 'executing' && !parked && questions.length === 0 && excess.length === 0;
  return isFree && claims.denied?.index === nextChunkIndex(task) ? claims.denied : undefined;
}

/** Claims that no chunk is named for are not a plan's, and nobody waits for them. */
export function onClaim(
  task: TaskState,
  event: EventOf<'claim.acquired' | 'claim.released' | 'claim.denied'>,
): Change {
  const { claims } = task;
  const { file_path, index } = event.data;
  const { id: cause_id, sequence } = event;
  if (index === undefined) return NOTHING;
  if (event.type === 'claim.released') {
    const held = claims.held.filter((claim) => claim.file_path !== file_path || claim.index !== index);
    if (held.length === claims.held.length) return ignore('the task does not hold it');
    return { claims: { ...claims, held }, cause_id };
  }
  if (task.phase !== 'executing') return ignore(`a claim came in phase ${task.phase}`);
  if (index !== nextChunkIndex(task)) return ignore(`chunk ${index + 1} is not the next one`);
  if (event.type === 'claim.acquired') {
    if (claims.held.some((claim) => claim.file_path === file_path && claim.index === index))
      return ignore('the task holds it already');
    return { claims: { held: [...claims.held, { file_path, index, sequence }] }, cause_id };
  }
  const { held_by_task: task_id } = event.data;
  if (task_id === undefined) return NOTHING;
  const before = claims.denied?.index === index ? claims.denied.sequence : sequence;
  return { claims: { ...claims, denied: { file_path, index, task_id, sequence: before } }, cause_id };
}
