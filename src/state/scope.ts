import type { EventData } from '../contract/catalog.ts';
import type { EventOf } from '../contract/event.ts';
import { isAtRest } from './archive.ts';
import { type Change, ignore } from './change.ts';
import { cancel } from './reduce-end.ts';
import { type TaskState, currentPlan, legalPhaseChanges } from './task.ts';

/** A file that was changed outside the plan and that nobody has settled. */
export interface ScopeExcess extends EventData<'scope.exceeded'> {
  /** Id of the `scope.exceeded`. */
  readonly event_id: string;
  readonly agent_id: string;
  readonly at: string;
  /** A person wants it undone, and it is not yet. */
  readonly reverting: boolean;
}

/**
 * The files that a coder may change in a chunk, as the plan names them (paths, folders, globs), or undefined when the
 * chunk has no scope because the plan names no files for it. A coder may touch what any chunk of the plan names, and so
 * may one who mends what a reviewer found.
 */
export function scopeOf(task: TaskState, index: number): readonly string[] | undefined {
  const chunks = currentPlan(task)?.chunks ?? [];
  if (chunks[index]?.files.length === 0) return undefined;
  const files = [...new Set(chunks.flatMap((chunk) => chunk.files))];
  return files.length === 0 ? undefined : files;
}

const isSame = (a: EventData<'scope.exceeded'>, b: EventData<'scope.exceeded'>): boolean =>
  a.file_path === b.file_path && a.purpose === b.purpose && a.number === b.number;

/** A file was changed outside the plan, a person decides about it, it is as it was. */
export function onScope(
  task: TaskState,
  event: EventOf<'scope.exceeded' | 'user.decided_scope' | 'scope.reverted'>,
): Change {
  const { excess } = task;
  if (event.type === 'scope.exceeded') {
    // What comes after the end would ask for a decision that nobody carries out any more.
    if (isAtRest(task)) return ignore(`the task is ${task.phase} already`);
    const found = {
      event_id: event.id,
      agent_id: event.source_agent_id,
      at: event.timestamp,
      reverting: false,
    };
    // The same file of the same chunk is the same matter, as it stands now.
    return { excess: [...excess.filter((other) => !isSame(other, event.data)), { ...event.data, ...found }] };
  }
  const { event_id, file_path } = event.data;
  const item = excess.find((other) => other.event_id === event_id);
  if (!item) return ignore(`${file_path} is settled already`);
  const others = excess.filter((other) => other !== item);
  if (event.type === 'scope.reverted') return { excess: others };
  const { decision, user_id } = event.data;
  switch (decision) {
    case 'allow':
      return { excess: others, allowed_files: [...new Set([...task.allowed_files, file_path])] };
    case 'revert':
      return { excess: excess.map((other) => (other === item ? { ...item, reverting: true } : other)) };
    case 'stop': {
      if (!legalPhaseChanges[task.phase].includes('cancelled')) return { excess: others };
      const reason = `${file_path} was changed outside the plan`;
      return { ...cancel(task, event, { user_id, reason, stopped: false }), excess: others };
    }
  }
}
