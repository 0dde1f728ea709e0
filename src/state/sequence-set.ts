/** Which sequences were seen. */
export interface SequenceSet {
  /** False when it is in there already. */
  add(sequence: number): boolean;
}

/** Gaps that are remembered at most: beyond, the oldest counts as closed, and what belongs into it as seen. */
const GAPS = 10_000;

/**
 * An empty set, kept as ranges: sequences have no gaps, so a log that was read to its end is one range, in whatever
 * order its events came.
 */
export function createSequenceSet(): SequenceSet {
  const starts: number[] = [];
  const ends: number[] = [];

  /** The first range that ends at or after a sequence; usually it belongs at the end. */
  function rangeAt(sequence: number): number {
    let low = 0;
    let high = ends.length;
    if (sequence > (ends.at(-1) ?? 0)) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(sequence) {
      const at = rangeAt(sequence);
      const start = starts[at];
      if (start !== undefined && start <= sequence) return false;
      const extendsEarlier = ends[at - 1] === sequence - 1;
      const extendsLater = start === sequence + 1;
      if (extendsEarlier && extendsLater) {
        ends[at - 1] = ends[at] ?? sequence;
        starts.splice(at, 1);
        ends.splice(at, 1);
      } else if (extendsEarlier) ends[at - 1] = sequence;
      else if (extendsLater) starts[at] = sequence;
      else {
        starts.splice(at, 0, sequence);
        ends.splice(at, 0, sequence);
      }
      if (starts.length > GAPS + 1) {
        starts.splice(1, 1);
        ends.splice(0, 1);
      }
      return true;
    },
  };
}
