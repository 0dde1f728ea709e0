import { expect, test } from 'vitest';
import { parseSnooze, snoozeChoices } from '../../src/state/snooze.ts';

const local = (text: string) => new Date(text).getTime();
const now = local('2026-03-01T12:30:00');

test.each([
  ['15m', now + 15 * 60_000],
  ['1h', now + 3_600_000],
  ['2 d', now + 2 * 86_400_000],
  ['tomorrow', local('2026-03-02T09:00:00')],
  ['14:05', local('2026-03-01T14:05:00')],
  ['9:00', local('2026-03-02T09:00:00')],
  ['12:30', local('2026-03-02T12:30:00')],
  ['2026-03-05T10:00:00Z', Date.parse('2026-03-05T10:00:00Z')],
])('%s is a time', (text, time) => {
  expect(parseSnooze(text, now)).toBe(time);
});

test.each(['', 'later', '15', '25:00', '-5m', '12', '2026'])('“%s” is none', (text) => {
  expect(parseSnooze(text, now)).toBeUndefined();
});

test('every choice lies ahead', () => {
  expect(snoozeChoices(now).every(({ until }) => until > now)).toBe(true);
});
