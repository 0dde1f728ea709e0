import { expect } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { reduceTask } from '../../src/state/reduce-task.ts';
import type { TaskState } from '../../src/state/task.ts';
import { type WorldFold, createWorld } from '../../src/state/world.ts';
import { type Step, logOf } from './events.ts';
import { renderTask } from './render.ts';

const fold = (events: readonly AgentEvent[]): TaskState | undefined =>
  events.reduce<TaskState | undefined>(reduceTask, undefined);

/** The task that a story leads to. */
export function taskAfter(steps: readonly Step[]): TaskState {
  const task = fold(logOf(steps));
  if (!task) throw new Error('the story has no task');
  return task;
}

export function worldAfter(steps: readonly Step[]): WorldFold {
  const world = createWorld();
  for (const event of logOf(steps)) world.apply(event);
  return world;
}

/** `given([...past]).when(...steps).gives(the task as text)` */
export const given = (past: readonly Step[]) => ({
  when: (...steps: readonly Step[]) => ({
    gives(expected: string) {
      expect(renderTask(taskAfter([...past, ...steps]))).toBe(expected);
    },
    /** The last step leaves the task as it is, and is counted as ignored for this reason. */
    isIgnored(reason: string) {
      const before = taskAfter([...past, ...steps.slice(0, -1)]);
      const after = taskAfter([...past, ...steps]);
      const type = steps.at(-1)?.type ?? '';
      const { version, updated_at, ignored } = after;
      expect(ignored).toStrictEqual({
        count: before.ignored.count + 1,
        last: { sequence: version, type, reason },
      });
      expect({ ...after, version: 0, updated_at: '', ignored: 0 }).toStrictEqual({
        ...before,
        version: 0,
        updated_at: '',
        ignored: 0,
      });
      expect([version, updated_at]).not.toStrictEqual([before.version, before.updated_at]);
    },
  }),
});
