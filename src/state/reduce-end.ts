import type { AgentEvent, EventOf } from '../contract/event.ts';
import { type Change, ignore, mergeFiles, moveTo } from './change.ts';
import { addMessage } from './messages.ts';
import {
  type ChunkState,
  type TaskState,
  isEnded,
  isSettled,
  legalPhaseChanges,
  whyNotSkipped,
} from './task.ts';

/** A chunk that was begun when its task ended is not worked on any more. */
const interrupt = (task: TaskState, error_message: string): readonly ChunkState[] =>
  task.chunks.map((chunk) =>
    chunk.status === 'running' ? { ...chunk, status: 'failed', error_message } : chunk,
  );

const endedAlready = (task: TaskState): Change => {
  const who = task.phase === 'cancelled' && task.cancelled ? ` by ${task.cancelled.user_id}` : '';
  return ignore(`the task is ${task.phase} already${who}`);
};

const settled = { questions: [], permissions: [], parked: undefined };

/** Nothing of the task is wanted any more. */
export const cancel = (
  task: TaskState,
  event: AgentEvent,
  cancelled: NonNullable<TaskState['cancelled']>,
): Partial<TaskState> =>
  moveTo('cancelled', event, { ...settled, chunks: interrupt(task, 'the task was cancelled'), cancelled });

/** The task comes to its end, good or bad; nothing of it waits for a person any more. */
export function onEnd(
  task: TaskState,
  event: EventOf<'task.completed' | 'task.failed' | 'task.cancelled' | 'user.cancelled_task'>,
): Change {
  switch (event.type) {
    case 'task.completed':
      if (task.phase !== 'reviewing') return ignore(`a completion came in phase ${task.phase}`);
      return moveTo('completed', event, {
        ...settled,
        summary: event.data.summary,
        changed_files: mergeFiles(task, event.data.files ?? []),
      });
    case 'task.failed': {
      if (isEnded(task.phase)) return endedAlready(task);
      return moveTo('failed', event, {
        ...settled,
        chunks: interrupt(task, event.data.error_message),
        failure: { ...event.data, phase: task.phase, at: event.timestamp },
      });
    }
    case 'user.cancelled_task':
    case 'task.cancelled': {
      const { reason } = event.data;
      const stopped = event.type === 'task.cancelled';
      const user_id = event.type === 'user.cancelled_task' ? event.data.user_id : event.source_agent_id;
      if (task.phase === 'cancelled' && task.cancelled && stopped)
        return { cancelled: { ...task.cancelled, stopped } };
      if (!legalPhaseChanges[task.phase].includes('cancelled')) return endedAlready(task);
      return cancel(task, event, { user_id, reason, stopped });
    }
  }
}

/** A failed task goes on where it failed. */
export function onRetry(task: TaskState, event: EventOf<'user.requested_retry'>): Change {
  if (task.phase !== 'failed' || !task.failure)
    return ignore(`nothing to retry: the task is in phase ${task.phase}`);
  const again = task.failure.phase === 'created' ? 'planning' : task.failure.phase;
  const { comment, prompt, user_id } = event.data;
  const more = {
    failure: undefined,
    retries: task.retries + 1,
    // Rounds are counted anew: a task that failed for too many of them would fail again at once.
    review_round: 0,
    // What the person says about the next try is for the agents to know.
    contexts: comment?.trim() ? [...task.contexts, comment] : task.contexts,
    messages: prompt === undefined ? task.messages : addMessage(task, event.id, { text: prompt, user_id }),
  };
  // A plan that waited when the task failed is made anew, as the next revision.
  if (again === 'plan_review')
    return moveTo('planning', event, { ...more, revision: task.revision + 1, chunks: [] });
  const chunks = task.chunks.map((chunk): ChunkState =>
    isSettled(chunk) ? chunk : { ...chunk, status: 'pending', error_message: undefined },
  );
  return moveTo(again, event, { ...more, chunks });
}

/** The work goes on without a chunk: also a task that failed at it, when nothing else of it has failed. */
export function onSkip(task: TaskState, event: EventOf<'user.skipped_chunk'>): Change {
  const problem = whyNotSkipped(task, event.data.index);
  if (problem !== undefined) return ignore(problem);
  const chunks = task.chunks.map((chunk, at): ChunkState =>
    at === event.data.index ? { ...chunk, status: 'skipped', error_message: undefined } : chunk,
  );
  const stillFails = chunks.some(({ status }) => status === 'failed');
  if (task.phase === 'failed' && !stillFails)
    return moveTo('executing', event, { chunks, failure: undefined, retries: task.retries + 1 });
  const waitsForNothing = task.parked?.kind === 'retry' && !stillFails;
  const parked = waitsForNothing ? undefined : task.parked;
  return { chunks, parked, cause_id: event.id, failed_tries: 0 };
}
