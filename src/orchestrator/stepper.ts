import { hasCode, messageOf } from '../contract/errors.ts';

/** After so many milliseconds what could not be recorded is tried again. */
export const TRY_AGAIN_MS = 1000;

/** That something of a task is tried again. */
export const retryWords = (taskId: string, error: unknown): string =>
  `${taskId}: ${messageOf(error)}; trying again in ${TRY_AGAIN_MS} ms`;

export interface StepperOptions {
  /** One step. */
  readonly work: () => Promise<void>;
  /** What went wrong; the step is tried again in {@link TRY_AGAIN_MS}. */
  readonly onFailed: (error: unknown) => void;
  /** A step has ended, well or not. */
  readonly onEnded: () => void;
}

/** Takes steps, never two at a time. */
export interface Stepper {
  /** Takes a step: now, or when the one that is being taken has ended. Never throws. */
  step(): void;
  /** Whether a step is being taken, or is to be tried again. */
  readonly isDue: boolean;
  /** No step is begun any more. Resolves when the one that is being taken has ended. */
  close(): Promise<void>;
}

/** A step that somebody else was faster with is taken again at once; one that fails, as with a full disk, is due until it succeeds. */
export function createStepper({ work, onFailed, onEnded }: StepperOptions): Stepper {
  let stepping: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let again = false;
  let closed = false;

  function step(): void {
    if (closed) return;
    if (stepping) {
      again = true;
      return;
    }
    stepping = work()
      .catch((error: unknown) => {
        if (closed) return;
        if (hasCode(error, 'version_conflict')) {
          again = true;
          return;
        }
        onFailed(error);
        retry = setTimeout(() => {
          retry = undefined;
          step();
        }, TRY_AGAIN_MS);
      })
      .finally(() => {
        stepping = undefined;
        if (again) {
          again = false;
          step();
        }
        onEnded();
      });
  }

  return {
    step,
    get isDue() {
      return stepping !== undefined || retry !== undefined;
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await stepping;
    },
  };
}
