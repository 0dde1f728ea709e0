import { expect, test } from 'vitest';
import { type NotedUsage, judgeUsage } from '../../src/orchestrator/judge-usage.ts';
import type { ResourceLimits } from '../../src/orchestrator/settings.ts';

const NONE: ResourceLimits = { action: 'warn' };

/** What a row of samples comes to: [seconds, MB of memory, percent of CPU]. */
function play(limits: ResourceLimits, samples: readonly (readonly [number, number, number])[]): string[] {
  let noted: NotedUsage | undefined;
  return samples.map(([seconds, memory_mb, cpu_percent]) => {
    const judged = judgeUsage('coder-1', noted, { memory_mb, cpu_percent }, limits, seconds * 1000);
    ({ noted } = judged);
    const told = judged.append.map(({ type }) => type);
    return [...told, ...(judged.stop === undefined ? [] : ['stop'])].join(' ') || '-';
  });
}

test('the first sample is recorded, then what differs by a tenth, and one a minute', () => {
  expect(
    play(NONE, [
      [0, 400, 50],
      [5, 430, 55],
      [10, 441, 50],
      [15, 441, 61],
      [20, 441, 61],
      [75, 441, 61],
      [80, 441, 61],
    ]),
  ).toEqual(['resource.used', '-', 'resource.used', 'resource.used', '-', 'resource.used', '-']);
});

test('small figures do not count as changed because they doubled', () => {
  expect(
    play(NONE, [
      [0, 5, 0.5],
      [5, 20, 9],
    ]),
  ).toEqual(['resource.used', '-']);
});

test('a clock that was set back does not keep samples from being recorded', () => {
  expect(
    play(NONE, [
      [1000, 400, 0],
      [5, 400, 0],
    ]),
  ).toEqual(['resource.used', 'resource.used']);
});

const CROSSED = 'resource.limit_exceeded alert.raised';

test('a crossing is told once, until the use has fallen clearly below the limit', () => {
  expect(
    play({ memory_mb: 1000, action: 'warn' }, [
      [0, 900, 0],
      [5, 1001, 0],
      [10, 1010, 0],
      [15, 999, 0],
      [20, 1002, 0],
      [25, 800, 0],
      [30, 1500, 0],
    ]),
  ).toEqual(['resource.used', CROSSED, '-', '-', '-', 'resource.used', CROSSED]);
});

test('each limit is told by itself, and what is to be stopped says why', () => {
  const usage = { memory_mb: 5000, cpu_percent: 250, file_count: 10 };
  const limits: ResourceLimits = { memory_mb: 4096, cpu_percent: 200, open_files: 10, action: 'stop' };
  const { append, stop } = judgeUsage('coder-1', undefined, usage, limits, 0);
  expect(append.map(({ type }) => type)).toEqual([...CROSSED.split(' '), ...CROSSED.split(' ')]);
  expect(append[1]?.data).toEqual({
    alert: 'resource_limit',
    severity: 'warning',
    agent_id: 'coder-1',
    message: 'coder-1 uses 4.9 GB of memory, more than its limit of 4.0 GB of memory: it is stopped',
  });
  expect(stop).toBe('coder-1 uses 250 % CPU, more than its limit of 200 % CPU.');
});

test('a limit on what the system does not tell is never exceeded', () => {
  expect(play({ open_files: 1, disk_mb: 1, action: 'stop' }, [[0, 400, 0]])).toEqual(['resource.used']);
});
