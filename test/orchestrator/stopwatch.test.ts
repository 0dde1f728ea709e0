import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startStopwatch } from '../../src/orchestrator/stopwatch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('time counts only while nobody is waited for', async () => {
  const watch = startStopwatch(1000, 'late');
  await vi.advanceTimersByTimeAsync(600);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waiting = [watch.paused(() => first.promise), watch.paused(() => second.promise)];
  await vi.advanceTimersByTimeAsync(5000);
  first.resolve();
  await vi.advanceTimersByTimeAsync(5000);
  expect(watch.signal.aborted).toBe(false);
  second.resolve();
  await Promise.all(waiting);
  await vi.advanceTimersByTimeAsync(399);
  expect(watch.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect([watch.signal.aborted, watch.signal.reason]).toEqual([true, 'late']);
});

test('a watch that was stopped stays so, also when somebody stops waiting later', async () => {
  const watch = startStopwatch(1000, 'late');
  const person = Promise.withResolvers<void>();
  const waiting = watch.paused(() => person.promise);
  watch.stop();
  person.resolve();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});
