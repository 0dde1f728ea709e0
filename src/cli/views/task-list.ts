import { type ArchivedTask, allTasks } from '../../state/archive.ts';
import { hasSeveralProjects } from '../../state/project.ts';
import type { TaskState } from '../../state/task.ts';
import { waitingNow } from '../../state/inbox.ts';
import type { World } from '../../state/world.ts';
import { type Cell, type Line, alignColumns, blank, row, whole } from '../line.ts';
import { shortIds } from '../short-ids.ts';
import { phaseCell, taskStatusCell } from './task-status.ts';
import { type Moment, age, counted } from '../../state/wording.ts';

/** Of a task that ended long ago: also whether its events are gone. */
function lineCell({ phase, removed }: ArchivedTask): Cell {
  if (!removed) return phaseCell(phase);
  return `${phase} · ${removed.file === undefined ? 'events deleted' : 'archived'}`;
}

/** These tasks, and what there is besides. */
export function taskList(
  world: World,
  tasks: readonly (TaskState | ArchivedTask)[],
  moment: Moment,
): readonly Line[] {
  const short = shortIds(allTasks(world).map(({ task_id }) => task_id));
  const namesProjects = hasSeveralProjects(world);
  const rows = tasks.map((task): readonly Cell[] => [
    { text: short.get(task.task_id) ?? task.task_id, style: 'dim' },
    task.title,
    ...(namesProjects ? [{ text: ('project' in task && task.project) || '', style: 'dim' as const }] : []),
    { text: age(task.updated_at, moment), style: 'dim' },
    'chunks' in task ? taskStatusCell(world, task, moment) : lineCell(task),
  ]);
  const waiting = waitingNow(world.inbox, moment.now).length;
  const verb = waiting === 1 ? 'waits' : 'wait';
  const left = allTasks(world).length - tasks.length;
  return [
    ...(rows.length === 0 ? [whole('No tasks yet. Create one: lineclear create "what is to be done"')] : []),
    ...alignColumns(rows),
    ...(left > 0 ? [row({ text: `${left} older: lineclear list --all`, style: 'dim' })] : []),
    ...(waiting > 0
      ? [
          blank,
          row({
            text: `${counted(waiting, 'matter')} ${verb} for you: lineclear list --inbox`,
            style: 'yellow',
          }),
        ]
      : []),
  ];
}
