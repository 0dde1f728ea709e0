import { LineclearError } from '../contract/errors.ts';
import type { TaskState } from './task.ts';
import { quoted } from './shorten.ts';
import type { World } from './world.ts';

/** All tasks, also those that ended long ago. */
export type TaskLookup = Pick<World, 'tasks' | 'archive'>;

/** Why a task does not start yet. `person`: what it waits for will not come by itself. */
export interface DependencyWait {
  readonly kind: 'dependency' | 'person';
  readonly reason: string;
}

const find = ({ tasks, archive }: TaskLookup, id: string) => tasks.get(id) ?? archive.get(id);

const nameOf = ({ title }: Pick<TaskState, 'title'>): string => quoted(title, 60);

/** Whether a task comes back to itself by what it depends on: possible only for tasks that were imported. */
function dependsOnItself(task: TaskState, world: TaskLookup): boolean {
  const seen = new Set(task.depends_on);
  for (const id of seen) for (const further of world.tasks.get(id)?.depends_on ?? []) seen.add(further);
  return seen.has(task.task_id);
}

/** What a task that has not started waits for; undefined when it may start. */
export function dependencyWait(task: TaskState, world: TaskLookup): DependencyWait | undefined {
  if (task.is_unbound || task.depends_on.length === 0) return undefined;
  if (dependsOnItself(task, world)) return { kind: 'person', reason: 'it depends on itself' };
  const open: string[] = [];
  for (const id of task.depends_on) {
    const other = find(world, id);
    if (!other) return { kind: 'person', reason: `it depends on ${quoted(id, 60)}, which does not exist` };
    if (other.phase === 'failed')
      return { kind: 'person', reason: `${nameOf(other)}, which it depends on, has failed` };
    if (other.phase === 'cancelled')
      return { kind: 'person', reason: `${nameOf(other)}, which it depends on, was cancelled` };
    if (other.phase !== 'completed') open.push(nameOf(other));
  }
  return open.length === 0 ? undefined : { kind: 'dependency', reason: `waits for ${open.join(' and ')}` };
}

/**
 * Checks what a new task is to depend on. As only tasks that exist are accepted, no circle can come about.
 * Throws `task_not_found` or `invalid_input`.
 */
export function checkDependencies(
  world: TaskLookup,
  taskId: string | undefined,
  ids: readonly string[],
): void {
  for (const id of ids) {
    const field = 'depends_on';
    const other = find(world, id);
    if (id === taskId)
      throw new LineclearError('invalid_input', 'A task cannot depend on itself.', { field });
    if (!other)
      throw new LineclearError('task_not_found', `There is no task '${id}' to depend on.`, { field });
    if (other.phase === 'cancelled') {
      const message = `${nameOf(other)} was cancelled: it will never be completed.`;
      throw new LineclearError('invalid_input', message, { field });
    }
  }
}
