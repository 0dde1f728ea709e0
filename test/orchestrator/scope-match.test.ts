import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, overlap } from '../../src/orchestrator/scope-match.ts';

const part = fc.constantFrom('a', 'b', 'a.ts', 'b.ts', '[a].ts', '(x)');
const glob = fc.constantFrom('*', '**', '*.ts', 'a*', '?.ts', '{a,b}', '[ab].ts', '{a/b,a.ts}', '!(a)');
const folders = (one: fc.Arbitrary<string>) =>
  fc.array(one, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const folder = fc.constantFrom('a', 'b', '(x)');
/** Folders whose last part may be a file. */
const file = fc
  .tuple(fc.array(folder, { maxLength: 3 }), part)
  .map(([above, last]) => [...above, last].join('/'));
const name = fc.oneof(file, folders(fc.oneof(folder, glob)), fc.constant('.'));

test('names that cover the same file overlap, whichever is asked first', () => {
  fc.assert(
    fc.property(name, name, file, (a, b, some) => {
      expect(overlap(a, b)).toBe(overlap(b, a));
      if (covers(a, some) && covers(b, some)) expect(overlap(a, b)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['src/a.ts', './src/a.ts', true],
  ['src/', 'src/a.ts', true],
  ['.', 'src/a.ts', true],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/lib/a.ts', false],
  ['src/**/*.ts', 'src/lib', true],
  ['**/*.test.ts', 'src/a.ts', false],
  ['docs/**', 'src/**', false],
  ['app/[slug].tsx', 'app/[slug].tsx', true],
  ['app/[slug]/page.tsx', 'app/blog/page.tsx', false],
  ['src/ab', 'src/a', false],
  ['../other/a.ts', '.', true],
])('%s and %s: %s', (a, b, expected) => {
  expect(overlap(a, b)).toBe(expected);
});

test('a name that was made to be slow is not', () => {
  expect(overlap(`${'**/x/'.repeat(40)}y.ts`, `${'x/'.repeat(80)}z.ts`)).toBe(false);
  expect(overlap(`${'x/'.repeat(30_000)}*.ts`, `${'x/'.repeat(30_000)}z.ts`)).toBe(true);
});
