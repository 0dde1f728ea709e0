import { waitingNow } from '../../state/inbox.ts';
import type { World } from '../../state/world.ts';
import { type Cell, type Line, alignColumns, blank, row, whole } from '../line.ts';
import { shortIds } from '../short-ids.ts';
import { taskStatusCell } from './task-status.ts';
import { type Moment, age, counted } from '../../state/wording.ts';

/** All tasks, the newest first. */
export function taskList(world: World, moment: Moment): readonly Line[] {
  const tasks = [...world.tasks.values()].toReversed();
  if (tasks.length === 0) return [whole('No tasks yet. Create one: lineclear create "what is to be done"')];
  const short = shortIds(world.tasks.keys());
  const rows = tasks.map((task): readonly Cell[] => [
    { text: short.get(task.task_id) ?? task.task_id, style: 'dim' },
    task.title,
    { text: age(task.updated_at, moment), style: 'dim' },
    taskStatusCell(task),
  ]);
  const waiting = waitingNow(world.inbox, moment.now).length;
  if (waiting === 0) return alignColumns(rows);
  const verb = waiting === 1 ? 'waits' : 'wait';
  return [
    ...alignColumns(rows),
    blank,
    row({ text: `${counted(waiting, 'matter')} ${verb} for you: lineclear list --inbox`, style: 'yellow' }),
  ];
}
