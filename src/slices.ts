import { setImmediate as yieldToOthers } from 'node:timers/promises';

/** Milliseconds for which others wait at most, but for a piece that takes longer by itself. */
const SLICE_MS = 5;

/** Does small pieces of work one after the other, and lets others have their turn whenever a slice of time is used up. */
export async function inSlices<T>(pieces: Iterable<T>, work: (piece: T) => void): Promise<void> {
  let began = performance.now();
  for (const piece of pieces) {
    if (performance.now() - began >= SLICE_MS) {
      await yieldToOthers();
      began = performance.now();
    }
    work(piece);
  }
}
