import { describe, expect, it } from 'vitest';
import * as e from './events.ts';
import { given, taskAfter } from './given.ts';
import { dedent } from './render.ts';

const { plan_review, executing, reviewing } = e.upTo;

describe('chunks', () => {
  it('are begun and completed one by one', () => {
    given(executing).when(e.chunkStarted(0), e.chunkCompleted(0), e.chunkStarted(1)).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✓ One
          ● Two
      `);
  });

  it('that failed may be begun again, as the next attempt', () => {
    given(executing).when(e.chunkStarted(0), e.chunkFailed(0), e.chunkStarted(0, 2)).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ● One (attempt 2)
          ○ Two
      `);
  });

  it('take no results of an attempt that is not the running one', () => {
    const again = [...executing, e.chunkStarted(0, 1), e.chunkStarted(0, 2)];
    given(again).when(e.chunkCompleted(0, 1)).isIgnored('attempt 1 of chunk 1 is not the running one');
    given(again).when(e.chunkFailed(0, 3)).isIgnored('attempt 3 of chunk 1 is not the running one');
    given(again).when(e.chunkStarted(0, 2)).isIgnored('attempt 2 of chunk 1 was begun already');
  });

  it('do not end before they were begun, nor twice', () => {
    given(executing).when(e.chunkCompleted(0)).isIgnored('chunk 1 is not running');
    const done = [...executing, e.chunkStarted(0), e.chunkCompleted(0)];
    given(done).when(e.chunkFailed(0)).isIgnored('chunk 1 is not running');
    given(done).when(e.chunkStarted(0, 2)).isIgnored('chunk 1 is completed already');
  });

  it('are those of the plan, in the phase of work', () => {
    given(executing).when(e.chunkStarted(2)).isIgnored('the plan has no chunk 3');
    given(plan_review).when(e.chunkStarted(0)).isIgnored('a chunk event came in phase plan_review');
  });
});

describe('the review', () => {
  it('begins when every chunk is completed', () => {
    given([...executing, e.chunkStarted(0), e.chunkCompleted(0)])
      .when(e.handedOver())
      .isIgnored('not every chunk is completed');
    given(plan_review).when(e.handedOver()).isIgnored('a hand-over came in phase plan_review');
  });

  it('with findings makes them a new chunk', () => {
    given(reviewing).when(e.reviewFailed(0, ['Name the limit.', 'Test it.'])).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✓ One
          ✓ Two
          ○ Review findings, round 1
          review round 1
      `);
    expect(taskAfter([...reviewing, e.reviewFailed(0, ['A', 'B'])]).chunks.at(-1)?.description).toBe(
      '- A\n- B',
    );
  });

  it('goes on in rounds until it is passed', () => {
    given([...reviewing, e.reviewFailed()]).when(
      e.chunkStarted(2),
      e.chunkCompleted(2),
      e.handedOver(1),
      e.reviewPassed(1),
      e.completed(),
    ).gives(dedent`
        completed “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✓ One
          ✓ Two
          ✓ Review findings, round 1
          review round 1
          review passed
          summary: Done.
      `);
  });

  it('takes no verdict of another round, and none after it was passed', () => {
    const second = [...reviewing, e.reviewFailed(), e.chunkStarted(2), e.chunkCompleted(2), e.handedOver(1)];
    given(second).when(e.reviewFailed(0)).isIgnored('a review of round 0 came in round 1');
    given(second).when(e.reviewPassed(0)).isIgnored('a review of round 0 came in round 1');
    given([...reviewing, e.reviewPassed()])
      .when(e.reviewFailed())
      .isIgnored('the review was passed already');
    given(executing).when(e.reviewPassed()).isIgnored('a review came in phase executing');
  });

  it('is before the completion', () => {
    given(executing).when(e.completed()).isIgnored('a completion came in phase executing');
  });

  it('is a matter of coder and reviewer: other hand-overs change nothing', () => {
    const other = e.step('handoff.requested', { from_role: 'planner', to_role: 'coder', round: 0 });
    expect(taskAfter([...executing, other])).toMatchObject({ phase: 'executing', ignored: { count: 0 } });
    const accepted = e.step('handoff.validated', { from_role: 'coder', to_role: 'planner', round: 0 });
    expect(taskAfter([...reviewing, accepted])).toMatchObject({
      review_passed: false,
      ignored: { count: 0 },
    });
  });
});
