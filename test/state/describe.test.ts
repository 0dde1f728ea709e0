import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventTypes } from '../../src/contract/catalog.ts';
import { describeEvent, describeWithTime } from '../../src/state/describe.ts';
import { eventOf } from '../contract/arbitraries.ts';
import * as e from './events.ts';

it('every event is one printable line, not too long', () => {
  for (const type of eventTypes) {
    fc.assert(
      fc.property(eventOf(type), (event) => {
        const line = describeEvent(event);
        expect(line.length).toBeLessThanOrEqual(300);
        // oxlint-disable-next-line no-control-regex -- what must not be in it
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        expect(line).toBe(line.trim());
      }),
      { numRuns: 20 },
    );
  }
});

const told = (...steps: e.Step[]): string[] => e.logOf(steps).map(describeEvent);

const call = (used: object) => e.step('provider.called', { provider: 'p', model: 'flash', ...used });

it('counts are said as a person says them', () => {
  expect(
    told(
      e.planReady(1, ['One']),
      e.planReady(2, ['One', 'Two']),
      e.reviewFailed(0, ['x']),
      e.reviewFailed(0, ['x', 'y']),
      call({}),
      call({ tokens_used: 1 }),
      call({ input_tokens: 5, output_tokens: 6 }),
    ),
  ).toStrictEqual([
    'plan ready: revision 1, 1 chunk',
    'plan ready: revision 2, 2 chunks',
    'sent the work back: 1 finding',
    'sent the work back: 2 findings',
    'used flash',
    'used flash, 1 token',
    'used flash, 11 tokens',
  ]);
});

const limit = (retry_at?: string) =>
  e.logOf([e.step('provider.rate_limited', { provider: 'google', model: 'm', retry_at })]);

it('a time is that of the reader’s clock, of the day where it is another one', () => {
  const lines = ['2026-03-01T23:30:00.000Z', '2026-03-02T12:00:00.000Z', undefined].flatMap((time) =>
    limit(time).map((event) => describeWithTime(event, 'UTC')),
  );
  expect(lines).toStrictEqual([
    'google refuses calls, until 23:30',
    'google refuses calls, until 2 Mar 12:00',
    'google refuses calls',
  ]);
});

it('long words are cut between characters', () => {
  const [line = ''] = told(e.context(`${'x'.repeat(118)}😀😀`));
  expect(line).toBe(`gave context: “${'x'.repeat(118)}…”`);
});

it('an event that cannot be read says why', () => {
  expect(told({ type: 'task.teleported', data: {}, by: 'future', task: null })).toStrictEqual([
    "an event that this version cannot read: type 'task.teleported' is not in the catalog",
  ]);
});
