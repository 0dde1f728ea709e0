import { describe, expect, it } from 'vitest';
import * as e from './events.ts';
import { given, taskAfter } from './given.ts';
import { dedent } from './render.ts';

const { planning, plan_review, executing, reviewing } = e.upTo;

describe('a task that fails', () => {
  it('shows no chunk as running, and waits for nobody’s answer', () => {
    given([...executing, e.chunkStarted(0), e.asked(), e.requested(), e.parked()]).when(
      e.failed('The agent died.'),
    ).gives(dedent`
        failed “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✗ One: The agent died.
          ○ Two
          failed in executing: The agent died.
      `);
  });

  it('fails once', () => {
    given([...planning, e.failed()])
      .when(e.failed('again'))
      .isIgnored('the task is failed already');
  });

  it('can be cancelled for good', () => {
    expect(taskAfter([...planning, e.failed(), e.cancelled()]).phase).toBe('cancelled');
  });
});

describe('a retry goes on where the task failed', () => {
  it('created: planning', () => {
    expect(taskAfter([e.created(), e.failed(), e.retried()]).phase).toBe('planning');
  });

  it('planning: the same revision is planned', () => {
    given([...planning, e.failed()]).when(e.retried(), e.planReady()).gives(dedent`
        plan_review “Add rate limiting” revision 1
          plan 1
          ○ One
          ○ Two
          retries 1
      `);
  });

  it('plan_review: the plan is made anew', () => {
    given([...plan_review, e.failed()]).when(e.retried()).gives(dedent`
        planning “Add rate limiting” revision 2
          plan 1
          retries 1
      `);
  });

  it('executing: completed chunks stay, the others are pending', () => {
    const broken = [e.chunkStarted(0), e.chunkCompleted(0), e.chunkStarted(1), e.chunkFailed(1), e.failed()];
    given([...executing, ...broken]).when(e.retried()).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✓ One
          ○ Two
          retries 1
      `);
    given([...executing, ...broken, e.retried()])
      .when(e.chunkStarted(1, 1))
      .isIgnored('attempt 1 of chunk 2 was begun already');
  });

  it('reviewing: the review is done again', () => {
    given([...reviewing, e.failed()]).when(e.retried(), e.reviewPassed()).gives(dedent`
        reviewing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✓ One
          ✓ Two
          review passed
          retries 1
      `);
  });

  it('counts the rounds of review anew: it failed perhaps for too many', () => {
    const task = taskAfter([...reviewing, e.reviewFailed(), e.failed('too many rounds'), e.retried()]);
    expect(task).toMatchObject({ phase: 'executing', review_round: 0 });
    expect(task.chunks).toHaveLength(3);
  });

  it('tells the agents what the person said about it', () => {
    expect(taskAfter([...planning, e.failed(), e.retried('Try SQLite.')]).contexts).toStrictEqual([
      'Try SQLite.',
    ]);
    expect(taskAfter([...planning, e.failed(), e.retried(' ')]).contexts).toStrictEqual([]);
  });

  it('takes what the task should know already before it', () => {
    expect(taskAfter([...planning, e.failed(), e.context('A hint.'), e.retried()]).contexts).toStrictEqual([
      'A hint.',
    ]);
  });

  it('needs a failed task, and happens once', () => {
    given(executing).when(e.retried()).isIgnored('nothing to retry: the task is in phase executing');
    given([...planning, e.failed(), e.retried()])
      .when(e.retried(undefined, 'user:bob'))
      .isIgnored('nothing to retry: the task is in phase planning');
  });
});

describe('a task that a person cancels', () => {
  it('is cancelled at once, with nothing shown as running', () => {
    given([...executing, e.chunkStarted(0), e.requested()]).when(e.cancelled()).gives(dedent`
        cancelled “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✗ One: the task was cancelled
          ○ Two
          cancelled by user:ada
      `);
  });

  it('has stopped when everything that ran for it has ended', () => {
    given([...planning, e.cancelled()]).when(e.stopped()).gives(dedent`
        cancelled “Add rate limiting” revision 1
          cancelled by user:ada, all stopped
      `);
  });

  it('is cancelled by the first of two people; the second learns by whom', () => {
    given([...planning, e.cancelled('user:ada')])
      .when(e.cancelled('user:bob'))
      .isIgnored('the task is cancelled already by user:ada');
  });

  it('takes no late results', () => {
    const past = [...executing, e.chunkStarted(0), e.cancelled()];
    given(past).when(e.chunkCompleted(0)).isIgnored('a chunk event came in phase cancelled');
    given(past).when(e.failed()).isIgnored('the task is cancelled already by user:ada');
    given(past).when(e.asked()).isIgnored('a question came in phase cancelled');
    given(past).when(e.requested()).isIgnored('a request came in phase cancelled');
  });

  it('was not completed before', () => {
    given([...reviewing, e.reviewPassed(), e.completed()])
      .when(e.cancelled())
      .isIgnored('the task is completed already');
  });
});

describe('a parked task', () => {
  it('says why and until when it waits, in the phase where it is', () => {
    given(executing).when(e.parked('rate limited', '2026-03-01T13:00:00Z')).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ○ One
          ○ Two
          parked: rate limited until 2026-03-01T13:00:00Z
      `);
  });

  it('goes on when it is resumed, once', () => {
    expect(taskAfter([...executing, e.parked(), e.resumed()]).parked).toBeUndefined();
    given(executing).when(e.resumed()).isIgnored('the task is not parked');
  });

  it('has not ended', () => {
    given([...planning, e.cancelled()])
      .when(e.parked())
      .isIgnored('the task is cancelled already');
  });
});
