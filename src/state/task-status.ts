import { type TaskState, isSettled } from './task.ts';
import { phaseWords } from './wording.ts';

/** `chunk 2 of 3`: the one that runs, else the first that is not done. */
function chunkPosition({ chunks }: TaskState): string[] {
  const running = chunks.findIndex((chunk) => chunk.status === 'running');
  const current = running === -1 ? chunks.findIndex((chunk) => !isSettled(chunk)) : running;
  return current === -1 ? [] : [`chunk ${current + 1} of ${chunks.length}`];
}

function detailOf(task: TaskState): string[] {
  switch (task.phase) {
    case 'planning':
    case 'plan_review':
      return task.revision > 1 ? [`rev ${task.revision}`] : [];
    case 'executing':
      return chunkPosition(task);
    case 'reviewing':
      return task.review_round > 0 ? [`round ${task.review_round + 1}`] : [];
    case 'created':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return [];
  }
}

/** Whether there is nothing left to do; a failed task can be retried. */
export const isOver = ({ phase }: TaskState): boolean => phase === 'completed' || phase === 'cancelled';

const parkedWords = ({ kind, reason }: NonNullable<TaskState['parked']>): string =>
  kind === 'dependency' ? reason : `${kind === 'retry' ? 'tries again' : 'parked'}: ${reason}`;

/** Where a task is and what it waits for: parts, in the order in which a person asks. */
export const taskStatus = (task: TaskState): readonly string[] => [
  phaseWords[task.phase],
  ...detailOf(task),
  ...(task.parked && !isOver(task) ? [parkedWords(task.parked)] : []),
  ...(task.questions.length > 0 ? ['waits for an answer'] : []),
  ...(task.permissions.length > 0 ? ['waits for permission'] : []),
];
