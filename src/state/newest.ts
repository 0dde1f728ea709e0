/** Values by sequence, of which only the newest are kept. */
export interface Newest<T> {
  /** The same sequence again is the same value. */
  put(sequence: number, value: T): void;
  /** Oldest first. */
  values(): readonly T[];
}

/** Keeps the `limit` values with the highest sequences, in whatever order they come. */
export function createNewest<T>(limit: number): Newest<T> {
  const sequences: number[] = [];
  const values: T[] = [];

  function trim(): void {
    const surplus = sequences.length - limit;
    if (surplus <= 0) return;
    sequences.splice(0, surplus);
    values.splice(0, surplus);
  }

  return {
    put(sequence, value) {
      let at = sequences.length;
      while (at > 0 && (sequences[at - 1] ?? 0) > sequence) at -= 1;
      if (sequences[at - 1] === sequence) return;
      if (at === sequences.length) {
        sequences.push(sequence);
        values.push(value);
      } else {
        sequences.splice(at, 0, sequence);
        values.splice(at, 0, value);
      }
      // Trimmed now and then: shifting at each event would move all values each time.
      if (sequences.length > limit + limit / 4) trim();
    },
    values() {
      trim();
      return values;
    },
  };
}
