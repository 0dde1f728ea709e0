export interface LineChanges {
  readonly added: number;
  readonly removed: number;
}

/** The one stretch of lines in which two texts differ; what is before and after it is the same. */
export interface ChangedStretch {
  /** Lines before it. */
  readonly start: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Cells of the table of the exact comparison; about 10 ms. */
const LIMIT = 2_000_000;

export function findChangedStretch(before: string, after: string): ChangedStretch {
  const old = splitLines(before);
  const fresh = splitLines(after);
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  const most = Math.min(old.length, fresh.length) - start;
  let end = 0;
  while (end < most && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end += 1;
  return {
    start,
    removed: old.slice(start, old.length - end),
    added: fresh.slice(start, fresh.length - end),
  };
}

/**
 * How many lines a change adds and removes, as `diff` counts them. Where what differs is very large, all of it counts
 * as removed and added again.
 */
export function countLineChanges(before: string, after: string): LineChanges {
  const { removed, added } = findChangedStretch(before, after);
  const kept = removed.length * added.length > LIMIT ? 0 : countCommon(removed, added);
  return { added: added.length - kept, removed: removed.length - kept };
}

function splitLines(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Length of the longest common subsequence. */
function countCommon(left: readonly string[], right: readonly string[]): number {
  let previous = new Uint32Array(right.length + 1);
  for (const line of left) {
    const row = new Uint32Array(right.length + 1);
    for (let index = 0; index < right.length; index += 1) {
      const [up = 0, beside = 0, corner = 0] = [previous[index + 1], row[index], previous[index]];
      row[index + 1] = line === right[index] ? corner + 1 : Math.max(up, beside);
    }
    previous = row;
  }
  return previous.at(-1) ?? 0;
}
