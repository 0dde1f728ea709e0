import { diff3Merge, merge } from 'node-diff3';

/** The time to compare grows with the square of the lines, at worst. */
const MAX_LINES = 5000;

/**
 * Both changes of a text, line by line; undefined when they touch the same lines. What both changed alike is no
 * conflict. Without a base there is nothing that both have changed: then they must be equal.
 */
export function mergeTexts(base: string | undefined, mine: string, theirs: string): string | undefined {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  if (base === undefined) return undefined;
  const [a, o, b] = [mine.split('\n'), base.split('\n'), theirs.split('\n')];
  if (Math.max(a.length, o.length, b.length) > MAX_LINES) return undefined;
  const regions = diff3Merge(a, o, b);
  const lines: string[] = [];
  for (const { ok } of regions) {
    if (!ok) return undefined;
    for (const line of ok) lines.push(line);
  }
  return lines.join('\n');
}

interface Named {
  readonly text: string;
  readonly name: string;
}

/** Both changes of a text; lines that both touch are there twice, between the markers that git has for that. */
export function withMarkers(base: string | undefined, mine: Named, theirs: Named): string {
  const [a, b] = [mine.text.split('\n'), theirs.text.split('\n')];
  const o = base?.split('\n') ?? [];
  const isLong = Math.max(a.length, o.length, b.length) > MAX_LINES;
  return merge(a, isLong ? [] : o, b, { label: { a: mine.name, b: theirs.name } }).result.join('\n');
}

/** The line, from 1 on, where a text has such a marker still. A line of `=` alone may be that of a heading. */
export function markerIn(text: string): number | undefined {
  const index = text.split('\n').findIndex((line) => /^(?:<{7}|>{7})(?: |$)/.test(line));
  return index === -1 ? undefined : index + 1;
}
