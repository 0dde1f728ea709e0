import type { EventOf } from '../contract/event.ts';
import type { ChunkPlan } from '../contract/events/task.ts';
import { type Change, NOTHING, freshChunks, ignore, moveTo } from './change.ts';
import { messagesAfterTurn } from './messages.ts';
import { type ChunkState, type TaskState, isSettled } from './task.ts';

/** A coder works on the chunks of the approved plan. */
export function onChunk(
  task: TaskState,
  event: EventOf<'chunk.started' | 'chunk.completed' | 'chunk.failed'>,
): Change {
  const { index, attempt } = event.data;
  const chunk = task.chunks[index];
  if (task.phase !== 'executing') return ignore(`a chunk event came in phase ${task.phase}`);
  if (!chunk) return ignore(`the plan has no chunk ${index + 1}`);
  const update = (next: Partial<ChunkState>): Change => ({
    chunks: task.chunks.map((other, at) => (at === index ? { ...other, ...next } : other)),
    cause_id: event.id,
  });
  if (event.type === 'chunk.started') {
    if (isSettled(chunk)) return ignore(`chunk ${index + 1} is ${chunk.status} already`);
    if (attempt <= chunk.attempt) return ignore(`attempt ${attempt} of chunk ${index + 1} was begun already`);
    return update({ status: 'running', attempt, error_message: undefined });
  }
  if (chunk.status !== 'running') return ignore(`chunk ${index + 1} is not running`);
  if (attempt !== chunk.attempt)
    return ignore(`attempt ${attempt} of chunk ${index + 1} is not the running one`);
  if (event.type === 'chunk.failed')
    return update({
      status: 'failed',
      error_message: event.data.error_message,
      last_failure: event.data.error_message,
    });
  const { summary, files: changed_files, evidence } = event.data;
  return {
    ...update({ status: 'completed', summary, changed_files, evidence }),
    failed_tries: 0,
    limited_tries: 0,
    messages: messagesAfterTurn(task),
  };
}

/** Roles hand the work on: coder to reviewer, and back with findings. */
export function onHandoff(
  task: TaskState,
  event: EventOf<'handoff.requested' | 'handoff.validated' | 'handoff.rejected'>,
): Change {
  const { from_role, to_role, round } = event.data;
  if (event.type === 'handoff.requested') {
    if (from_role !== 'coder' || to_role !== 'reviewer') return NOTHING;
    if (task.phase !== 'executing') return ignore(`a hand-over came in phase ${task.phase}`);
    if (!task.chunks.every(isSettled)) return ignore('not every chunk is completed');
    return moveTo('reviewing', event, { review_passed: false });
  }
  if (from_role !== 'reviewer') return NOTHING;
  if (task.phase !== 'reviewing') return ignore(`a review came in phase ${task.phase}`);
  if (round !== task.review_round)
    return ignore(`a review of round ${round} came in round ${task.review_round}`);
  if (task.review_passed) return ignore('the review was passed already');
  const messages = messagesAfterTurn(task);
  if (event.type === 'handoff.validated') return { review_passed: true, messages, cause_id: event.id };
  const { findings } = event.data;
  const next = round + 1;
  const repair: ChunkPlan = {
    title: `Review findings, round ${next}`,
    files: [],
    description: findings.map((finding) => `- ${finding}`).join('\n'),
  };
  return moveTo('executing', event, {
    messages,
    review_round: next,
    chunks: [...task.chunks, ...freshChunks([repair])],
  });
}
