import { expect, test } from 'vitest';
import { standingBy } from '../../src/state/standing-by.ts';
import { namesToClaim } from '../../src/state/claims.ts';
import * as e from './events.ts';
import { given, taskAfter, worldAfter } from './given.ts';

const begun = (task: string): e.Step[] => [
  e.created(`Work of ${task}`, { task }),
  e.started({ task }),
  e.step(
    'plan.ready',
    { revision: 1, plan: '# Plan', chunks: [{ title: 'One', files: ['./src/', 'src', './'] }] },
    { task },
  ),
  e.approved(1, 'user:ada', { task }),
];
const claim = { file_path: 'src', agent_id: 'coder-1', index: 0 };
const acquired = (task = e.TASK) => e.step('claim.acquired', claim, { task });
const released = (task = e.TASK) => e.step('claim.released', claim, { task });
const denied = (task: string, held_by_task: string) =>
  e.step('claim.denied', { ...claim, held_by: 'coder-1', held_by_task }, { task });

test('what a chunk names is claimed once under its plain name, and nothing in a worktree of its own', () => {
  const task = taskAfter(begun(e.TASK));
  expect(namesToClaim(task, 0)).toEqual(['src', '.']);
  expect(namesToClaim({ ...task, wants_worktree: true }, 0)).toEqual([]);
});

test('what a reviewer found may be anywhere in the plan', () => {
  const one = { title: 'One', files: ['src/a.ts'] };
  const plan = { revision: 1, plan: '# Plan', chunks: [one, { title: 'Two', files: [] }] };
  const approved = [...e.upTo.planning, e.step('plan.ready', plan), e.approved()];
  const done = [0, 1].flatMap((index) => [e.chunkStarted(index), e.chunkCompleted(index)]);
  const task = taskAfter([...approved, ...done, e.handedOver(), e.reviewFailed()]);
  expect([0, 1, 2, 3].map((index) => namesToClaim(task, index))).toEqual([
    ['src/a.ts'],
    [],
    ['src/a.ts'],
    [],
  ]);
  expect(namesToClaim({ ...task, wants_worktree: true }, 2)).toEqual([]);
});

test('a claim that fits no chunk that is to be done is ignored', () => {
  given(e.upTo.plan_review).when(acquired()).isIgnored('a claim came in phase plan_review');
  given([...begun(e.TASK), e.chunkStarted(), e.chunkCompleted()])
    .when(acquired())
    .isIgnored('chunk 1 is not the next one');
  given(begun(e.TASK)).when(acquired(), acquired()).isIgnored('the task holds it already');
  given(begun(e.TASK)).when(released()).isIgnored('the task does not hold it');
});

test('a task says for what it waits as long as the other one holds it or is to have it first', () => {
  const story = ['a', 'b', 'c'].flatMap(begun);
  const waits = (...more: e.Step[]) => {
    const world = worldAfter([...story, acquired('a'), denied('b', 'a'), denied('c', 'b'), ...more]);
    return ['b', 'c'].map((id) => {
      const task = world.tasks.get(id);
      return task && standingBy(world, task, { now: 0 });
    });
  };
  expect(waits()).toEqual([
    'waits for src, held by the coder of “Work of a”',
    'waits for src after “Work of b”',
  ]);
  expect(waits(released('a'), acquired('b'))).toEqual([
    undefined,
    'waits for src, held by the coder of “Work of b”',
  ]);
  expect(waits(released('a'), e.cancelled('user:ada', { task: 'b' }))).toEqual([undefined, undefined]);
});
