import type { WordIndex } from '../log/log.ts';

/** Scripts that put no spaces between words: each character is found by itself. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}`;
const WORD = new RegExp(String.raw`[${UNSPACED}]|(?:(?![${UNSPACED}])[\p{L}\p{N}])+`, 'gu');

/** The words of a text, each once, without case and accents: the same for what is stored and what is looked for. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...new Set(plain.match(WORD))];
}

/** An index in the memory of this process, for logs that have none: the same answers, built anew with each start. */
export function createWordIndex(): WordIndex {
  const wordsByKey = new Map<string, readonly string[]>();
  let position = 0;
  return {
    position: () => Promise.resolve(position),
    update(from, to, changes) {
      if (from !== position) return Promise.resolve(false);
      for (const { key, words } of changes) {
        if (words) wordsByKey.set(key, words);
        else wordsByKey.delete(key);
      }
      position = to;
      return Promise.resolve(true);
    },
    find(terms) {
      const hasAll = (words: readonly string[]) =>
        terms.every((term) => words.some((word) => word.startsWith(term)));
      const found = terms.length === 0 ? [] : [...wordsByKey].filter(([, words]) => hasAll(words));
      return Promise.resolve(found.map(([key]) => key));
    },
  };
}
