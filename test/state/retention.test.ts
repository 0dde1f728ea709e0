import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { allTasks, archived } from '../../src/state/archive.ts';
import { isLive } from '../../src/state/agent.ts';
import { reduceTask } from '../../src/state/reduce-task.ts';
import { KEPT_TYPES } from '../../src/state/kept-types.ts';
import { AgentTasks, lineOf, retirableTasks } from '../../src/state/retention.ts';
import { isOver } from '../../src/state/task-status.ts';
import type { TaskState } from '../../src/state/task.ts';
import { type WorldFold, createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';
import { storyArbitrary } from './stories.ts';

const fold = (events: readonly AgentEvent[], keepWhole: number): WorldFold => {
  const world = createWorld(undefined, { keepWhole });
  for (const event of events) world.apply(event);
  return world;
};

const taskOf = (events: readonly AgentEvent[], taskId: string): TaskState | undefined =>
  events.filter(({ task_id }) => task_id === taskId).reduce<TaskState | undefined>(reduceTask, undefined);

/**
 * All that is shown; what was ignored, and figures of long ago, are not. With fewer tasks, others of those that are over
 * are whole at hand, and so are their agents: that is room, and no news.
 */
const shown = (world: WorldFold, upto: number, isAllWhole: boolean) => ({
  position: world.position,
  tasks: isAllWhole ? [...world.tasks.values()] : [...world.tasks.values()].filter((task) => !isOver(task)),
  lines: new Map(allTasks(world).map((task) => [task.task_id, 'chunks' in task ? archived(task) : task])),
  agents: [...world.agents.values()].filter(({ status }) => isAllWhole || isLive(status)),
  activity: world.activity.filter(({ sequence }) => sequence > upto),
  inbox: world.inbox,
  touches: world.touches,
  deadLetters: world.deadLetters,
  history: world.history,
});

/** Several stories in one log: tasks of their own, and agents of which some meet in more than one task. */
const logArbitrary = fc
  .array(fc.tuple(storyArbitrary, fc.boolean(), fc.constantFrom('none', 'complete', 'cancel', 'depend')), {
    minLength: 1,
    maxLength: 5,
  })
  .map((stories) => {
    const steps = stories.flatMap(([story, isShared, end], number): e.Step[] => {
      const own = (id: string) => (isShared || !id.endsWith('-1') ? id : `${id}-${number}`);
      const task = `${e.TASK}-${number}`;
      const ends: Record<typeof end, readonly e.Step[]> = {
        none: [],
        complete: [...e.upTo.reviewing, e.reviewPassed(), e.completed()],
        cancel: [e.created(), e.cancelled(), e.stopped()],
        depend: [
          e.step('task.created', {
            description: 'next',
            interactive: true,
            depends_on: [`${e.TASK}-${Math.max(0, number - 1)}`],
          }),
        ],
      };
      return [...ends[end], ...story].map((step) => ({
        ...step,
        by: own(step.by),
        task: step.task === null ? null : step.task === e.TASK ? task : `${step.task}-${number}`,
        data:
          typeof step.data === 'object' && step.data !== null && 'agent_id' in step.data
            ? { ...step.data, agent_id: own(String(step.data.agent_id)) }
            : step.data,
      }));
    });
    return e.logOf(steps);
  });

it('what is left of truncated history makes the same world, and all that goes on is whole in it', () => {
  let removedAny = 0;
  fc.assert(
    fc.property(
      logArbitrary,
      fc.nat({ max: 100 }),
      fc.constantFrom(0, 1, Infinity),
      (log, share, keepWhole) => {
        const upto = Math.round((log.length * share) / 100);
        const before = fold(log, keepWhole);
        const of = (taskId: string) => log.filter(({ task_id }) => task_id === taskId);
        const agents = new AgentTasks();
        for (const event of log) agents.note(event);
        const gone = retirableTasks(before, { endedBefore: Infinity, upto }).filter(({ task_id }) =>
          agents.areForgotten(before, task_id, of(task_id)),
        );
        if (gone.length === 0) return;
        removedAny += 1;
        const ids = new Set(gone.map(({ task_id }) => task_id));
        const tasks = gone.map((task) => lineOf(task));
        const [told] = e.logOf(
          [e.step('history.truncated', { upto, events: 1, tasks }, { task: null, by: 'user:ada' })],
          log.length,
        );
        if (!told) throw new Error('no event');
        const kept = new Set<string>(KEPT_TYPES);
        const left = log.filter(
          ({ task_id, type, sequence }) => !ids.has(task_id ?? '') || sequence > upto || kept.has(type),
        );
        const [truncated, whole] = [left, log].map((events) =>
          shown(fold([...events, told], keepWhole), upto, keepWhole === Infinity),
        );
        expect(truncated).toStrictEqual(whole);
        // What is not over is there from its first event on, and so is what it depends on.
        for (const { task_id, phase, depends_on } of before.tasks.values()) {
          if (phase === 'completed' || phase === 'cancelled') continue;
          for (const id of [task_id, ...depends_on]) expect(taskOf(left, id)).toStrictEqual(taskOf(log, id));
        }
        for (const letter of before.deadLetters)
          if (letter.task_id !== undefined) expect(ids.has(letter.task_id)).toBe(false);
      },
    ),
    { numRuns: Number(process.env['RETENTION_RUNS'] ?? 400) },
  );
  expect(removedAny).toBeGreaterThan(50);
}, 300_000);
