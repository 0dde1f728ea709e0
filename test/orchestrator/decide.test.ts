import { describe, expect, test } from 'vitest';
import {
  type Decision,
  type Effect,
  type Running,
  type Turn,
  decide,
  isWanted,
  needsOrchestrator,
} from '../../src/orchestrator/decide.ts';
import * as e from '../state/events.ts';
import { taskAfter } from '../state/given.ts';
import { quiet } from './quiet.ts';

const { settings, NOTHING_RUNS: NOTHING, ALONE } = quiet;

const drawTurn = (turn: Turn): string => {
  switch (turn.purpose) {
    case 'plan':
      return `plan ${turn.revision}`;
    case 'chunk':
      return `chunk ${turn.index}, attempt ${turn.attempt}`;
    case 'review':
      return `review ${turn.round}`;
  }
};

function drawEffect(effect: Effect): string {
  switch (effect.effect) {
    case 'run_turn':
      return `run ${drawTurn(effect.turn)}`;
    case 'stop_turn':
      return 'stop the turn';
    case 'end_agents':
      return `end ${effect.roles.join(', ')} (${effect.because})`;
  }
}

/** A decision as a person would tell it: what is appended, then what is done. */
const draw = ({ append, effects }: Decision): string =>
  [...append.map(({ body }) => body.type), ...effects.map(drawEffect)].join(' → ') || 'nothing';

const decided = (steps: readonly e.Step[], running: Partial<Running> = {}) =>
  draw(decide(taskAfter(steps), { ...NOTHING, ...running }, settings, { now: NOON, world: ALONE }));

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const later = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString();
const both = [e.chunkStarted(0), e.chunkCompleted(0), e.chunkStarted(1), e.chunkCompleted(1)];
const sentBack = (round: number) => [
  e.reviewFailed(round),
  e.chunkStarted(round + 2),
  e.chunkCompleted(round + 2),
  e.handedOver(round + 1),
];
const planTurn: Turn = { purpose: 'plan', role: 'planner', revision: 1 };
const chunkTurn: Turn = { purpose: 'chunk', role: 'coder', index: 0, attempt: 1 };

