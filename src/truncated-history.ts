import { LineclearError } from './contract/errors.ts';
import type { AgentEvent } from './contract/event.ts';
import type { EventLog, ReadQuery } from './log/log.ts';
import type { ArchivedTask } from './state/archive.ts';
import type { RemovedEvents, TruncatedHistory } from './state/history.ts';
import type { World } from './state/world.ts';

/** `archived on 2026-11-21, in .lineclear/archive/….jsonl.gz` */
const whatBecame = ({ at, file }: RemovedEvents): string => {
  const day = at.slice(0, 10);
  return file === undefined ? `deleted on ${day}` : `archived on ${day}, in ${file}`;
};

export const truncatedError = ({ upto, ...removed }: TruncatedHistory): LineclearError =>
  new LineclearError(
    'history_truncated',
    `History is truncated: up to event ${upto} events of tasks that ended long ago are missing, the last of them ${whatBecame(removed)}. Whole is what follows, from event ${upto + 1} on.`,
  );

/** Throws `history_truncated` for a task whose events are not in the log any more. */
export function checkRemoved(task: ArchivedTask | undefined): void {
  if (!task?.removed) return;
  throw new LineclearError(
    'history_truncated',
    `“${task.title}” is ${task.phase}; its events were ${whatBecame(task.removed)}.`,
  );
}

/** Says where the rest is to who reads where history is truncated. */
export function explained(error: unknown, { history }: World): unknown {
  if (!(error instanceof LineclearError) || error.code !== 'history_truncated' || !history) return error;
  return truncatedError(history);
}

/** Events of the log. Throws `history_truncated`, saying where the rest is. */
export async function* readHistory(
  log: EventLog,
  query: ReadQuery = {},
  world: World,
): AsyncGenerator<AgentEvent, void, void> {
  checkRemoved(world.archive.get(query.taskId ?? ''));
  try {
    yield* log.read(query);
  } catch (error) {
    throw explained(error, world);
  }
}
