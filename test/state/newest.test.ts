import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNewest } from '../../src/state/newest.ts';

test('the newest values are kept, oldest first, in whatever order and however often they come', () => {
  const sequences = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 120 });
  fc.assert(
    fc.property(sequences, fc.integer({ min: 1, max: 20 }), (given, limit) => {
      const newest = createNewest<string>(limit);
      for (const sequence of given) newest.put(sequence, `value ${sequence}`);
      const kept = [...new Set(given)].toSorted((a, b) => a - b).slice(-limit);
      expect(newest.values()).toEqual(kept.map((sequence) => `value ${sequence}`));
    }),
  );
});
