import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { envelopeSchema } from '../../src/contract/event.ts';
import { isEnvelope } from '../../src/contract/is-envelope.ts';
import { arbitraryOf } from './arbitraries.ts';

const envelope = arbitraryOf(envelopeSchema).map((value) => ({ ...Object(value) }));

const spoiler = fc.oneof(
  fc.constantFrom<unknown>('', 'a'.repeat(200), 'a'.repeat(201), '\u0007', '\u009f', null, undefined),
  fc.constantFrom<unknown>(
    0,
    1,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    [],
    [''],
    ['a'],
    ['a', 1],
    [`blob:${'0'.repeat(64)}`],
  ),
  fc.constantFrom<unknown>(
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00.000Z',
    '2026-01-01',
    'high',
    'urgent',
  ),
  fc.uuid(),
  fc.anything(),
);

const field = fc.constantFrom(...Object.keys(envelopeSchema.shape), 'colour', 'sequence');

test('every envelope that the schema accepts is accepted', () => {
  fc.assert(fc.property(envelope, (event) => isEnvelope(event)));
});

test('a field of any value makes no difference between the two', () => {
  fc.assert(
    fc.property(envelope, field, spoiler, (event, name, value) => {
      const spoiled = { ...event, [name]: value };
      expect(isEnvelope(spoiled)).toBe(envelopeSchema.safeParse(spoiled).success);
    }),
    { numRuns: 3000 },
  );
});

test('a missing field makes no difference between the two', () => {
  fc.assert(
    fc.property(envelope, field, (event, name) => {
      const { [name]: _, ...rest } = event;
      expect(isEnvelope(rest)).toBe(envelopeSchema.safeParse(rest).success);
    }),
  );
});
