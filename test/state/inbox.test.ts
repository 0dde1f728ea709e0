import { describe, expect, it } from 'vitest';
import { agentGroups, groupOf, waitsForPerson } from '../../src/state/agent-group.ts';
import { chunkStatusOf } from '../../src/state/chunk-status.ts';
import { waitingNow } from '../../src/state/inbox.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';
import { dedent, renderInbox } from './render.ts';

const { planning, plan_review, executing } = e.upTo;
const inboxAfter = (...steps: e.Step[]): string => renderInbox(worldAfter(steps).inbox);

const at = (time: string, task = e.TASK) => ({ at: `2026-03-01T12:00:${time}Z`, task });

describe('the inbox', () => {
  it('has a plan, questions, permissions and failures, with who waits', () => {
    expect(inboxAfter(...plan_review)).toBe('plan:task-1:1 of planner-1: Add rate limiting');
    expect(inboxAfter(...executing, e.asked('q1'), e.requested('r1'))).toBe(dedent`
      question:task-1:q1 of coder-1: Add rate limiting
      permission:task-1:r1 of coder-1: Add rate limiting
    `);
    expect(inboxAfter(...planning, e.failed())).toBe('failure:task-1:0 of nobody: Add rate limiting');
  });

  it('is empty when nothing waits', () => {
    expect(inboxAfter()).toBe('');
    expect(inboxAfter(...executing)).toBe('');
  });

  it('has one item no more when the matter is settled, by whomever', () => {
    const waiting = [...executing, e.asked('q1'), e.requested('r1')];
    expect(inboxAfter(...waiting, e.answered('q1'))).toBe(
      'permission:task-1:r1 of coder-1: Add rate limiting',
    );
    expect(inboxAfter(...waiting, e.decided('r1'))).toBe('question:task-1:q1 of coder-1: Add rate limiting');
    expect(inboxAfter(...waiting, e.agent('agent.failed', 'failed'))).toBe(
      'question:task-1:q1 of coder-1: Add rate limiting',
    );
    expect(inboxAfter(...waiting, e.withdrawn('r1'))).toBe(
      'question:task-1:q1 of coder-1: Add rate limiting',
    );
    expect(inboxAfter(...waiting, e.cancelled())).toBe('');
    expect(inboxAfter(...plan_review, e.approved())).toBe('');
    expect(inboxAfter(...plan_review, e.rejected())).toBe('');
    expect(inboxAfter(...planning, e.failed(), e.retried())).toBe('');
    expect(inboxAfter(...planning, e.failed(), e.cancelled())).toBe('');
  });

  it('keeps the id of an item as long as the matter is the same, and has another for the next', () => {
    const noise = e.step('agent.output', { stream: 'message', text: 'hm' });
    expect(inboxAfter(...plan_review, noise, e.approved(7))).toBe(inboxAfter(...plan_review));
    expect(inboxAfter(...plan_review, e.rejected(), e.planReady(2))).toContain('plan:task-1:2');
    expect(inboxAfter(...planning, e.failed(), e.retried(), e.failed())).toContain('failure:task-1:1');
  });

  it('has other items for two tasks whose agents use the same ids', () => {
    const other = { task: 'task-2' };
    expect(
      inboxAfter(e.created(), e.asked('1'), e.created('Fix login', other), e.asked('1', 'coder-9', other)),
    ).toBe(dedent`
      question:task-1:1 of coder-1: Add rate limiting
      question:task-2:1 of coder-9: Fix login
    `);
  });

  it('is in order of time over all tasks, oldest first, also within a second', () => {
    expect(
      inboxAfter(
        e.created(),
        e.created('Fix login', { task: 'task-2' }),
        e.asked('third', 'a', at('10.5')),
        e.asked('first', 'b', at('09', 'task-2')),
        e.asked('second', 'c', at('10')),
        e.requested('fourth', 'd', at('10.500001', 'task-2')),
        e.requested('fifth', 'e', at('11')),
      )
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toStrictEqual([
      'question:task-2:first',
      'question:task-1:second',
      'question:task-1:third',
      'permission:task-2:fourth',
      'permission:task-1:fifth',
    ]);
  });
});

const waitingAt = (steps: readonly e.Step[], now: string) =>
  waitingNow(worldAfter([...executing, ...steps]).inbox, Date.parse(now)).map(({ item_id }) => item_id);

describe('a matter that is put off', () => {
  const item = 'permission:task-1:r1';
  const NINE = '2026-03-02T09:00:00.000Z';

  it('does not wait before that time, and waits again from then on, without an event', () => {
    const steps = [e.requested('r1'), e.snoozed(item, NINE)];
    expect(waitingAt(steps, '2026-03-02T08:59:59.999Z')).toStrictEqual([]);
    expect(waitingAt(steps, NINE)).toStrictEqual([item]);
  });

  it('can be settled meanwhile, and can be put off again or shown at once', () => {
    const steps = [e.requested('r1'), e.snoozed(item, NINE)];
    expect(waitingAt([...steps, e.decided('r1')], NINE)).toStrictEqual([]);
    const later = '2026-03-03T09:00:00.000Z';
    expect(waitingAt([...steps, e.snoozed(item, later)], NINE)).toStrictEqual([]);
    expect(
      waitingAt([...steps, e.snoozed(item, '2026-03-01T12:00:30Z')], '2026-03-01T12:00:31Z'),
    ).toStrictEqual([item]);
  });

  it('must wait: what is settled already cannot be put off, and is forgotten', () => {
    const world = worldAfter([
      ...executing,
      e.requested('r1'),
      e.snoozed(item, NINE),
      e.decided('r1'),
      e.snoozed(item, NINE),
      e.asked('q1'),
      e.snoozed('question:task-1:q1', NINE),
    ]);
    const task = world.tasks.get(e.TASK);
    expect(task?.ignored.last?.reason).toBe(`${item} is not waiting`);
    expect(task?.snoozed).toStrictEqual({ 'question:task-1:q1': NINE });
  });
});

const groupAfter = (...steps: e.Step[]) => {
  const world = worldAfter(steps);
  const agent = world.agents.get('coder-1');
  return agent && groupOf(world, agent);
};

describe('the group of an agent', () => {
  const up = e.agent('agent.started', 'idle');

  it.each([
    ['working', [e.agent('agent.created', 'starting')]],
    ['working', [up, e.invoked()]],
    ['idle', [up]],
    ['idle', [up, e.agent('agent.paused', 'paused')]],
    ['idle', [up, e.agent('agent.health', 'waiting')]],
    ['lost', [up, e.agent('agent.health', 'lost')]],
    ['done', [up, e.agent('agent.completed', 'completed')]],
    ['done', [up, e.agent('agent.failed', 'failed')]],
    ['done', [up, e.agent('agent.deleted', 'deleted')]],
    ['waiting', [up, e.invoked(), e.requested()]],
    ['waiting', [up, e.invoked(), e.asked()]],
    ['working', [up, e.invoked(), e.requested(), e.decided()]],
    ['lost', [up, e.asked(), e.agent('agent.health', 'lost')]],
    ['done', [up, e.asked(), e.agent('agent.failed', 'failed')]],
  ] as const)('is %s', (group, steps) => {
    expect(groupAfter(...executing, ...steps)).toBe(group);
    expect(agentGroups).toContain(group);
  });

  it('of a planner is waiting while its plan does, also when it has finished', () => {
    const me = { agent_id: 'planner-1' };
    const world = worldAfter([
      ...planning,
      e.agent('agent.started', 'idle', me),
      e.planReady(),
      e.agent('agent.completed', 'completed', me),
    ]);
    const planner = world.agents.get('planner-1');
    expect(planner && [groupOf(world, planner), waitsForPerson(world, planner)]).toStrictEqual([
      'waiting',
      'plan',
    ]);
  });

  it('of an agent whose task failed is not waiting for the retry', () => {
    expect(groupAfter(...executing, up, e.failed())).toBe('idle');
  });
});

const shown = (...steps: e.Step[]) => {
  const world = worldAfter([...executing, e.assigned('coder'), ...steps]);
  const task = world.tasks.get(e.TASK);
  return task?.chunks.map((chunk) => chunkStatusOf(world, task, chunk));
};

describe('the status to show for a chunk', () => {
  it('is paused with its coder, and interrupted when that is gone', () => {
    const begun = [e.agent('agent.started', 'idle'), e.chunkStarted(0)];
    expect(shown(...begun)).toStrictEqual(['running', 'pending']);
    expect(shown(...begun, e.agent('agent.paused', 'paused'))).toStrictEqual(['paused', 'pending']);
    expect(shown(...begun, e.agent('agent.health', 'lost'))).toStrictEqual(['interrupted', 'pending']);
    expect(shown(...begun, e.chunkCompleted(0), e.agent('agent.completed', 'completed'))).toStrictEqual([
      'completed',
      'pending',
    ]);
  });
});