describe('what is to be done', () => {
  test.each<[string, readonly e.Step[], string]>([
    ['a new task', [e.created()], 'task.started'],
    ['planning', e.upTo.planning, 'run plan 1'],
    ['a plan that waits', e.upTo.plan_review, 'nothing'],
    ['a plan that was sent back', [...e.upTo.plan_review, e.rejected()], 'plan.rejected → run plan 2'],
    ['an approved plan', e.upTo.executing, 'plan.approved → chunk.started → run chunk 0, attempt 1'],
    [
      'after the first chunk',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkCompleted(0)],
      'chunk.started → run chunk 1, attempt 1',
    ],
    [
      'a chunk whose orchestrator has died',
      [...e.upTo.executing, e.chunkStarted(0)],
      'chunk.started → run chunk 0, attempt 2',
    ],
    ['a failed chunk', [...e.upTo.executing, e.chunkStarted(0), e.chunkFailed(0)], 'task.failed'],
    ['all chunks', [...e.upTo.executing, ...both], 'handoff.requested'],
    ['reviewing', e.upTo.reviewing, 'run review 0'],
    ['accepted work', [...e.upTo.reviewing, e.reviewPassed()], 'task.completed → metrics.completed'],
    ['findings', [...e.upTo.reviewing, e.reviewFailed()], 'chunk.started → run chunk 2, attempt 1'],
    ['findings that are mended', [...e.upTo.reviewing, ...sentBack(0)], 'run review 1'],
    [
      'findings once too often',
      [...e.upTo.reviewing, ...sentBack(0), ...sentBack(1), e.reviewFailed(2)],
      'task.failed',
    ],
    ['completed', [...e.upTo.reviewing, e.reviewPassed(), e.completed()], 'nothing'],
    ['failed', [...e.upTo.planning, e.failed()], 'nothing'],
    ['a retry while planning', [...e.upTo.planning, e.failed(), e.retried()], 'run plan 1'],
    [
      'a retry while executing',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkFailed(0), e.failed(), e.retried()],
      'chunk.started → run chunk 0, attempt 2',
    ],
    ['cancelled', [...e.upTo.executing, e.cancelled()], 'task.cancelled'],
    ['cancelled and all over', [...e.upTo.executing, e.cancelled(), e.stopped()], 'nothing'],
    ['parked', [...e.upTo.planning, e.parked()], 'nothing'],
    [
      'a chunk that was skipped',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkFailed(0), e.failed(), e.skipped(0)],
      'chunk.started → run chunk 1, attempt 1',
    ],
    [
      'the last chunk, skipped',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkCompleted(0), e.skipped(1)],
      'handoff.requested',
    ],
    [
      'findings once too often, that a person lets go',
      [...e.upTo.reviewing, ...sentBack(0), ...sentBack(1), e.reviewFailed(2), e.failed(), e.skipped(4)],
      'handoff.requested',
    ],
    ['parked until later', [...e.upTo.planning, e.parked('rate limited', later(1))], 'nothing'],
    ['parked until now', [...e.upTo.planning, e.parked('rate limited', later(0))], 'task.resumed'],
    [
      'a failed chunk that is tried again later',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkFailed(0), e.retryAt(later(1))],
      'nothing',
    ],
    [
      'a failed chunk whose time has come',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkFailed(0), e.retryAt(later(1)), e.resumed()],
      'chunk.started → run chunk 0, attempt 2',
    ],
    [
      'a failed chunk that a person does not want to wait for',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkFailed(0), e.retryAt(later(1)), e.resumedBy()],
      'chunk.started → run chunk 0, attempt 2',
    ],
    [
      'cancelled while parked',
      [...e.upTo.planning, e.parked('rate limited', later(0)), e.cancelled()],
      'task.cancelled',
    ],
    ['resumed', [...e.upTo.planning, e.parked(), e.resumed()], 'run plan 1'],
    ['a question', [...e.upTo.planning, e.asked('q1', 'planner-1')], 'nothing'],
    ['one of two answers', [...e.upTo.planning, e.asked('q1'), e.asked('q2'), e.answered('q1')], 'nothing'],
    ['an answer', [...e.upTo.planning, e.asked('q1'), e.answered('q1')], 'run plan 1'],
    [
      'a permission',
      [...e.upTo.executing, e.chunkStarted(0), e.requested()],
      'chunk.started → run chunk 0, attempt 2',
    ],
    [
      'a failed chunk whose question waits',
      [...e.upTo.executing, e.chunkStarted(0), e.asked(), e.chunkFailed(0)],
      'task.failed',
    ],
  ])('%s', (_, steps, expected) => {
    expect(decided(steps)).toBe(expected);
  });

  test.each<[string, readonly e.Step[], Partial<Running>, string]>([
    ['a turn runs', e.upTo.planning, { turn: planTurn, roles: ['planner'] }, 'nothing'],
    [
      'the planner lives, its plan is there',
      e.upTo.plan_review,
      { roles: ['planner'] },
      'end planner (finished)',
    ],
    ['the planner is being ended', e.upTo.executing, { roles: ['planner'], ending: true }, 'nothing'],
    [
      'its coder lives after an answer',
      [...e.upTo.executing, e.chunkStarted(0), e.asked(), e.answered()],
      { roles: ['coder'] },
      'run chunk 0, attempt 1',
    ],
    [
      'its coder lives',
      [...e.upTo.executing, e.chunkStarted(0), e.chunkCompleted(0)],
      { roles: ['coder'] },
      'chunk.started → run chunk 1, attempt 1',
    ],
    [
      'cancelled in a turn',
      [...e.upTo.executing, e.chunkStarted(0), e.cancelled()],
      { turn: chunkTurn, roles: ['coder'] },
      'end coder (cancelled)',
    ],
    [
      'cancelled, its agent has ended, its turn not quite',
      [...e.upTo.planning, e.cancelled()],
      { turn: planTurn },
      'nothing',
    ],
    [
      'failed in a turn',
      [...e.upTo.planning, e.failed()],
      { turn: planTurn, roles: ['planner'] },
      'end planner (finished)',
    ],
    ['handed over', e.upTo.reviewing, { roles: ['coder'] }, 'end coder (finished)'],
    [
      'sent back',
      [...e.upTo.reviewing, e.reviewFailed()],
      { roles: ['reviewer'] },
      'end reviewer (finished)',
    ],
    ['parked in a turn', [...e.upTo.planning, e.parked()], { turn: planTurn, roles: ['planner'] }, 'nothing'],
    [
      'parked, its agent lives',
      [...e.upTo.planning, e.parked()],
      { roles: ['planner'] },
      'end planner (parked)',
    ],
  ])('while here: %s', (_, steps, running, expected) => {
    expect(decided(steps, running)).toBe(expected);
  });

  test('what follows from a decision of a person is derived from that decision', () => {
    const task = taskAfter(e.upTo.executing);
    const decision = decide(task, NOTHING, settings, { now: NOON, world: ALONE });
    expect(decision.append.map(({ label, cause }) => [label, cause])).toEqual([
      ['approved', task.plans[0]?.decision?.event_id],
      ['chunk:0:1', undefined],
    ]);
  });
});

const claimed = [
  ...e.upTo.executing,
  e.step('claim.acquired', { file_path: 'a.ts', agent_id: 'coder-1', index: 0 }),
];

test.each<[string, readonly e.Step[], boolean]>([
  ['a failed task that still holds a file', [...claimed, e.failed()], true],
  ['a parked task that still holds a file', [...claimed, e.parked()], true],
  ['a new task', [e.created()], true],
  ['a plan that waits', e.upTo.plan_review, false],
  ['a question that waits', [...e.upTo.planning, e.asked()], false],
  ['an interrupted chunk', [...e.upTo.executing, e.chunkStarted(0)], true],
  ['a parked task', [...e.upTo.planning, e.parked()], false],
  ['a task that is parked until a time', [...e.upTo.planning, e.parked('rate limited', later(60))], true],
  ['a failed task', [...e.upTo.planning, e.failed()], false],
  ['a cancelled task', [...e.upTo.planning, e.cancelled()], true],
  ['a cancelled task that is over', [...e.upTo.planning, e.cancelled(), e.stopped()], false],
  ['a completed task', [...e.upTo.reviewing, e.reviewPassed(), e.completed()], false],
])('whether an orchestrator is needed for %s', (_, steps, needed) => {
  expect(needsOrchestrator(taskAfter(steps), settings, ALONE)).toBe(needed);
});

test('a verdict is wanted until there is one: another orchestrator may have taken it down meanwhile', () => {
  const review: Turn = { purpose: 'review', role: 'reviewer', round: 0 };
  expect(isWanted(taskAfter(e.upTo.reviewing), review)).toBe(true);
  expect(isWanted(taskAfter([...e.upTo.reviewing, e.reviewPassed()]), review)).toBe(false);
});
