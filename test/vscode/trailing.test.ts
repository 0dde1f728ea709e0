import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Trailing } from '../../src/vscode/trailing.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('what was asked for while it was being done is done once more, never at the same time', async () => {
  const turns: PromiseWithResolvers<void>[] = [];
  const trailing = new Trailing(50, () => {
    const turn = Promise.withResolvers<void>();
    turns.push(turn);
    return turn.promise;
  });
  trailing.soon();
  trailing.soon();
  await vi.advanceTimersByTimeAsync(50);
  expect(turns).toHaveLength(1);
  trailing.soon();
  trailing.soon();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(turns).toHaveLength(1);
  turns[0]?.resolve();
  await vi.advanceTimersByTimeAsync(500);
  expect(turns).toHaveLength(2);
  turns[1]?.resolve();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(turns).toHaveLength(2);

  trailing.soon();
  trailing.dispose();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(turns).toHaveLength(2);
  expect(trailing.isOver).toBe(true);
});
