import { describe, expect, it } from 'vitest';
import { quoted, shortenToWords } from '../../src/state/shorten.ts';
import {
  age,
  ago,
  cost,
  counted,
  duration,
  estimate,
  joined,
  timeOfDay,
  tokens,
  untilWords,
} from '../../src/state/wording.ts';

const NOW = '2026-03-02T14:05:00.000Z';
const moment = { now: Date.parse(NOW), timeZone: 'UTC' };
const before = (seconds: number) => new Date(moment.now - seconds * 1000).toISOString();

describe('times', () => {
  it.each([
    [-5, 'just now'],
    [0, 'just now'],
    [9, 'just now'],
    [10, '10 s'],
    [59, '50 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [86_399, '23 h'],
    [5 * 86_400, '5 d'],
  ])('%d s ago is “%s”', (seconds, words) => {
    expect(age(before(seconds), moment)).toBe(words);
  });

  it('no time is negative by a clock that was put back', () => {
    const ahead = new Date(moment.now + 3_600_000).toISOString();
    expect([duration(-3_600_000), age(ahead, moment), ago(ahead, moment)]).toEqual([
      '0 ms',
      'just now',
      'just now',
    ]);
  });

  it('what is no time has no age', () => {
    expect(age('yesterday', moment)).toBe('');
    expect(timeOfDay('yesterday', moment)).toBe('yesterday');
  });

  it('the day is told when it is another one, where the person is', () => {
    expect(timeOfDay(NOW, moment)).toBe('14:05');
    expect(timeOfDay(NOW, moment, 'second')).toBe('14:05:00');
    expect(timeOfDay(before(15 * 3600), moment)).toBe('1 Mar 23:05');
    expect(timeOfDay(before(15 * 3600), { ...moment, timeZone: 'Asia/Tokyo' })).toBe('08:05');
  });

  it('the day of a time to come is told where the clock alone could mean several', () => {
    expect(untilWords(before(-15 * 3600), moment)).toBe('until 05:05, in 15 h');
    expect(untilWords(before(-30 * 3600), moment)).toBe('until 3 Mar 20:05, in 2 d');
    expect(untilWords(before(15 * 3600), moment)).toBe('until 1 Mar 23:05');
  });
});

it('amounts are told as a person tells them', () => {
  expect([0, 0.004, 0.4].map(cost)).toEqual(['$0.00', 'under $0.01', '$0.40']);
  expect([undefined, 0.4].map(estimate)).toEqual([undefined, '~$0.40']);
  expect([1, 950, 12_400].map(tokens)).toEqual(['1 token', '950 tokens', '12.4k tokens']);
  expect([0, 1, 2].map((count) => counted(count, 'chunk'))).toEqual(['0 chunks', '1 chunk', '2 chunks']);
});

it('parts that are not there leave no gap', () => {
  expect(joined('a', undefined, false, '', 'b')).toBe('a · b');
});

describe('long texts', () => {
  it.each([
    ['fits', 'fits'],
    ['exactly twelve', 'exactly…'],
    ['one two three four', 'one two…'],
    ['one two, three', 'one two…'],
    ['abcdefghijk lmn', 'abcdefghijk…'],
    ['abcdefghijklmn', 'abcdefghijk…'],
    ['ab cdefghijklmnop', 'ab cdefghij…'],
  ])('%j becomes %j', (text, shortened) => {
    expect(shortenToWords(text, 12)).toBe(shortened);
  });

  it('in quotation marks are one line', () => {
    expect(quoted(' a\n b ', 10)).toBe('“a b”');
  });
});
