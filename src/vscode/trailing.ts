/** What took long is not done again before so many times as long; at most half a second is waited for that. */
const REST = 4;
const LONGEST_REST_MS = 500;

/** Does something a moment after it was asked for, once for all that ask in between. Much to do leaves time for others. */
export class Trailing {
  readonly #delayMs: number;
  readonly #action: () => void;
  #timer: NodeJS.Timeout | undefined;
  #restMs = 0;
  #isOver = false;

  constructor(delayMs: number, action: () => void) {
    this.#delayMs = delayMs;
    this.#action = action;
  }

  soon(): void {
    if (this.#isOver) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        const began = performance.now();
        this.#action();
        this.#restMs = Math.min(REST * (performance.now() - began), LONGEST_REST_MS);
      },
      Math.max(this.#delayMs, this.#restMs),
    );
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
