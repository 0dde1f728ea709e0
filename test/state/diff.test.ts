import { expect, it } from 'vitest';
import { diffTask } from '../../src/state/diff.ts';
import * as e from './events.ts';
import { taskAfter } from './given.ts';
import { dedent } from './render.ts';

const { planning, plan_review, executing, reviewing } = e.upTo;

const diff = (past: readonly e.Step[], ...steps: e.Step[]): string =>
  diffTask(past.length > 0 ? taskAfter(past) : undefined, taskAfter([...past, ...steps])).join('\n');

it('a task that was not there was created', () => {
  expect(diff([], e.created())).toBe('created: “Add rate limiting” by user:ada, created');
  expect(diffTask(undefined, undefined)).toStrictEqual([]);
});

it('nothing is said when nothing changed', () => {
  expect(diff(planning)).toBe('');
  expect(diff(planning, e.step('agent.output', { stream: 'message', text: 'hm' }))).toBe('');
});

it('a plan comes and is decided', () => {
  expect(diff(planning, e.planReady())).toBe(dedent`
    phase: planning → plan_review
    plan: revision 1 by planner-1
    chunk 1 “One”: new
    chunk 2 “Two”: new
  `);
  expect(diff(plan_review, e.approved())).toBe(dedent`
    phase: plan_review → executing
    plan: revision 1: approved by user:ada
  `);
  expect(diff(plan_review, e.rejected(), e.planReady(2, ['Small']))).toBe(dedent`
    revision: 1 → 2
    plan: revision 2 by planner-1
    plan: revision 1: changes by user:ada
    chunk 1 “Small”: new
  `);
});

it('chunks go on, with attempts and reasons', () => {
  const begun = [...executing, e.chunkStarted(0)];
  expect(diff(executing, e.chunkStarted(0))).toBe('chunk 1 “One”: pending → running');
  expect(diff(begun, e.chunkFailed(0))).toBe('chunk 1 “One”: running → failed: tests fail');
  expect(diff(begun, e.chunkStarted(0, 2))).toBe('chunk 1 “One”: running → running (attempt 2)');
});

it('a review sends the work back', () => {
  expect(diff(reviewing, e.reviewFailed())).toBe(dedent`
    phase: reviewing → executing
    review round: 0 → 1
    chunk 3 “Review findings, round 1”: new
  `);
});

it('agents ask and people answer', () => {
  expect(diff(executing, e.asked(), e.requested('r1'), e.requested('r2'), e.context('Use Redis.')))
    .toBe(dedent`
    question of coder-1: “Which one, q1?”
    coder-1 asks for permission: “Run r1”
    coder-1 asks for permission: “Run r2”
    context: “Use Redis.”
  `);
  const waiting = [...executing, e.asked(), e.requested('r1'), e.requested('r2')];
  expect(diff(waiting, e.answered(), e.decided('r1'), e.agent('agent.failed', 'failed'))).toBe(dedent`
    answer of user:ada to “Which one, q1?”: “This one.”
    permission r1: allow by user:ada
    coder-1 does not wait for permission any more: “Run r2”
  `);
});

it('a task is parked, goes on, fails, is tried again, is cancelled', () => {
  expect(diff(planning, e.parked())).toBe('parked: rate limited');
  expect(diff([...planning, e.parked()], e.resumed())).toBe('not parked any more');
  expect(diff(planning, e.failed())).toBe(dedent`
    phase: planning → failed
    failed: it broke
  `);
  expect(diff([...planning, e.failed()], e.retried())).toBe(dedent`
    phase: failed → planning
    retries: 0 → 1
  `);
  expect(diff(planning, e.cancelled(), e.stopped())).toBe(dedent`
    phase: planning → cancelled
    cancelled by user:ada
    everything of it has ended
  `);
});

it('files, figures and what was ignored are summed up', () => {
  const edit = e.step('file.created', { operation: 'create', file_path: 'src/a.ts' });
  const call = e.step('provider.called', { provider: 'p', model: 'm', tokens_used: 70, cost_usd: 0.4 });
  expect(diff(executing, edit, call, e.approved(1, 'user:bob'), e.started())).toBe(dedent`
    files: +src/a.ts
    tokens: 0 → 70
    cost: $0.00 → $0.40
    ignored: 2 more, the last task.started: the task is in phase executing already
  `);
});
