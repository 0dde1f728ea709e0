import type { FileDiff } from './agent-update.ts';

export type FilePart = Pick<FileDiff, 'before' | 'after'>;

/** Both sides of a change of one file. */
interface FileContents {
  readonly before: string;
  readonly after: string;
}

/** Between parts of a file of which the rest is not known. */
const GAP = '\n…\n';

/**
 * What a file was before a change, and what it is now. Agents show the whole file or only the parts that they replaced;
 * where every part is found in `now` exactly once, the change is undone in it and both sides are whole. Otherwise, or
 * when `now` is not known, both sides are the parts.
 */
export function contentsOf(parts: readonly FilePart[], now: string | undefined): FileContents {
  const before = now === undefined ? undefined : undo(parts, now);
  if (now !== undefined && before !== undefined) return { before, after: now };
  return {
    before: parts.map((part) => part.before ?? '').join(GAP),
    after: parts.map((part) => part.after).join(GAP),
  };
}

function undo(parts: readonly FilePart[], now: string): string | undefined {
  let text = now;
  for (const { before = '', after } of parts.toReversed()) {
    const at = text.indexOf(after);
    const isWhole = text === after;
    if (!isWhole && (after === '' || at === -1 || text.includes(after, at + 1))) return undefined;
    text = text.slice(0, at) + before + text.slice(at + after.length);
  }
  return text;
}
