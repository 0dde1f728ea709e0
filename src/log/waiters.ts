interface Waiter {
  readonly after: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  /** Resolves to a sequence above `after`; rejects with the reason of its signal, or with what failed. */
  readonly promise: Promise<number>;
  readonly reject: (error: unknown) => void;
}

/** Those who wait until the log has gone on. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();
  readonly #onEmpty: () => void;

  /** `onEmpty`: nobody waits any more. */
  constructor(onEmpty: () => void = () => undefined) {
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** The lowest sequence that somebody waits behind; Infinity when nobody waits. */
  get lowest(): number {
    return Math.min(...[...this.#waiters].map(({ after }) => after));
  }

  add(after: number, signal: AbortSignal): Waiting {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const leave = () => {
      this.#waiters.delete(waiter);
      signal.removeEventListener('abort', abort);
      if (this.#waiters.size === 0) this.#onEmpty();
    };
    const waiter: Waiter = {
      after,
      resolve: (sequence) => {
        leave();
        resolve(sequence);
      },
      reject: (error) => {
        leave();
        reject(error);
      },
    };
    const abort = () => waiter.reject(signal.reason);
    signal.addEventListener('abort', abort);
    this.#waiters.add(waiter);
    return { promise, reject: waiter.reject };
  }

  /** The log has come as far as this. Returns whether somebody waited for it. */
  reach(sequence: number): boolean {
    const reached = [...this.#waiters].filter(({ after }) => after < sequence);
    for (const waiter of reached) waiter.resolve(sequence);
    return reached.length > 0;
  }

  /** Nobody can wait any longer. */
  fail(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
