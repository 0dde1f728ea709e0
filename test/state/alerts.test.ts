import { expect, test } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { AlertWatch } from '../../src/state/alerts.ts';
import { createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';

const minute = (minutes: number): string =>
  new Date(Date.parse('2026-03-01T12:00:00Z') + minutes * 60_000).toISOString();

const failedAt = (minutes: number, agentId = 'coder-1') =>
  e.agent(
    'agent.failed',
    'failed',
    { agent_id: agentId, error_message: 'no answer' },
    { at: minute(minutes) },
  );
const limitedAt = (minutes: number) =>
  e.step('provider.rate_limited', { provider: 'google', model: 'm' }, { by: 'coder-1', at: minute(minutes) });

function alertsOf(events: readonly AgentEvent[]): string[] {
  const watch = new AlertWatch();
  const world = createWorld();
  return events.flatMap((event) => {
    world.apply(event);
    const alert = watch.alertFor(event, world);
    return alert ? [`${alert.cause.sequence} ${alert.data.severity}: ${alert.data.message}`] : [];
  });
}

const THREE = 'critical: coder-1 (gemini) failed three times within 10 minutes, last: failed: no answer';

test('the third failure of an agent within ten minutes raises an alert, and the fourth does not', () => {
  expect(alertsOf(e.logOf([0, 4, 9.9, 10.5].map((at) => failedAt(at))))).toEqual([`3 ${THREE}`]);
});

test('failures of different agents, or further apart, raise none', () => {
  expect(alertsOf(e.logOf([failedAt(0), failedAt(1, 'coder-2'), failedAt(2), failedAt(10.1)]))).toEqual([]);
});

test('after a while without failures, three more raise another one', () => {
  const found = alertsOf(e.logOf([0, 1, 2, 30, 31, 32].map((at) => failedAt(at))));
  expect(found).toEqual([`3 ${THREE}`, `6 ${THREE}`]);
});

test('a late failure counts at the time when it happened', () => {
  expect(alertsOf(e.logOf([failedAt(0), failedAt(9), failedAt(5)]))).toEqual([`2 ${THREE}`]);
  expect(alertsOf(e.logOf([failedAt(20), failedAt(21), failedAt(1)]))).toEqual([]);
});

test('a repeated failure is one, and so is a chunk that failed with its agent', () => {
  const [first, second] = e.logOf([failedAt(0), failedAt(1)]);
  if (!first || !second) throw new Error('no events');
  expect(alertsOf([first, second, first, second])).toEqual([]);
  const pair = e.logOf([failedAt(0), e.chunkFailed(0, 1), failedAt(2), e.chunkFailed(0, 2)]);
  const caused = pair.map((event, index) => ({ ...event, causation_id: `cause-${index < 2 ? 1 : 2}` }));
  expect(alertsOf(caused)).toEqual([]);
});

test('a rate limit is a warning, once as long as it goes on', () => {
  const found = alertsOf(e.logOf([0, 1, 2, 9, 30].map((at) => limitedAt(at))));
  expect(found).toEqual([1, 5].map((n) => `${n} warning: coder-1 has to wait: google refuses calls`));
});
