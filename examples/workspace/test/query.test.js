import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimetable } from '../src/parse.js';
import { nextDeparture } from '../src/query.js';

test('the next departure is the earliest one that is still to come', () => {
  const stops = parseTimetable('1A01,Oxford,10:24,10:26\n2B14,Oxford,10:49,10:51');
  assert.equal(nextDeparture(stops, 'Oxford', 630).train, '2B14');
});
