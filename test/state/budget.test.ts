import { describe, expect, it } from 'vitest';
import { budgetUse, proposedLimit, taskSpent } from '../../src/state/budget.ts';
import { inboxFacts, inboxHeadline } from '../../src/state/inbox-words.ts';
import { createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';
import { taskAfter, worldAfter } from './given.ts';

const { executing } = e.upTo;
const at = (time: string) => `2026-03-01T${time}.000Z`;
const exceeded = { budget: 'tokens', scope: 'task', limit_value: 1000, used: 1200 } as const;
const parked = [
  ...executing,
  e.step('budget.exceeded', exceeded),
  e.step('task.parked', { kind: 'budget', reason: 'the budget is used up' }),
];
const raise = (data: object = {}, task?: string) =>
  e.step(
    'user.raised_budget',
    { user_id: 'ada', budget: 'tokens', scope: 'task', limit_value: 2000, ...data },
    { by: 'user:ada', ...(task && { task }) },
  );
const when = (step: e.Step, time: string): e.Step => ({ ...step, at: at(time) });
const working = (time: string) => when(e.invoked(), time);
const idle = (time: string) => when(e.agent('agent.health', 'idle'), time);

const spent = (...steps: e.Step[]) =>
  taskSpent(taskAfter([...executing, ...steps]), Date.parse(at('13:00:00')));
const call = (time: string, tokens_used: number) =>
  e.step(
    'provider.called',
    { provider: 'p', model: 'm', tokens_used, cost_usd: 0.5 },
    { by: 'coder-1', at: at(time) },
  );

describe('a task that waits for its budget', () => {
  it('goes on when it is raised beyond what was used, and keeps the new limit', () => {
    expect(taskAfter([...parked, raise()])).toMatchObject({ parked: undefined, budget: { tokens: 2000 } });
    expect(taskAfter([...parked, raise({ limit_value: 1100 })]).parked).toBeDefined();
    expect(taskAfter([...parked, raise({ budget: 'seconds' })]).parked).toBeDefined();
    expect(taskAfter([...parked, raise({ scope: 'day' })]).parked).toBeDefined();
    expect(taskAfter([...parked, e.cancelled(), raise()]).ignored.last?.reason).toBe(
      'the task is cancelled already',
    );
  });

  it('asks in the Inbox, and proposes twice as much', () => {
    const world = worldAfter(parked);
    const [item] = world.inbox;
    if (!item) throw new Error('nothing waits');
    expect(inboxHeadline(item)).toBe('Budget: Add rate limiting');
    expect(inboxFacts(world, item, { now: Date.parse(item.since) })).toEqual([
      'used 1.2k tokens of 1.0k tokens',
      'just now',
    ]);
    expect(proposedLimit(exceeded)).toBe(2000);
    expect(proposedLimit({ ...exceeded, used: 5000 })).toBe(10_000);
    expect(proposedLimit({ ...exceeded, limit_value: 0, used: 0 })).toBe(1);
  });
});

describe('working time', () => {
  it('counts while an agent has a turn, also one that goes on', () => {
    expect(spent(working('12:30:00'), idle('12:31:00')).seconds).toBe(60);
    expect(spent(working('12:30:00'), idle('12:31:00'), working('12:59:00')).seconds).toBe(120);
  });

  it('stands still while a person is waited for', () => {
    const asked = when(e.requested(), '12:31:00');
    expect(spent(working('12:30:00'), asked).seconds).toBe(60);
    const decided = when(e.decided(), '12:50:00');
    expect(spent(working('12:30:00'), asked, decided, idle('12:51:00')).seconds).toBe(120);
  });

  it('ends for an agent that was lost when something was last heard of the task', () => {
    const heard = e.step(
      'agent.output',
      { stream: 'message', text: 'hm' },
      { by: 'coder-1', at: at('12:32:00') },
    );
    const lost = when(e.agent('agent.health', 'lost'), '12:55:00');
    expect(spent(working('12:30:00'), heard, lost).seconds).toBe(120);
  });

  it('is shown beside the limits of the task', () => {
    const [, ...rest] = [...executing, working('12:30:00'), idle('12:40:00')];
    const task = taskAfter([
      e.step('task.created', {
        description: 'Add rate limiting',
        interactive: true,
        budget: { seconds: 1200, cost_usd: 2 },
      }),
      ...rest,
    ]);
    expect(budgetUse(task, 0)).toBe('$0.00 of $2.00 · 10 min of 20 min');
  });
});

describe('what a day has used', () => {
  const day = [
    ...executing,
    call('09:10:00', 100),
    working('09:10:00'),
    idle('09:20:00'),
    call('09:20:00', 1000),
    raise({ scope: 'day', limit_value: 5000 }),
  ];

  it('is known from any quarter of an hour on, with what it was raised to', () => {
    const { spending } = worldAfter(day);
    expect(spending.spentSince(Date.parse(at('09:00:00')))).toEqual({
      tokens: 1100,
      cost_usd: 1,
      seconds: 600,
    });
    expect(spending.spentSince(Date.parse(at('09:15:00')))).toEqual({
      tokens: 1000,
      cost_usd: 0.5,
      seconds: 300,
    });
    expect(spending.raisedSince(Date.parse(at('09:00:00')))).toEqual({ tokens: 5000 });
    expect(spending.raisedSince(Date.parse('2026-03-02T00:00:00.000Z'))).toEqual({});
  });

  it('is the same in a world that was saved', () => {
    const world = worldAfter(day);
    const again = createWorld(world.serialize());
    expect(again.serialize()).toBe(world.serialize());
    expect(again.spending.spentSince(0)).toEqual(world.spending.spentSince(0));
  });
});
