import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../src/contract/catalog.ts';
import { type StoredEvent, decodeEvent, encodeEvent } from '../../src/contract/decode.ts';
import { storedEventOf } from './arbitraries.ts';
import { complete } from './drafts.ts';

const stored = (fields: Partial<StoredEvent> = {}): StoredEvent => ({
  ...complete(),
  sequence: 5,
  ...fields,
});

const planV1 = (): StoredEvent =>
  stored({
    type: 'plan.ready',
    version: 1,
    data: { revision: 1, plan: '# Plan', chunks: ['Reproduce', 'Mend'], estimated_cost: 0.4 },
  });

describe('reading an event of an older version', () => {
  it('gives today’s data: chunks of plan.ready were titles in version 1', () => {
    expect(decodeEvent(planV1())).toStrictEqual({
      ...planV1(),
      version: 2,
      data: {
        revision: 1,
        plan: '# Plan',
        chunks: [
          { title: 'Reproduce', files: [] },
          { title: 'Mend', files: [] },
        ],
        estimated_cost: 0.4,
      },
    });
  });

  it('leaves what is stored as it was', () => {
    const event = planV1();
    decodeEvent(event);
    expect(event).toStrictEqual(planV1());
  });

  it('accepts an older version for storing, and stores it as it was given', () => {
    const { type, version, data } = planV1();
    expect(complete({ type, version, data })).toMatchObject({ version: 1, data });
  });
});

describe('an event that cannot be read', () => {
  const cases: readonly (readonly [string, Partial<StoredEvent>, string])[] = [
    ['newer version', { version: 2 }, 'version 2 is newer than 1'],
    ['newer type', { type: 'task.teleported' }, "type 'task.teleported' is not in the catalog"],
    ['name of every object', { type: 'constructor' }, "type 'constructor' is not in the catalog"],
    ['type that is called unknown', { type: 'unknown' }, "type 'unknown' is not in the catalog"],
    [
      'data that does not fit',
      { data: { description: 'a', interactive: 'yes' } },
      'data does not fit: data.interactive: Invalid input: expected boolean, received string',
    ],
    [
      'no data',
      { data: undefined },
      'data does not fit: data: Invalid input: expected object, received undefined',
    ],
    [
      'older data that does not fit',
      { type: 'plan.ready', version: 1, data: { chunks: 'none' } },
      'version 1 could not be upcast: data.chunks: Invalid input: expected array, received string',
    ],
    [
      'version before the first',
      { version: 0 },
      'version 0 could not be upcast: no upcaster from version 0 of task.created',
    ],
  ];

  it.each(cases)('keeps its place and says why: %s', (_, fields, reason) => {
    const event = stored(fields);
    expect(decodeEvent(event)).toStrictEqual({
      ...event,
      type: 'unknown',
      data: { original_type: event.type, reason, data: event.data },
    });
  });

  it.each(cases)('comes out again as it was stored: %s', (_, fields) => {
    const event = stored(fields);
    expect(encodeEvent(decodeEvent(event))).toStrictEqual(event);
  });
});

it('every valid event comes out as it was stored', () => {
  for (const type of eventTypes) {
    fc.assert(
      fc.property(storedEventOf(type), (event) => {
        const decoded = decodeEvent(event);
        expect(decoded.type).toBe(type);
        expect(encodeEvent(decoded)).toStrictEqual(event);
      }),
      { numRuns: 10 },
    );
  }
});
