import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLive } from '../../src/state/agent.ts';
import { archived } from '../../src/state/archive.ts';
import { reduceTask } from '../../src/state/reduce-task.ts';
import type { TaskState } from '../../src/state/task.ts';
import { createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';
import { storyArbitrary } from './stories.ts';

const rename = (steps: readonly e.Step[], prefix: string) =>
  steps.map((step) => (step.task === null ? step : { ...step, task: `${prefix}${step.task}` }));

/** Three tasks whose stories run side by side, and a fourth that comes to its end. */
const storiesArbitrary: fc.Arbitrary<readonly e.Step[]> = fc
  .tuple(storyArbitrary, storyArbitrary, fc.array(fc.constantFrom(e.completed(), e.cancelled(), e.stopped())))
  .map(([first, second, ends]) => {
    const mixed = [...rename(first, 'a-'), ...rename(second, 'b-')];
    const others = ends.flatMap((end, index) => {
      const task = `c-${index}`;
      return [...e.upTo.reviewing, e.reviewPassed(), e.cancelled(), end].map((step) => ({ ...step, task }));
    });
    return [...mixed.slice(0, 10), ...others, ...mixed.slice(10)];
  });

const foldTask = (steps: readonly e.Step[], taskId: string, until: number): TaskState | undefined =>
  e
    .logOf(steps)
    .filter((event) => event.task_id === taskId && event.sequence <= until)
    .reduce<TaskState | undefined>(reduceTask, undefined);

describe('a world that keeps few ended tasks whole', () => {
  it('knows the same as one that keeps all, and what it archived can be had whole again', () => {
    fc.assert(
      fc.property(storiesArbitrary, fc.nat({ max: 2 }), (stories, keepWhole) => {
        // With it a line is all that stays of a task.
        const steps = stories.filter(({ type }) => type !== 'history.truncated');
        const all = createWorld(undefined, { keepWhole: Infinity });
        const few = createWorld(undefined, { keepWhole });
        for (const event of e.logOf(steps)) {
          all.apply(event);
          few.apply(event);
          expect(few.tasks.size + few.archive.size).toBe(all.tasks.size);
        }
        expect(few.inbox).toEqual(all.inbox);
        expect(few.activity).toEqual(all.activity);
        expect(few.ignored).toBe(all.ignored);
        for (const [id, task] of few.tasks) expect(task).toEqual(all.tasks.get(id));
        for (const [id, known] of few.archive) {
          const whole = all.tasks.get(id);
          expect(whole && archived(whole)).toEqual(known);
          const task = foldTask(steps, id, few.position);
          expect(task).toEqual(whole);
          if (task) few.recall(task);
          expect(few.tasks.get(id)).toEqual(whole);
        }
        // No agent is gone that lives.
        for (const [id, { status }] of all.agents)
          if (isLive(status)) expect(few.agents.get(id)?.status).toBe(status);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same after a snapshot and the tail as after a replay, also with tasks that were recalled', () => {
    fc.assert(
      fc.property(storiesArbitrary, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (steps, cuts) => {
        const keepWhole = 1;
        const whole = createWorld(undefined, { keepWhole });
        let parts = createWorld(undefined, { keepWhole });
        for (const event of e.logOf(steps)) {
          whole.apply(event);
          parts.apply(event);
          if (!cuts.includes(event.sequence)) continue;
          for (const id of parts.archive.keys()) {
            const task = foldTask(steps, id, parts.position);
            if (task) parts.recall(task);
          }
          parts = createWorld(parts.serialize(), { keepWhole });
        }
        expect(JSON.parse(parts.serialize())).toStrictEqual(JSON.parse(whole.serialize()));
        expect(parts.inbox).toEqual(whole.inbox);
      }),
      { numRuns: 300 },
    );
  });

  it('goes on with a recalled task as with any other', () => {
    const steps = [...e.upTo.reviewing, e.reviewPassed(), e.completed()];
    const late = e.step('user.injected_context', { user_id: 'ada', text: 'too late' });
    const world = createWorld(undefined, { keepWhole: 0 });
    const events = e.logOf([...steps, late]);
    for (const event of events.slice(0, -1)) world.apply(event);
    expect([world.tasks.size, world.archive.get(e.TASK)?.phase]).toEqual([0, 'completed']);
    const task = foldTask(steps, e.TASK, world.position);
    if (!task) throw new Error('no task');
    world.recall({ ...task, version: 1 });
    expect(world.tasks.size).toBe(0);
    world.recall(task);
    for (const event of events) world.apply(event);
    expect(world.tasks.get(e.TASK)?.ignored.last?.reason).toBe('the task is completed already');
    expect(world.archive.get(e.TASK)?.version).toBe(world.position);
  });

  it('keeps agents without a task for a while, and those that live for good', () => {
    const world = createWorld();
    const steps = Array.from({ length: 300 }, (_, index) => {
      const by = `loner-${index}`;
      const data = { agent_id: by, agent_name: by, previous_status: 'idle', current_status: 'idle' } as const;
      const started = e.step('agent.started', data, { by, task: null });
      const ended = e.step('agent.completed', { ...data, current_status: 'completed' }, { by, task: null });
      return index < 20 ? [started] : [started, ended];
    }).flat();
    for (const event of e.logOf(steps)) world.apply(event);
    expect(world.agents.size).toBe(220);
    expect([...world.agents.keys()].slice(19, 21)).toEqual(['loner-19', 'loner-100']);
  });
});
