/** Does something a moment after it was asked for, once for all that ask in between. */
export class Trailing {
  readonly #delayMs: number;
  readonly #action: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(delayMs: number, action: () => void) {
    this.#delayMs = delayMs;
    this.#action = action;
  }

  soon(): void {
    if (this.#isOver) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#action();
    }, this.#delayMs);
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
