import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Waiters } from '../../src/log/waiters.ts';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

test('the signal of one who waits again and again is heard once, and each time', async () => {
  const waiters = new Waiters();
  const [one, other] = [new AbortController(), new AbortController()];
  for (let after = 0; after < 3; after += 1) {
    const { promise } = waiters.add(after, one.signal);
    expect(waiters.reach(after + 1)).toBe(true);
    expect(await promise).toBe(after + 1);
    expect(listeners(one.signal)).toBe(1);
  }
  const rejected = expect(waiters.add(3, one.signal).promise).rejects.toBe('enough');
  const { promise } = waiters.add(3, other.signal);
  one.abort('enough');
  await rejected;
  expect(waiters.size).toBe(1);
  waiters.reach(4);
  expect(await promise).toBe(4);
});

test('signals with which nobody waits any more are not listened to when somebody else begins, or nobody can wait', async () => {
  const waiters = new Waiters();
  const [gone, last] = [new AbortController().signal, new AbortController().signal];
  const first = waiters.add(0, gone).promise;
  waiters.reach(1);
  expect(await first).toBe(1);
  const rejected = expect(waiters.add(1, last).promise).rejects.toBe('closed');
  expect([gone, last].map(listeners)).toEqual([0, 1]);
  waiters.fail('closed');
  await rejected;
  expect([gone, last].map(listeners)).toEqual([0, 0]);
});
