import { describe, expect, it } from 'vitest';
import * as e from './events.ts';
import { given, taskAfter } from './given.ts';
import { dedent } from './render.ts';

const { planning, plan_review, executing } = e.upTo;

describe('a plan', () => {
  it('that is sent back goes to planning as the next revision, with the comments', () => {
    given(plan_review).when(e.rejected()).gives(dedent`
        planning “Add rate limiting” revision 2
          plan 1 changes by user:ada: Smaller steps.
      `);
    const chunk_comments = [{ chunk: 1, comment: 'Why?' }];
    expect(taskAfter([...plan_review, e.rejected(1, { chunk_comments })]).plans[0]?.decision).toMatchObject({
      verdict: 'changes',
      comment: 'Smaller steps.',
      chunk_comments,
    });
  });

  it('that comes again is decided again', () => {
    given([...plan_review, e.rejected(1, { verdict: 'rejected' })]).when(
      e.planReady(2, ['Small']),
      e.approved(2, 'user:bob'),
    ).gives(dedent`
        executing “Add rate limiting” revision 2
          plan 1 rejected by user:ada: Smaller steps.
          plan 2 approved by user:bob
          ○ Small
      `);
  });

  it('is decided by the first of two people; the second learns by whom', () => {
    given(plan_review)
      .when(e.approved(1, 'user:ada'), e.rejected(1, {}, 'user:bob'))
      .isIgnored('revision 1 was approved by user:ada');
    given(plan_review)
      .when(e.rejected(1, {}, 'user:bob'), e.approved(1, 'user:ada'))
      .isIgnored('revision 1 was sent back for changes by user:bob');
    given(plan_review)
      .when(e.rejected(1, { verdict: 'rejected' }, 'user:bob'), e.approved(1, 'user:ada'))
      .isIgnored('revision 1 was rejected by user:bob');
  });

  it('is decided on the revision that waits, not on an older or a future one', () => {
    const second = [...plan_review, e.rejected(), e.planReady(2)];
    given(second).when(e.approved(1)).isIgnored('revision 1 was sent back for changes by user:ada');
    given(second)
      .when(e.approved(3))
      .isIgnored('revision 3 is not waiting for a decision: the task is in phase plan_review, revision 2');
  });

  it('cannot be decided before it is there', () => {
    given(planning)
      .when(e.approved())
      .isIgnored('revision 1 is not waiting for a decision: the task is in phase planning, revision 1');
  });

  it('of another revision than the one that is being made is not taken', () => {
    given(planning).when(e.planReady(2)).isIgnored('revision 2 came, 1 is being planned');
    given(plan_review)
      .when(e.planReady(1, ['Late']))
      .isIgnored('a plan came in phase plan_review');
  });

  it('of version 1 is a plan without files', () => {
    const data = { revision: 1, plan: '# Plan', chunks: ['Old one'] };
    given(planning).when({ type: 'plan.ready', version: 1, data, by: 'planner-1', task: e.TASK })
      .gives(dedent`
        plan_review “Add rate limiting” revision 1
          plan 1
          ○ Old one
      `);
  });
});

const line = (type: 'plan.approved' | 'plan.rejected', by = 'orchestrator') =>
  e.step(type, { revision: 1 }, { by });

describe('plan.approved and plan.rejected', () => {
  it('confirm a decision and change nothing more', () => {
    expect(taskAfter([...executing, line('plan.approved')])).toMatchObject({
      phase: 'executing',
      ignored: { count: 0 },
    });
    expect(taskAfter([...plan_review, e.rejected(), line('plan.rejected')])).toMatchObject({
      phase: 'planning',
      revision: 2,
      ignored: { count: 0 },
    });
  });

  it('are not a decision: only a person gives line clear', () => {
    given(plan_review).when(line('plan.approved')).isIgnored('nobody has approved revision 1');
    given(plan_review).when(line('plan.rejected')).isIgnored('nobody has rejected revision 1');
  });

  it('that contradict what was decided are ignored', () => {
    given(executing).when(line('plan.rejected')).isIgnored('revision 1 was approved by user:ada');
    given([...plan_review, e.rejected()])
      .when(line('plan.approved'))
      .isIgnored('revision 1 was sent back for changes by user:ada');
  });
});
