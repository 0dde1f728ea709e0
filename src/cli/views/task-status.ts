import type { ChunkStatus } from '../../state/chunk-status.ts';
import { standingBy } from '../../state/standing-by.ts';
import { taskStatus } from '../../state/task-status.ts';
import type { TaskPhase, TaskState } from '../../state/task.ts';
import { type Moment, joined, phaseWords } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import type { Cell, Style } from '../line.ts';

const STYLES: Partial<Record<TaskPhase, Style>> = {
  plan_review: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'dim',
};

export const chunkMarks: Readonly<Record<ChunkStatus, Cell>> = {
  pending: '○',
  running: { text: '●', style: 'cyan' },
  paused: { text: '‖', style: 'cyan' },
  interrupted: { text: '!', style: 'yellow' },
  completed: { text: '✓', style: 'green' },
  failed: { text: '✗', style: 'red' },
  skipped: { text: '–', style: 'dim' },
};

/** Where a task is that ended long ago. */
export const phaseCell = (phase: TaskPhase): Cell => {
  const style = STYLES[phase];
  const text = phaseWords[phase];
  return style ? { text, style } : text;
};

/** Where a task is and why, coloured by what it asks of the person. */
export function taskStatusCell(world: World, task: TaskState, moment: Moment): Cell {
  const waits = task.questions.length > 0 || task.permissions.length > 0;
  const style = waits ? 'yellow' : STYLES[task.phase];
  const why = task.phase === 'failed' ? task.failure?.error_message : task.cancelled?.reason;
  const text = joined(...taskStatus(task, moment), standingBy(world, task, moment), why);
  return style ? { text, style } : text;
}
