/**
 * For how long nothing was heard of somebody, also while a clock jumps: from the second look on it is the time that has
 * passed since the last sign of life was seen, and no difference between two readings of a wall clock.
 */
export class Silence {
  readonly #elapsed: () => number;
  readonly #heard = new Map<
    string,
    { readonly at: number; readonly before: number; readonly seen: number }
  >();

  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  /** Milliseconds; `at`: the newest sign of life of `who`, `now`: the same clock, both in milliseconds since 1970. */
  of(who: string, at: number, now: number): number {
    const elapsed = this.#elapsed();
    const known = this.#heard.get(who);
    if (known?.at === at) return known.before + elapsed - known.seen;
    const before = known ? 0 : Math.max(0, now - at);
    this.#heard.set(who, { at, before, seen: elapsed });
    return before;
  }

  /** Forgets all but these. */
  keep(those: ReadonlySet<string>): void {
    for (const who of this.#heard.keys()) if (!those.has(who)) this.#heard.delete(who);
  }
}
