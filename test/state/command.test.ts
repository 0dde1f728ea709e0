import { describe, expect, it } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import { decideCommand } from '../../src/state/command.ts';
import type { UserCommand } from '../../src/state/user-command.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';

const { planning, plan_review, executing, reviewing } = e.upTo;
const task_id = e.TASK;

/** What a command comes to in the world after these steps: its event, or how it is refused. */
function outcome(past: readonly e.Step[], command: UserCommand): unknown {
  try {
    return decideCommand(worldAfter(past), command, 'user:ada', 'new-task');
  } catch (error) {
    if (error instanceof LineclearError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('creating a task', () => {
  it('makes a new one that waits for people, unless it is not to', () => {
    expect(outcome([], { command: 'create_task', description: 'Fix login' })).toStrictEqual({
      task_id: 'new-task',
      version: 0,
      body: {
        type: 'task.created',
        data: { description: 'Fix login', interactive: true, agents: undefined },
      },
    });
    const agents = { coder: 'gemini' };
    expect(
      outcome([], { command: 'create_task', description: 'x', interactive: false, agents }),
    ).toMatchObject({
      body: { data: { interactive: false, agents } },
    });
  });

  it('needs a description', () => {
    expect(outcome([], { command: 'create_task', description: ' \n' })).toBe(
      'invalid_input: A task needs a description.',
    );
  });
});

describe('deciding on a plan', () => {
  const approve = { command: 'approve_plan', task_id } as const;
  const reject = { command: 'reject_plan', task_id, verdict: 'changes', comment: 'Smaller.' } as const;

  it('names the revision that waits, on the version of the task', () => {
    expect(outcome(plan_review, { ...approve, comment: 'Go.' })).toStrictEqual({
      task_id,
      version: 3,
      body: { type: 'user.approved_plan', data: { user_id: 'user:ada', revision: 1, comment: 'Go.' } },
    });
    const chunk_comments = [{ chunk: 1, comment: 'Why?' }];
    expect(outcome(plan_review, { ...reject, revision: 1, chunk_comments })).toStrictEqual({
      task_id,
      version: 3,
      body: {
        type: 'user.rejected_plan',
        data: {
          user_id: 'user:ada',
          revision: 1,
          verdict: 'changes',
          comment: 'Smaller.',
          chunk_comments,
          paragraph_comments: undefined,
        },
      },
    });
  });

  it('is refused on an outdated revision', () => {
    const second = [...plan_review, e.rejected(), e.planReady(2)];
    for (const command of [approve, reject])
      expect(outcome(second, { ...command, revision: 1 })).toBe(
        'stale_revision: Revision 1 of “Add rate limiting” is outdated: revision 2 waits.',
      );
  });

  it('is refused when somebody has decided, and says who', () => {
    expect(outcome([...plan_review, e.approved(1, 'user:bob')], approve)).toMatch(
      /^not_waiting: No effect: revision 1 was approved by user:bob on \d+ \w+ at \d\d:\d\d\.$/,
    );
    expect(outcome([...plan_review, e.rejected(1, {}, 'user:bob')], { ...reject, revision: 1 })).toMatch(
      /^not_waiting: No effect: revision 1 was sent back for changes by user:bob on \d+ \w+ at \d\d:\d\d\.$/,
    );
  });

  it('is refused when no plan waits', () => {
    const words = 'is not waiting for a decision: the task is in phase';
    expect(outcome(planning, approve)).toBe(
      `not_waiting: No effect: revision 1 ${words} planning, revision 1.`,
    );
    expect(outcome(plan_review, { ...approve, revision: 2 })).toBe(
      `not_waiting: No effect: revision 2 ${words} plan_review, revision 1.`,
    );
  });

  it('sends a plan back only with a word to the planner, about chunks that there are', () => {
    expect(outcome(plan_review, { ...reject, comment: ' ' })).toBe(
      'invalid_input: Say what should be different: the planner needs a comment.',
    );
    const at = (chunk: number) => ({ ...reject, comment: '', chunk_comments: [{ chunk, comment: 'Why?' }] });
    expect(outcome(plan_review, at(1))).toMatchObject({ body: { type: 'user.rejected_plan' } });
    expect(outcome(plan_review, at(2))).toBe('invalid_input: There is no chunk 3: the plan has 2.');
  });

  it('needs the task', () => {
    expect(outcome([], approve)).toBe("task_not_found: There is no task 'task-1'.");
  });
});

describe('answering and allowing', () => {
  const answer = { command: 'answer_question', task_id, answer: 'This one.' } as const;
  const decide = { command: 'decide_permission', task_id, decision: 'deny', comment: 'No.' } as const;

  it('means the only one that waits', () => {
    expect(outcome([...executing, e.asked('q1')], answer)).toStrictEqual({
      task_id,
      version: 5,
      body: {
        type: 'user.answered_question',
        data: { user_id: 'user:ada', question_id: 'q1', answer: 'This one.' },
      },
    });
    expect(outcome([...executing, e.requested('r1')], decide)).toEqual({
      task_id,
      version: 5,
      body: {
        type: 'user.decided_permission',
        data: { user_id: 'user:ada', request_id: 'r1', decision: 'deny', comment: 'No.' },
      },
    });
  });

  it('means the one that is named among several, and asks which one otherwise', () => {
    const two = [...executing, e.asked('q1'), e.asked('q2'), e.requested('r1'), e.requested('r2')];
    expect(outcome(two, { ...answer, question_id: 'q2' })).toMatchObject({
      body: { data: { question_id: 'q2' } },
    });
    expect(outcome(two, { ...decide, request_id: 'r2' })).toMatchObject({
      body: { data: { request_id: 'r2' } },
    });
    expect(outcome(two, answer)).toBe(
      'invalid_input: More than one question is waiting: name one of q1, q2.',
    );
    expect(outcome(two, decide)).toBe(
      'invalid_input: More than one permission is waiting: name one of r1, r2.',
    );
  });

  it('is refused when nothing waits any more', () => {
    expect(outcome(executing, answer)).toBe(
      'not_waiting: No question is waiting: it was settled already, or its agent is gone.',
    );
    expect(outcome(executing, { ...decide, request_id: 'r1' })).toBe(
      "not_waiting: The permission 'r1' is not waiting: it was settled already, or its agent is gone.",
    );
  });

  it('is refused when somebody has done it, and says who and when', () => {
    const when = String.raw`on \d+ \w+ at \d\d:\d\d\.$`;
    expect(
      outcome([...executing, e.asked('q1'), e.answered('q1')], { ...answer, question_id: 'q1' }),
    ).toMatch(new RegExp(`^not_waiting: No effect: the question was answered by user:ada ${when}`));
    expect(
      outcome([...executing, e.requested('r1'), e.decided('r1')], { ...decide, request_id: 'r1' }),
    ).toMatch(new RegExp(`^not_waiting: No effect: the permission was allowed by user:ada ${when}`));
  });

  it('needs words', () => {
    expect(outcome([...executing, e.asked('q1')], { ...answer, answer: ' ' })).toBe(
      'invalid_input: The answer is empty.',
    );
  });
});

describe('giving context', () => {
  const inject = { command: 'inject_context', task_id, text: 'Use Redis.' } as const;

  it('does not depend on what else happened', () => {
    expect(outcome(executing, inject)).toStrictEqual({
      task_id,
      version: undefined,
      body: { type: 'user.injected_context', data: { user_id: 'user:ada', text: 'Use Redis.' } },
    });
    expect(outcome([...planning, e.failed()], inject)).toMatchObject({ version: undefined });
  });

  it('needs words, and a task that may go on', () => {
    expect(outcome(executing, { ...inject, text: '' })).toBe('invalid_input: The context is empty.');
    expect(outcome([...planning, e.cancelled()], inject)).toBe('not_waiting: The task is cancelled already.');
    expect(outcome([...reviewing, e.reviewPassed(), e.completed()], inject)).toBe(
      'not_waiting: The task is completed already.',
    );
  });
});

describe('retrying, cancelling, stopping', () => {
  it('a failed task is retried', () => {
    const retry = { command: 'retry_task', task_id, comment: 'Again.', prompt: undefined } as const;
    expect(outcome([...planning, e.failed()], retry)).toStrictEqual({
      task_id,
      version: 3,
      body: {
        type: 'user.requested_retry',
        data: { user_id: 'user:ada', comment: 'Again.', prompt: undefined },
      },
    });
    expect(outcome(planning, retry)).toBe(
      'not_waiting: Only a failed task can be retried; this one is planning.',
    );
  });

  it('a task that has not ended for good is cancelled', () => {
    const cancel = { command: 'cancel_task', task_id, reason: 'Changed my mind.' } as const;
    for (const past of [planning, plan_review, executing, reviewing, [...planning, e.failed()]])
      expect(outcome(past, cancel)).toStrictEqual({
        task_id,
        version: past.length,
        body: { type: 'user.cancelled_task', data: { user_id: 'user:ada', reason: 'Changed my mind.' } },
      });
    expect(outcome([...planning, e.cancelled()], cancel)).toBe('not_waiting: The task is cancelled already.');
  });

  it('a live agent is stopped', () => {
    const stop = { command: 'stop_agent', agent_id: 'coder-1' } as const;
    const up = [...executing, e.agent('agent.started', 'idle')];
    expect(outcome(up, stop)).toStrictEqual({
      task_id,
      version: undefined,
      body: { type: 'user.stopped_agent', data: { user_id: 'user:ada', agent_id: 'coder-1' } },
    });
    expect(outcome([...up, e.agent('agent.failed', 'failed')], stop)).toBe(
      'not_waiting: coder-1 is not running: it is failed.',
    );
    expect(outcome([], stop)).toBe("agent_not_found: There is no agent 'coder-1'.");
  });
});
