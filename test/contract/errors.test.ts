import { describe, expect, it } from 'vitest';
import { LineclearError, hasCode, messageOf } from '../../src/contract/errors.ts';

describe('an error of the product', () => {
  it('says what is wrong, for whom it is, and what to do next', () => {
    const error = new LineclearError('wrong_tenant', 'tenant_id is x', { field: 'tenant_id' });
    expect(error).toMatchObject({
      name: 'LineclearError',
      code: 'wrong_tenant',
      field: 'tenant_id',
      message: 'tenant_id is x',
      audience: 'user',
      next: 'Open the log of that tenant, or leave tenant_id out.',
    });
  });

  it('that is a matter between programs is for the log', () => {
    expect(new LineclearError('version_conflict', 'x').audience).toBe('log');
  });

  it('keeps its cause, and has none when there is none', () => {
    const cause = new Error('disk');
    expect(new LineclearError('log_failed', 'x', { cause }).cause).toBe(cause);
    expect(new LineclearError('log_failed', 'x')).not.toHaveProperty('cause');
  });

  it('is told apart by its code', () => {
    const error: unknown = new LineclearError('log_full', 'x');
    expect(hasCode(error, 'log_full')).toBe(true);
    expect(hasCode(error, 'log_busy')).toBe(false);
    expect(hasCode(Object.assign(new Error('x'), { code: 'log_full' }), 'log_full')).toBe(false);
  });
});

it('anything that was thrown has a message', () => {
  expect([new Error('a'), 'b', undefined, { c: 1 }].map(messageOf)).toStrictEqual([
    'a',
    'b',
    'undefined',
    '[object Object]',
  ]);
});
