interface Waiter {
  readonly after: number;
  readonly signal: AbortSignal;
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
  /**
   * The signals that are listened to, and how to stop that. Whoever follows the log waits again at once with the same one:
   * to begin and to end listening for each event would take longer than all else that is done here.
   */
  readonly #signals = new Map<AbortSignal, () => void>();

  /** `onEmpty`: nobody waits any more. */
  constructor(onEmpty: () => void = () => undefined) {
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** The lowest sequence that somebody waits behind; Infinity when nobody waits. */
  get lowest(): number {
    let lowest = Infinity;
    for (const { after } of this.#waiters) lowest = Math.min(lowest, after);
    return lowest;
  }

  add(after: number, signal: AbortSignal): Waiting {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const leave = () => {
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#onEmpty();
    };
    const waiter: Waiter = {
      after,
      signal,
      resolve: (sequence) => {
        leave();
        resolve(sequence);
      },
      reject: (error) => {
        leave();
        reject(error);
      },
    };
    this.#waiters.add(waiter);
    this.#listen(signal);
    return { promise, reject: waiter.reject };
  }

  /** The log has come as far as this. Returns whether somebody waited for it. */
  reach(sequence: number): boolean {
    const before = this.size;
    for (const waiter of this.#waiters) if (waiter.after < sequence) waiter.resolve(sequence);
    return this.size < before;
  }

  /** Nobody can wait any longer. */
  fail(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#tidy();
  }

  #of(signal: AbortSignal): Waiter[] {
    return [...this.#waiters].filter((waiter) => waiter.signal === signal);
  }

  #listen(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#tidy();
    const abort = () => {
      this.#signals.delete(signal);
      for (const waiter of this.#of(signal)) waiter.reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#signals.set(signal, () => signal.removeEventListener('abort', abort));
  }

  /** Listens no more to signals of which nobody waits. */
  #tidy(): void {
    for (const [signal, stop] of this.#signals) {
      if (this.#of(signal).length > 0) continue;
      stop();
      this.#signals.delete(signal);
    }
  }
}
