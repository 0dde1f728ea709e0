import type { ArchivedTask } from '../../state/archive.ts';
import { waitOf } from '../../state/standing-by.ts';
import type { TaskState } from '../../state/task.ts';
import type { Moment } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';

/** A task for programs: also what it waits for beside the person, `null` for nothing; one that ended long ago as it is. */
export const withWait = (world: World, task: TaskState | ArchivedTask, moment: Moment) =>
  'chunks' in task ? { ...task, waits_for: waitOf(world, task, moment) ?? null } : task;
