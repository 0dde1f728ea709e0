import { describe, expect, test } from 'vitest';
import { comparePlans } from '../../src/ui/plan/compare-plans.ts';
import { planViewOf } from '../../src/ui/plan/plan-view-of.ts';
import { planMessage } from '../../src/ui/plan/protocol.ts';
import { TASK, step } from '../state/events.ts';
import { worldAfter } from '../state/given.ts';

const maria = { by: 'user:maria' };
const story = [
  step('task.created', { description: 'Add rate limiting', interactive: true }, maria),
  step('task.assigned', { role: 'planner', agent_id: 'planner-1', agent_name: 'gemini' }),
  step('task.started', {}),
  step(
    'plan.ready',
    { revision: 1, plan: '# One', chunks: [{ title: 'Count', files: ['a.ts'] }] },
    { by: 'planner-1' },
  ),
  step(
    'user.rejected_plan',
    { user_id: 'user:maria', revision: 1, verdict: 'changes', comment: 'Smaller.' },
    maria,
  ),
  step(
    'plan.ready',
    { revision: 2, plan: '# Two', chunks: [{ title: 'Count less', files: ['a.ts'] }], estimated_cost: 0.1 },
    { by: 'planner-1' },
  ),
  step('user.approved_plan', { user_id: 'user:maria', revision: 2 }, maria),
  step('chunk.started', { index: 0, title: 'Count less', attempt: 1 }),
];
const viewer = { userId: 'user:maria', trusted: true };
const viewAfter = (steps: number) => planViewOf(worldAfter(story.slice(0, steps)), TASK, viewer);

describe('what the plan page shows of a task', () => {
  test('nothing of a task that is not there', () => {
    expect(planViewOf(worldAfter([]), TASK, viewer)).toBeUndefined();
  });

  test('chunks have a state from the approval on', () => {
    expect(viewAfter(6)).toMatchObject({ phase: 'plan_review', revision: 2, chunks: [] });
    expect(viewAfter(8)).toMatchObject({ phase: 'executing', chunks: [{ status: 'running', attempt: 1 }] });
  });

  test('every revision with its decision', () => {
    expect(viewAfter(8)?.revisions).toMatchObject([
      { revision: 1, decision: { verdict: 'changes', user_id: 'user:maria', comment: 'Smaller.' } },
      { revision: 2, estimated_cost: 0.1, decision: { verdict: 'approved' } },
    ]);
  });

  test.each(story.map((_, index) => [story[index]?.type, index + 1] as const))(
    'is a message that the page takes, after %s',
    (_type, steps) => {
      const message: unknown = JSON.parse(JSON.stringify({ type: 'snapshot', view: viewAfter(steps) }));
      expect(planMessage.parse(message)).toEqual(message);
    },
  );
});

const chunk = (title: string, ...files: string[]) => ({ title, files });
const compare = (before: string, after: string) =>
  comparePlans({ revision: 1, plan: before, chunks: [] }, { revision: 2, plan: after, chunks: [] });

describe('what a revision changed', () => {
  test('lines that are new and lines that are gone, but not those that moved', () => {
    const { changedLines, removedLines } = compare('one\n\ntwo\nthree', 'three\n\none\nfour\none');
    expect([...changedLines]).toEqual([3, 4]);
    expect(removedLines).toEqual(['two']);
  });

  test('chunks that are added, changed and removed', () => {
    const before = { revision: 1, plan: '', chunks: [chunk('a', 'x'), chunk('b', 'x'), chunk('c')] };
    const after = { revision: 2, plan: '', chunks: [chunk('c'), chunk('a', 'y'), chunk('a', 'x')] };
    const { marks, removedChunks } = comparePlans(before, after);
    expect(marks).toEqual(['same', 'changed', 'added']);
    expect(removedChunks).toEqual([chunk('b', 'x')]);
  });
});
