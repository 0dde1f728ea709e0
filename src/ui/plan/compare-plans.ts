import type { ChunkView, RevisionView } from './protocol.ts';

export type ChunkMark = 'same' | 'changed' | 'added';

export interface PlanComparison {
  /** The older revision. */
  readonly against: number;
  /** Numbers, from 0, of the lines that the older plan does not have. */
  readonly changedLines: ReadonlySet<number>;
  /** Lines that only the older plan has. */
  readonly removedLines: readonly string[];
  /** For each chunk of the newer plan. */
  readonly marks: readonly ChunkMark[];
  readonly removedChunks: readonly ChunkView[];
}

type Compared = Pick<RevisionView, 'revision' | 'plan' | 'chunks'>;

/**
 * What a revision changed. Lines are compared as a collection, not by position: a paragraph that only moved is not
 * marked, which is what a reader who knows the older plan wants.
 */
export function comparePlans(before: Compared, after: Compared): PlanComparison {
  const older = before.plan.split('\n');
  const newer = after.plan.split('\n');
  const isChanged = without(older);
  const isRemoved = without(newer);
  return {
    against: before.revision,
    changedLines: new Set(newer.flatMap((line, number) => (isChanged(line) ? [number] : []))),
    removedLines: older.filter(isRemoved),
    ...compareChunks(before.chunks, after.chunks),
  };
}

/** Tells line by line whether it is missing in `lines`; a line that is there twice matches twice. */
function without(lines: readonly string[]): (line: string) => boolean {
  const left = new Map<string, number>();
  for (const line of lines) left.set(line.trim(), (left.get(line.trim()) ?? 0) + 1);
  return (line) => {
    const key = line.trim();
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0 && key !== '';
  };
}

function compareChunks(before: readonly ChunkView[], after: readonly ChunkView[]) {
  const unmatched = [...before];
  const marks = after.map((chunk): ChunkMark => {
    const at = unmatched.findIndex((other) => other.title === chunk.title);
    const [match] = at === -1 ? [] : unmatched.splice(at, 1);
    if (!match) return 'added';
    const same =
      match.description === chunk.description &&
      match.files.length === chunk.files.length &&
      match.files.every((file) => chunk.files.includes(file));
    return same ? 'same' : 'changed';
  });
  return { marks, removedChunks: unmatched };
}
