import { type Mark, firstFrom } from './lane.ts';
import type { MarkKind } from './protocol.ts';
import type { TimeRange } from './time-view.ts';

/** Marks that are too close to be told apart, drawn as one. */
export interface Cluster {
  /** Where it is drawn, in milliseconds since 1970. */
  readonly at: number;
  /** What matters most among them. */
  readonly mark: MarkKind;
  readonly count: number;
}

/** Which kind stands for a cluster. */
const weight: Readonly<Record<MarkKind, number>> = {
  step: 0,
  life: 1,
  file: 2,
  done: 3,
  decision: 4,
  ask: 5,
  problem: 6,
};

/**
 * The marks of a lane within a range, those within the same cell as one. Cells lie at fixed times, not at fixed places of
 * the screen, so that moving the view does not regroup them.
 */
export function clustersOf(marks: readonly Mark[], range: TimeRange, cellMs: number): readonly Cluster[] {
  const clusters: Cluster[] = [];
  let cell = Number.NaN;
  let first = 0;
  let last = 0;
  let count = 0;
  let kind: MarkKind = 'step';
  const end = (): void => {
    if (count > 0) clusters.push({ at: (first + last) / 2, mark: kind, count });
  };
  const start = Math.floor(range.from / cellMs) * cellMs;
  for (let index = firstFrom(marks, start); index < marks.length; index += 1) {
    const mark = marks[index];
    if (!mark || mark.at > range.until + cellMs) break;
    const own = Math.floor(mark.at / cellMs);
    if (own !== cell) {
      end();
      cell = own;
      first = mark.at;
      count = 0;
      kind = mark.mark;
    }
    last = mark.at;
    count += 1;
    if (weight[mark.mark] > weight[kind]) kind = mark.mark;
  }
  end();
  return clusters;
}

/** The mark of a lane that is nearest to a time, if it is near enough; and how many others are as near. */
export function nearestTo(
  marks: readonly Mark[],
  time: number,
  withinMs: number,
): { readonly mark: Mark; readonly others: number } | undefined {
  let nearest: Mark | undefined;
  let count = 0;
  for (let index = firstFrom(marks, time - withinMs); index < marks.length; index += 1) {
    const mark = marks[index];
    if (!mark || mark.at > time + withinMs) break;
    count += 1;
    if (!nearest || Math.abs(mark.at - time) < Math.abs(nearest.at - time)) nearest = mark;
  }
  return nearest && { mark: nearest, others: count - 1 };
}
