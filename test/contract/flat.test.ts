import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../src/contract/catalog.ts';
import { hasCode } from '../../src/contract/errors.ts';
import { fromFlat, toFlat } from '../../src/contract/flat.ts';
import { storedEventOf } from './arbitraries.ts';
import { ID, NOW, complete } from './drafts.ts';

const event = { ...complete(), sequence: 3 };

function fieldRefused(flat: Readonly<Record<string, string>>): string | undefined {
  try {
    fromFlat(flat);
  } catch (error) {
    if (hasCode(error, 'invalid_event')) return error.field;
    throw error;
  }
  return undefined;
}

describe('an event as a flat map of strings', () => {
  it('has strings as they are, and JSON for the rest', () => {
    expect(toFlat(event)).toStrictEqual({
      id: ID,
      type: 'task.created',
      version: '1',
      timestamp: NOW,
      tenant_id: 'local',
      task_id: 'task-1',
      source: 'cli',
      source_agent_id: 'user:ada',
      call_chain: '["user:ada"]',
      priority: 'normal',
      correlation_id: ID,
      context_refs: '[]',
      data: '{"description":"Add rate limiting","interactive":true}',
      sequence: '3',
    });
  });

  it('leaves out what is not there', () => {
    expect(toFlat({ ...event, task_id: undefined })).not.toHaveProperty('task_id');
  });

  it('keeps data that is only a string apart from the string itself', () => {
    expect(toFlat({ ...event, data: '7' })['data']).toBe('"7"');
    expect(fromFlat(toFlat({ ...event, data: '7' })).data).toBe('7');
  });

  it('comes back as it was, whatever the event', () => {
    for (const type of eventTypes) {
      fc.assert(
        fc.property(storedEventOf(type), (stored) => {
          const flat = toFlat(stored);
          expect(Object.values(flat).every((value) => typeof value === 'string')).toBe(true);
          expect(fromFlat(flat)).toStrictEqual(stored);
        }),
        { numRuns: 10 },
      );
    }
  });

  it.each([
    ['call_chain', { call_chain: '["a"' }],
    ['version', { version: 'one' }],
    ['sequence', { sequence: '0' }],
    ['sequence', { sequence: '1.5' }],
    ['context_refs[0]', { context_refs: '["x"]' }],
    ['colour', { colour: 'red' }],
  ])('that is damaged is refused with the field: %s', (field, damage) => {
    expect(fieldRefused({ ...toFlat(event), ...damage })).toBe(field);
  });

  it.each(['id', 'data', 'sequence', 'call_chain'])('without %s is refused', (field) => {
    const rest = Object.fromEntries(Object.entries(toFlat(event)).filter(([key]) => key !== field));
    expect(fieldRefused(rest)).toBe(field);
  });
});
