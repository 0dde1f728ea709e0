/** What took long is not done again before so many times as long; at most half a second is waited for that. */
const REST = 8;
const LONGEST_REST_MS = 500;

/**
 * Does something a moment after it was asked for, once for all that ask in between, and never twice at the same time. Much
 * to do leaves time for others.
 */
export class Trailing {
  readonly #delayMs: number;
  readonly #action: () => void | Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #restMs = 0;
  #isAtWork = false;
  #isAskedAgain = false;
  #isOver = false;

  constructor(delayMs: number, action: () => void | Promise<void>) {
    this.#delayMs = delayMs;
    this.#action = action;
  }

  /** Nothing is done any more; what is being done in parts is to end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  soon(): void {
    if (this.#isOver) return;
    this.#isAskedAgain = this.#isAtWork;
    if (this.#isAtWork) return;
    this.#timer ??= setTimeout(() => void this.#act(), Math.max(this.#delayMs, this.#restMs));
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #act(): Promise<void> {
    this.#timer = undefined;
    this.#isAtWork = true;
    const began = performance.now();
    try {
      await this.#action();
    } finally {
      this.#restMs = Math.min(REST * (performance.now() - began), LONGEST_REST_MS);
      this.#isAtWork = false;
      if (this.#isAskedAgain) this.soon();
    }
  }
}
