import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAlarm } from '../../src/orchestrator/alarm.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (ms: number) => new Date(ms).toISOString();

test('rings at its time, and not when that had passed or it is switched off', () => {
  const ring = vi.fn();
  const alarm = createAlarm(ring);
  alarm.set(at(20), 0);
  vi.advanceTimersByTime(19);
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ring).toHaveBeenCalledTimes(1);
  alarm.set(at(20), 20);
  alarm.set(at(90), 20);
  alarm.set(undefined, 20);
  vi.runAllTimers();
  expect(ring).toHaveBeenCalledTimes(1);
});

test('rings also when its time comes between the look at the clock and the setting', () => {
  const ring = vi.fn();
  vi.setSystemTime(21);
  createAlarm(ring).set(at(20), 19);
  vi.runAllTimers();
  expect(ring).toHaveBeenCalledTimes(1);
});
