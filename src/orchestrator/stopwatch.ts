/** Time that counts only while nobody is waited for. */
export interface Stopwatch {
  /** Aborted when the time is used up. */
  readonly signal: AbortSignal;
  /** Runs `work` with the watch stopped; nested and concurrent pauses are counted. */
  paused<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
}

export function startStopwatch(limitMs: number, reason: unknown): Stopwatch {
  const expired = new AbortController();
  let left = limitMs;
  let pauses = 0;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function run(): void {
    startedAt = performance.now();
    timer = setTimeout(() => expired.abort(reason), left);
  }

  function halt(): void {
    clearTimeout(timer);
    left = Math.max(0, left - (performance.now() - startedAt));
  }

  run();
  return {
    signal: expired.signal,
    async paused(work) {
      pauses += 1;
      if (pauses === 1) halt();
      try {
        return await work();
      } finally {
        pauses -= 1;
        // Whoever waited may hear of the end after the watch was stopped.
        if (pauses === 0 && !stopped) run();
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
