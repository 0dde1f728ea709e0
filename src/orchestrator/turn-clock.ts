import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import type { TurnGate } from './turn-gate.ts';

/** The time of the turns of a task, and its place among the tasks that may have one. */
export interface TurnClock {
  /** The time of a turn begins: see `startStopwatch`. */
  start(limitMs: number, reason: unknown): Stopwatch;
  /** While a person thinks the watch stands still, and another task may use the place. */
  readonly whileWaiting: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether it waits for a person. */
  readonly isWaiting: boolean;
}

interface TurnClockOptions {
  readonly taskId: string;
  readonly gate: TurnGate;
  readonly isTurnOn: () => boolean;
  /** It waits for a person now. */
  readonly onChange: () => void;
}

export function createTurnClock({ taskId, gate, isTurnOn, onChange }: TurnClockOptions): TurnClock {
  let watch: Stopwatch | undefined;
  /** How many decisions of people the turn waits for. */
  let thinking = 0;

  return {
    start(limitMs, reason) {
      watch = startStopwatch(limitMs, reason);
      return watch;
    },
    async whileWaiting(work) {
      if (!watch) return await work();
      gate.leave(taskId);
      thinking += 1;
      onChange();
      try {
        return await watch.paused(work);
      } finally {
        thinking -= 1;
        if (isTurnOn()) gate.comeBack(taskId);
      }
    },
    get isWaiting() {
      return thinking > 0;
    },
  };
}
