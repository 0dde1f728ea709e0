/** From which share on a text counts as another one that was edited: as git takes it for renamed files. */
const ALIKE = 0.5;

function wordsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const lengthOf = (words: ReadonlyMap<string, number>): number =>
  [...words].reduce((sum, [word, count]) => sum + word.length * count, 0);

/** Which part of the longer one of two texts is in both, from 0 to 1, by their words. */
function likeness(one: string, other: string): number {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const shared = new Map([...a].map(([word, count]) => [word, Math.min(count, b.get(word) ?? 0)]));
  return lengthOf(shared) / Math.max(lengthOf(a), lengthOf(b), 1);
}

/** The candidate that is most like the text, if it may be the same one edited. */
export function mostAlike<T extends { readonly text: string }>(
  text: string,
  candidates: readonly T[],
): T | undefined {
  const rated = candidates.map((candidate) => ({ candidate, share: likeness(text, candidate.text) }));
  const [best] = rated.toSorted((a, b) => b.share - a.share);
  return best && best.share >= ALIKE ? best.candidate : undefined;
}
