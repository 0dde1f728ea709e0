import { expect, test } from 'vitest';
import type { Priority } from '../../src/contract/event.ts';
import { createTurnGate } from '../../src/orchestrator/turn-gate.ts';

const task = (task_id: string, priority: Priority = 'normal') => ({
  task_id,
  priority,
  created_at: `2026-03-01T12:00:0${task_id}.000Z`,
});

test('so many are let in, and the next ones are woken when one leaves', () => {
  const woken: string[] = [];
  const gate = createTurnGate(
    () => 2,
    (id) => woken.push(id),
  );
  expect(['1', '2', '3', '4'].map((id) => gate.enter(task(id)))).toEqual([true, true, false, false]);
  expect(gate.enter(task('1'))).toBe(true);
  gate.leave('2');
  expect(woken).toEqual(['3']);
  expect(gate.enter(task('4'))).toBe(false);
  expect(gate.enter(task('3'))).toBe(true);
});

test('the more urgent comes first, of equals the older', () => {
  const gate = createTurnGate(
    () => 1,
    () => undefined,
  );
  gate.enter(task('0'));
  for (const waiting of [task('3', 'low'), task('4'), task('2'), task('5', 'critical')]) gate.enter(waiting);
  const order: string[] = [];
  let inside = '0';
  for (let left = 4; left > 0; left -= 1) {
    gate.leave(inside);
    for (const next of [task('3', 'low'), task('4'), task('2'), task('5', 'critical')]) {
      if (order.includes(next.task_id) || !gate.enter(next)) continue;
      order.push(next.task_id);
      inside = next.task_id;
    }
  }
  expect(order).toEqual(['5', '2', '4', '3']);
});

test('who does not want to go in any more keeps nobody waiting', () => {
  const woken: string[] = [];
  const gate = createTurnGate(
    () => 1,
    (id) => woken.push(id),
  );
  gate.enter(task('1'));
  gate.enter(task('2'));
  gate.enter(task('3'));
  gate.leave('1');
  gate.leave('2');
  expect(woken).toEqual(['2', '3']);
});

test('who comes back from a pause goes in, also as one too many, and then the others wait', () => {
  const gate = createTurnGate(
    () => 1,
    () => undefined,
  );
  gate.enter(task('1'));
  gate.leave('1');
  expect(gate.enter(task('2'))).toBe(true);
  gate.comeBack('1');
  gate.leave('2');
  expect(gate.enter(task('3'))).toBe(false);
  gate.leave('1');
  expect(gate.enter(task('3'))).toBe(true);
});
