import { afterEach, expect, test, vi } from 'vitest';
import { inSlices } from '../src/slices.ts';

afterEach(() => vi.useRealTimers());

/** Keeps the event loop from others for so many milliseconds. */
function hold(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

test('others have their turn between pieces that take long, and every piece is done, in order', async () => {
  const done: string[] = [];
  setImmediate(() => done.push('other'));
  await inSlices([1, 2, 3], (piece) => {
    hold(6);
    done.push(String(piece));
  });
  expect(done).toEqual(['1', 'other', '2', '3']);
});

test('pieces that take no time are done in one go, and one that fails ends the work', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const done: number[] = [];
  const work = inSlices([1, 2, 3], (piece) => {
    if (piece === 3) throw new Error('no third');
    done.push(piece);
  });
  expect(done).toEqual([1, 2]);
  await expect(work).rejects.toThrow('no third');
});
