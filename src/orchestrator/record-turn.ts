import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../contract/errors.ts';
import type { TaskState } from '../state/task.ts';
import { type LabelledBody, type Turn, isWanted } from './decide.ts';
import { TRY_AGAIN_MS, retryWords } from './stepper.ts';
import { type TaskWriter, isRefused } from './task-writer.ts';

/** Appends what a turn came to, unless it is not wanted any more. Throws what the log will never take. */
export type RecordTurn = (task: TaskState, bodies: readonly LabelledBody[], turn: Turn) => Promise<void>;

interface RecordTurnOptions {
  readonly taskId: string;
  readonly writer: TaskWriter;
  /** The task as of now. */
  readonly current: () => TaskState;
  /** Resolves when everything that is in the log is in {@link current}. */
  readonly settled: () => Promise<void>;
  /** Aborted when the task does not run here any more. */
  readonly closing: AbortSignal;
  readonly note: (line: string) => void;
}

/**
 * While the log cannot be written, as with a full disk, what a turn came to is due until it succeeds. On a version, so that nothing
 * arrives late that was under way when another orchestrator took over.
 */
export function createRecordTurn(options: RecordTurnOptions): RecordTurn {
  const { taskId, writer, current, settled, closing, note } = options;
  return async (task, bodies, turn) => {
    for (let isStale = false; ;) {
      try {
        if (isStale) await settled();
        const now = current();
        if (isWanted(now, turn)) await writer.decided(task, bodies, now.version);
        return;
      } catch (error) {
        isStale = hasCode(error, 'version_conflict');
        if (isStale) continue;
        if (isRefused(error) || closing.aborted) throw error;
        note(retryWords(taskId, error));
        await delay(TRY_AGAIN_MS, undefined, { signal: closing }).catch(() => undefined);
      }
    }
  };
}
