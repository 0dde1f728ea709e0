import { describe, expect, it } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import { limitedTurn } from '../../src/orchestrator/limited.ts';
import * as e from '../state/events.ts';
import { taskAfter } from '../state/given.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const { executing } = e.upTo;
const limited = (retryAt?: string) => new LineclearError('rate_limited', 'Too many requests', { retryAt });
const park = (until: string) =>
  e.step('task.parked', { reason: 'Too many requests', until, kind: 'rate_limit' });
const AGENTS = {
  mine: { command: ['mine'] as const, env: {}, fallback: 'theirs' },
  theirs: { command: ['theirs'] as const, env: {}, fallback: 'mine' },
};

const bodies = (steps: readonly e.Step[], error = limited(), agents = {}) =>
  limitedTurn(taskAfter(steps), 'coder', error, { agents, roles: { coder: 'mine' } }, NOW).map(
    ({ body }) => body,
  );

describe('a turn whose provider refuses calls', () => {
  it('parks the task until the time that the provider named', () => {
    expect(bodies(executing, limited('2026-03-01T15:00:00.000Z'))).toStrictEqual([
      {
        type: 'task.parked',
        data: { kind: 'rate_limit', reason: 'Too many requests', until: '2026-03-01T15:00:00.000Z' },
      },
    ]);
  });

  it('waits a minute where none is named, twice as long each time in a row, at most an hour', () => {
    const waits: unknown[] = [];
    const steps: e.Step[] = [...executing, e.chunkStarted(0)];
    for (let time = 0; time < 8; time += 1) {
      const [body] = bodies(steps);
      const until = body?.type === 'task.parked' ? (body.data.until ?? '') : '';
      waits.push((Date.parse(until) - NOW) / 60_000);
      steps.push(park(until), e.resumed());
    }
    expect(waits).toStrictEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(bodies([...steps, e.chunkStarted(0, 2), e.chunkCompleted(0, 2)])).toMatchObject([
      { data: { until: '2026-03-01T12:01:00.000Z' } },
    ]);
    expect(taskAfter(steps)).toMatchObject({ failed_tries: 0, retries: 0, phase: 'executing' });
  });

  it('goes to the fallback only if there is one, and then waits instead of going back and forth', () => {
    const [moved] = bodies(executing, limited(), AGENTS);
    expect(moved).toStrictEqual({
      type: 'user.reassigned_role',
      data: { user_id: 'rule:fallback', role: 'coder', agent_name: 'theirs', rule: 'fallback' },
    });
    const after = [
      ...executing,
      e.step('user.reassigned_role', {
        user_id: 'rule:fallback',
        role: 'coder',
        agent_name: 'theirs',
        rule: 'fallback',
      }),
    ];
    expect(taskAfter(after).chosen_agents).toStrictEqual({ coder: 'theirs' });
    expect(bodies(after, limited(), AGENTS)).toMatchObject([{ type: 'task.parked' }]);
  });
});

describe('another agent', () => {
  const reassigned = e.step(
    'user.reassigned_role',
    { user_id: 'ada', role: 'coder', agent_name: 'theirs' },
    { by: 'user:ada' },
  );

  it('takes over at once where the task waited for a provider, and only then', () => {
    const parked = [...executing, park('2026-03-01T15:00:00.000Z')];
    expect(taskAfter([...parked, reassigned]).parked).toBeUndefined();
    expect(taskAfter([...executing, e.parked('wait for me'), reassigned]).parked).toBeDefined();
  });

  it('has nothing to do in a task that is over', () => {
    const task = taskAfter([...executing, e.cancelled(), reassigned]);
    expect(task.ignored.last?.reason).toBe('the task is cancelled already');
  });
});
