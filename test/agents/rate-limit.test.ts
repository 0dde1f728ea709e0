import { describe, expect, test } from 'vitest';
import { isLimitNotice, isRateLimit, retryTimeIn } from '../../src/agents/rate-limit.ts';

const now = Date.parse('2026-10-06T12:00:00Z');
const iso = (words: string, zone = 'UTC') => {
  const time = retryTimeIn(words, now, zone);
  return time === undefined ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
};

const GEMINI =
  'You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 250\nPlease retry in 37.5s.';

describe('when calls are accepted again', () => {
  test.each([
    [GEMINI, '2026-10-06T12:00:37.500Z'],
    ['{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}', '2026-10-06T12:00:37Z'],
    ['Your quota will reset after 5h30m12s.', '2026-10-06T17:30:12Z'],
    [
      'Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000, Used 29000. Please try again in 20s.',
      '2026-10-06T12:00:20Z',
    ],
    ['Rate limit reached. Please try again in 6m0s. Visit', '2026-10-06T12:06:00Z'],
    ['Please try again in 372ms.', '2026-10-06T12:00:00.372Z'],
    ['rate_limit_error: This request would exceed your limit. retry-after: 30', '2026-10-06T12:00:30Z'],
    [
      '{"type":"error","error":{"type":"rate_limit_error"},"headers":{"retry-after":"90"}}',
      '2026-10-06T12:01:30Z',
    ],
    ['429 {"retry-after-ms": "1500"}', '2026-10-06T12:00:01.500Z'],
    ["You've hit your usage limit. Try again in 3 days 5 hours 2 minutes.", '2026-10-09T17:02:00Z'],
    ["You've hit your usage limit. Upgrade to Pro or try again at 3:45 PM.", '2026-10-06T15:45:00Z'],
    ["You've hit your usage limit. Try again at Oct 7th, 2026 1:02 PM.", '2026-10-07T13:02:00Z'],
    ['Claude AI usage limit reached|1791295200', '2026-10-06T14:00:00Z'],
    ['{"resets_at":1791295200}', '2026-10-06T14:00:00Z'],
    ['5-hour limit reached ∙ resets 3pm', '2026-10-06T15:00:00Z'],
    ['Session limit reached · resets 11am', '2026-10-07T11:00:00Z'],
    ["You've hit your limit · resets 3pm (America/Los_Angeles)", '2026-10-06T22:00:00Z'],
    ['Weekly limit reached ∙ resets Oct 9, 1:30am (Asia/Kolkata)', '2026-10-08T20:00:00Z'],
    ['limit reached, resets 12am (UTC)', '2026-10-07T00:00:00Z'],
    ['limit reached, resets 12pm (Europe/Berlin)', '2026-10-07T10:00:00Z'],
    ['Quota exceeded. Available again at 2026-10-06T13:00:00+02:00', undefined],
    ['Quota exceeded until 2026-10-06T16:00:00+02:00', '2026-10-06T14:00:00Z'],
    ['limit reached, resets Jan 2, 9am', undefined],
    ['429 Too many requests', undefined],
    ['Try again later', undefined],
    ['retry attempt 3 of 5', undefined],
    ['resets 3pm (Mars/Olympus)', undefined],
    ['', undefined],
  ])('%s', (words, expected) => {
    expect(iso(words)).toBe(expected);
  });

  test('a clock without a zone is that of the machine', () => {
    expect(iso('resets 3pm', 'America/New_York')).toBe('2026-10-06T19:00:00Z');
    expect(iso('resets 3pm', 'Asia/Tokyo')).toBe('2026-10-07T06:00:00Z');
  });

  test('a clock is right across a change of summer time', () => {
    const before = Date.parse('2026-10-24T22:00:00Z');
    expect(retryTimeIn('resets 5am (Europe/Berlin)', before)).toBe(Date.parse('2026-10-25T04:00:00Z'));
    const spring = Date.parse('2026-03-28T22:00:00Z');
    expect(retryTimeIn('resets 5am (Europe/Berlin)', spring)).toBe(Date.parse('2026-03-29T03:00:00Z'));
  });
});

test('words of a limit are told from others', () => {
  for (const words of [
    GEMINI,
    'rate_limit_error',
    '429',
    'Overloaded',
    'RESOURCE_EXHAUSTED',
    'Claude AI usage limit reached|1',
  ])
    expect(isRateLimit(words)).toBe(true);
  for (const words of ['The file has 4290 lines', 'exit code 1', 'Not signed in'])
    expect(isRateLimit(words)).toBe(false);
});

test('an answer is a notice only when it is nothing else', () => {
  for (const answer of [
    "You've hit your limit · resets 3pm",
    '5-hour limit reached ∙ resets 3pm\n',
    'Claude AI usage limit reached|1791295200',
  ])
    expect(isLimitNotice(answer)).toBe(true);
  expect(isLimitNotice('I added rate limiting: 429 Too many requests is answered now.')).toBe(false);
  expect(isLimitNotice(`You've hit your limit. ${'This is the plan. '.repeat(40)}`)).toBe(false);
});
