import { expect, test } from 'vitest';
import { contentsOf } from '../../src/agents/file-contents.ts';

test('an agent that shows the whole file has shown both sides', () => {
  expect(contentsOf([{ before: 'a\nb\n', after: 'a\nc\n' }], 'a\nc\n')).toEqual({
    before: 'a\nb\n',
    after: 'a\nc\n',
  });
});

test('of an agent that shows what it replaced, the whole file is found again', () => {
  const parts = [
    { before: 'one', after: 'uno' },
    { before: 'three', after: 'tre' },
  ];
  expect(contentsOf(parts, 'uno\ntwo\ntre\n')).toEqual({
    before: 'one\ntwo\nthree\n',
    after: 'uno\ntwo\ntre\n',
  });
});

test('a later part may change what an earlier one wrote', () => {
  const parts = [
    { before: 'one', after: 'two' },
    { before: 'two', after: 'three' },
  ];
  expect(contentsOf(parts, 'three\n')).toEqual({ before: 'one\n', after: 'three\n' });
});

test.each([
  ['is there twice', 'b\nb\n', 'b'],
  ['is not there', 'c\n', 'b'],
  ['is empty', 'c\n', ''],
])('a part whose new text %s leaves the parts alone', (_, now, after) => {
  expect(contentsOf([{ before: 'a', after }], now)).toEqual({ before: 'a', after });
});

test('of a file that cannot be read, the parts are what is known', () => {
  const parts = [
    { before: undefined, after: 'x' },
    { before: 'a', after: 'b' },
  ];
  expect(contentsOf(parts, undefined)).toEqual({ before: '\n…\na', after: 'x\n…\nb' });
});
