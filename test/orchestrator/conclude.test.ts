import { describe, expect, test } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import { concludeTurn, failTurn } from '../../src/orchestrator/conclude.ts';
import type { Turn } from '../../src/orchestrator/decide.ts';
import * as e from '../state/events.ts';
import { taskAfter } from '../state/given.ts';
import { json } from './fake-agent.ts';

const plan: Turn = { purpose: 'plan', role: 'planner', revision: 1 };
const chunk: Turn = { purpose: 'chunk', role: 'coder', index: 0, attempt: 1 };
const review: Turn = { purpose: 'review', role: 'reviewer', round: 0 };
const handoff = { from_role: 'reviewer', to_role: 'coder', round: 0 };

const stories = {
  plan: e.upTo.planning,
  chunk: [...e.upTo.executing, e.chunkStarted(0)],
  review: e.upTo.reviewing,
};
const conclude = (turn: Turn, text: string, steps: readonly e.Step[] = stories[turn.purpose]) =>
  concludeTurn(taskAfter(steps), turn, { text }, ['a.ts']);
const appends = (label: string, type: string, data: unknown) => ({
  kind: 'append',
  append: [{ label, body: { type, data } }],
});

describe('an answer', () => {
  test.each<[string, Turn, string, string, string, unknown]>([
    [
      'of a planner becomes a plan',
      plan,
      `# Plan\n${json({ chunks: [{ title: 'One' }], estimated_cost: 1 })}`,
      'plan:1',
      'plan.ready',
      { revision: 1, plan: '# Plan', chunks: [{ title: 'One', files: [] }], estimated_cost: 1 },
    ],
    [
      'of a coder completes its chunk, with what it changed',
      chunk,
      ' Done. ',
      'chunk:0:1:done',
      'chunk.completed',
      { index: 0, title: 'One', attempt: 1, summary: 'Done.', files: ['a.ts'] },
    ],
    [
      'of a reviewer accepts',
      review,
      `Fine.\n${json({ verdict: 'approved' })}`,
      'review:0',
      'handoff.validated',
      { ...handoff, summary: 'Fine.' },
    ],
    [
      'of a reviewer sends back',
      review,
      json({ verdict: 'changes', findings: ['Name the limit.'] }),
      'review:0',
      'handoff.rejected',
      { ...handoff, findings: ['Name the limit.'] },
    ],
  ])('%s', (_, turn, text, label, type, data) => {
    expect(conclude(turn, text)).toEqual(appends(label, type, data));
  });

  test.each<[Turn, string]>([
    [plan, 'plan:1'],
    [chunk, 'chunk:0:1:done'],
    [review, 'review:0'],
  ])('may be a question: $purpose', (turn, label) => {
    const question = { question: 'Which?', options: ['a', 'b'] };
    expect(conclude(turn, json(question))).toEqual(
      appends(`${label}:question:0`, 'question.asked', { ...question, question_id: 'task-1:1' }),
    );
  });

  test('may be a second question, which is another one', () => {
    const steps = [...stories.plan, e.asked('task-1:1'), e.answered('task-1:1')];
    expect(conclude(plan, json({ question: 'And?' }), steps)).toEqual(
      appends('plan:1:question:1', 'question.asked', { question: 'And?', question_id: 'task-1:2' }),
    );
  });

  test.each([plan, chunk, review])('may not be a question where nobody answers: $purpose', (turn) => {
    const alone = e.step('task.created', { description: 'Work', interactive: false }, { by: 'user:ada' });
    const task = taskAfter([alone, ...stories[turn.purpose].slice(1)]);
    expect(concludeTurn(task, turn, { text: json({ question: 'Which?' }) }, [])).toEqual({
      kind: 'repeat',
      problem: 'nobody can answer questions; decide by yourself and say what you decided',
    });
  });

  test.each<[Turn, string, string]>([
    [plan, 'I would just do it.', 'there is no json block with the chunks'],
    [review, 'Looks good to me.', 'there is no json block with the verdict'],
    [review, json({ verdict: 'maybe' }), 'the json block does not fit: verdict'],
  ])('that cannot be used is asked for again: $purpose, %s', (turn, text, problem) => {
    expect(conclude(turn, text)).toEqual({ kind: 'repeat', problem: expect.stringContaining(problem) });
  });
});

const retry = (label: string, until: string) => ({
  label,
  body: { type: 'task.parked', data: { kind: 'retry', reason: 'It took too long.', until } },
});

describe('a turn that could not be finished', () => {
  const error = new LineclearError('agent_timeout', 'It took too long.');
  const NOW = Date.parse('2026-03-01T12:00:00.000Z');
  const fail = (turn: Turn, thrown: unknown, steps: readonly e.Step[] = stories[turn.purpose]) =>
    failTurn(taskAfter(steps), turn, thrown, { retryDelays: [1, 4], agents: {}, roles: {} }, NOW);
  const chunkFailed = {
    label: 'chunk:0:1:done:failed',
    body: {
      type: 'chunk.failed',
      data: {
        index: 0,
        title: 'One',
        attempt: 1,
        error_message: 'It took too long.',
        error_code: 'agent_timeout',
      },
    },
  };

  test('is tried again after the first delay, and after the next one', () => {
    expect(fail(plan, error)).toEqual([retry('plan:1:retry', '2026-03-01T12:00:01.000Z')]);
    expect(fail(chunk, error)).toEqual([
      chunkFailed,
      retry('chunk:0:1:done:retry', '2026-03-01T12:00:01.000Z'),
    ]);
    const again = [...stories.plan, e.retryAt('2026-03-01T12:00:00.000Z'), e.resumed()];
    expect(fail(plan, error, again)).toEqual([retry('plan:1:retry', '2026-03-01T12:00:04.000Z')]);
  });

  const parkedTwice = [e.retryAt('2026-03-01T12:00:00.000Z'), e.resumed()].flatMap((step) => [step, step]);

  test.each<[Turn, string]>([
    [plan, 'plan:1:failed'],
    [review, 'review:0:failed'],
  ])('fails the task when every delay was used, with what to do next: $purpose', (turn, label) => {
    const data = { error_message: 'It took too long.', error_code: 'agent_timeout', next: error.next };
    expect(fail(turn, error, [...stories[turn.purpose], ...parkedTwice])).toEqual([
      { label, body: { type: 'task.failed', data } },
    ]);
  });

  test('fails its chunk for good when every delay was used', () => {
    expect(fail(chunk, error, [...stories.chunk, ...parkedTwice])).toEqual([chunkFailed]);
  });

  test('gets all its tries again after something went well', () => {
    const later: Turn = { ...chunk, index: 1 };
    const steps = [...stories.chunk, ...parkedTwice, e.chunkCompleted(0), e.chunkStarted(1)];
    expect(fail(later, error, steps)).toHaveLength(2);
  });

  test.each([
    'agent_not_configured',
    'agent_not_startable',
    'agent_not_signed_in',
    'agent_refused',
    'agent_stopped',
    'plan_unusable',
  ] as const)('is not tried again when the next try would meet the same: %s', (code) => {
    expect(fail(chunk, new LineclearError(code, 'No.'))).toHaveLength(1);
    expect(fail(plan, new LineclearError(code, 'No.'))).toMatchObject([{ body: { type: 'task.failed' } }]);
  });

  test('is tried again whatever was thrown', () => {
    expect(fail(chunk, 'broken')).toMatchObject([
      { body: { type: 'chunk.failed', data: { error_message: 'broken' } } },
      { body: { type: 'task.parked', data: { kind: 'retry', reason: 'broken' } } },
    ]);
  });
});
