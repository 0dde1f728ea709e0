import { expect, test } from 'vitest';
import { agentStatus, agentUsage } from '../../src/state/agent-status.ts';
import { createWorld } from '../../src/state/world.ts';
import { type Step, agent, invoked, logOf, step } from './events.ts';

const BY = { by: 'coder-1' };
const used = (memory_mb: number) => step('resource.used', { memory_mb, cpu_percent: 9.4 }, BY);
const exceeded = (memory_mb: number, limit_value: number) =>
  step('resource.limit_exceeded', { memory_mb, cpu_percent: 9.4, limit: 'memory_mb', limit_value }, BY);
const started = agent('agent.started', 'idle');

function usageAfter(...steps: readonly Step[]): readonly string[] {
  const world = createWorld();
  for (const event of logOf(steps)) world.apply(event);
  const coder = world.agents.get('coder-1');
  return coder ? agentUsage(coder) : [];
}

test('an agent shows what its processes used when they were looked at last', () => {
  expect(usageAfter(started)).toEqual([]);
  expect(usageAfter(started, used(900), used(412.4))).toEqual(['412 MB', '9 % CPU']);
});

test('an agent is over its limit until a sample shows less', () => {
  const over = ['over its limit of 400 MB of memory', '2.0 GB', '9 % CPU'];
  expect(usageAfter(started, exceeded(2048, 400))).toEqual(over);
  expect(usageAfter(started, exceeded(900, 400), used(2048))).toEqual(over);
  expect(usageAfter(started, exceeded(2048, 400), used(399))).toEqual(['399 MB', '9 % CPU']);
});

test('an agent that has ended uses nothing, and a sample that comes late does not say otherwise', () => {
  const ended = agent('agent.completed', 'completed');
  expect(usageAfter(started, exceeded(900, 400), ended)).toEqual([]);
  expect(usageAfter(started, ended, used(900))).toEqual([]);
  expect(usageAfter(started, used(900), ended, agent('agent.created', 'starting'))).toEqual([]);
});

test('an agent at work that has said nothing for minutes is silent, though its processes are seen', () => {
  const world = createWorld();
  const events = logOf([started, invoked(), used(400)]);
  for (const event of events) world.apply(event);
  const coder = world.agents.get('coder-1');
  const after = (minutes: number) =>
    coder && agentStatus(world, coder, { now: Date.parse(coder.heard_at) + minutes * 60_000 });
  expect(coder?.heard_at).toBe(events[1]?.timestamp);
  expect(after(1)).toEqual(['working', '1 min']);
  expect(after(3)).toEqual(['working', '3 min', 'silent for 3 min']);
});
