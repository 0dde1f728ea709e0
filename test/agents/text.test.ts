import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLineChanges, findChangedStretch } from '../../src/agents/line-changes.ts';
import { gatherOutput } from '../../src/agents/output-gatherer.ts';
import { cutText, plainLine, plainText } from '../../src/agents/plain-text.ts';

const numbered = (mark: string) => Array.from({ length: 50_000 }, (_, index) => `${mark}${index}`).join('\n');
const withoutSpace = (text: string) => plainText(text).replaceAll(/\s/g, '');

describe('plain text', () => {
  test.for([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['titles of windows', '\u001b]0;title\u0007text', 'text'],
    ['links', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['carriage returns', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['bells and nulls', 'a\u0007\u0000\u007fb\tc\n', 'ab\tc\n'],
    ['reversed order', 'safe\u202etxt.exe', 'safetxt.exe'],
    ['half a character', 'a\ud83d', 'a\ufffd'],
  ] as const)('has no %s', ([, text, plain]) => {
    expect(plainText(text)).toBe(plain);
  });

  test('is never anything that a log would refuse', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- that there are none is what is checked
        expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
      }),
    );
  });

  test('is not cut in the middle of a character', () => {
    expect(cutText('a😀b', 2)).toBe('a');
    expect(plainLine('one\n  two three', 9)).toBe('one two …');
  });
});

describe('line changes', () => {
  test.for([
    ['nothing', 'a\nb\n', 'a\nb\n', 0, 0],
    ['a new file', '', 'a\nb\n', 2, 0],
    ['an emptied file', 'a\nb\n', '', 0, 2],
    ['a line between others', 'a\nc\n', 'a\nb\nc\n', 1, 0],
    ['two places', 'a\nb\nc\nd\n', 'x\nb\nc\ny\n', 2, 2],
    ['a missing end of line', 'a\nb', 'a\nb\n', 0, 0],
  ] as const)('%s', ([, before, after, added, removed]) => {
    expect(countLineChanges(before, after)).toEqual({ added, removed });
  });

  test('what is removed and added turns the one text into the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c')).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, removed, added } = findChangedStretch(before, after);
        const lines = before === '' ? [] : before.split('\n');
        const changed = lines.toSpliced(start, removed.length, ...added);
        expect(changed.join('\n')).toBe(after.replace(/\n$/, ''));
        const counted = countLineChanges(before, after);
        expect(counted.added - counted.removed).toBe(added.length - removed.length);
        expect(counted.added).toBeLessThanOrEqual(added.length);
      }),
    );
  });

  test('two very different large texts are counted without comparing every pair', () => {
    expect(countLineChanges(numbered('a'), numbered('b'))).toEqual({ added: 50_000, removed: 50_000 });
  });
});

describe('gathered output', () => {
  test('a sequence that is cut in two by the chunks is removed all the same', () => {
    const texts: string[] = [];
    const output = gatherOutput(({ text }) => texts.push(text));
    output.add('message', 'red \u001b[3');
    output.flush();
    output.add('message', '1mgreen');
    output.endTurn();
    expect(texts.join('')).toBe('red green');
  });

  test('nothing is lost or doubled, however it is cut, as long as it fits', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 3_000, unit: 'grapheme' })), (chunks) => {
        const texts: string[] = [];
        const output = gatherOutput(({ text }) => texts.push(text));
        for (const chunk of chunks) output.add('message', chunk);
        output.endTurn();
        expect(withoutSpace(texts.join(''))).toBe(withoutSpace(chunks.join('')));
        expect(Math.max(0, ...texts.map(({ length }) => length))).toBeLessThanOrEqual(4_096);
      }),
      { numRuns: 50 },
    );
  });

  test('what does not fit into a turn is counted, and the next turn begins anew', () => {
    const seen: { text: number; truncated: number | undefined }[] = [];
    const output = gatherOutput(({ text, truncated }) => seen.push({ text: text.length, truncated }));
    output.add('stderr', 'x'.repeat(20_000));
    output.add('stderr', 'x'.repeat(100));
    output.endTurn();
    const total = (field: 'text' | 'truncated') => seen.reduce((sum, item) => sum + (item[field] ?? 0), 0);
    expect([total('text'), total('truncated')]).toEqual([16_384, 3_716]);
    output.add('stderr', 'fresh');
    output.endTurn();
    expect(seen.at(-1)).toEqual({ text: 5, truncated: undefined });
  });
});
