import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivedEventId } from '../../src/log/event-id.ts';
import { type Decision, type Running, type Turn, decide, isWanted } from '../../src/orchestrator/decide.ts';
import { reduceTask } from '../../src/state/reduce-task.ts';
import { type TaskPhase, type TaskState, isEnded } from '../../src/state/task.ts';
import * as e from '../state/events.ts';
import { storyArbitrary } from '../state/stories.ts';
import { quiet } from './quiet.ts';

const { settings, NOTHING_RUNS: NOTHING, ALONE } = quiet;
const planTurn: Turn = { purpose: 'plan', role: 'planner', revision: 1 };
const chunkTurn: Turn = { purpose: 'chunk', role: 'coder', index: 0, attempt: 1 };

const PHASE_OF: Readonly<Record<Turn['purpose'], TaskPhase>> = {
  plan: 'planning',
  chunk: 'executing',
  review: 'reviewing',
};

const runningArbitrary: fc.Arbitrary<Running> = fc.record({
  turn: fc.constantFrom(undefined, planTurn, chunkTurn),
  roles: fc.subarray(['planner', 'coder', 'reviewer']),
  ending: fc.boolean(),
});

/** The states that a story leads a task through. */
function* statesOf(steps: readonly e.Step[]): Generator<TaskState> {
  let task: TaskState | undefined;
  for (const event of e.logOf(steps)) {
    if (event.task_id !== e.TASK) continue;
    task = reduceTask(task, event);
    if (task) yield task;
  }
}

/** What the log makes of a decision: it keeps one event of each id. */
function apply(task: TaskState, { append }: Decision, stored: Set<string>): TaskState {
  return append.reduce((state, { label, cause = task.cause_id, body }) => {
    const id = derivedEventId(cause, label);
    if (stored.has(id)) return state;
    stored.add(id);
    const [event] = e.logOf([{ ...body, by: 'orchestrator', task: e.TASK }], state.version);
    return (event && reduceTask(state, event)) ?? state;
  }, task);
}

describe('whatever happened, in whatever order', () => {
  test('only a turn that the task wants is run, and never beside another one', () => {
    fc.assert(
      fc.property(storyArbitrary, runningArbitrary, (steps, running) => {
        for (const task of statesOf(steps)) {
          const decision = decide(task, running, settings, { now: Infinity, world: ALONE });
          for (const effect of decision.effects) {
            if (effect.effect !== 'run_turn') continue;
            expect([running.turn, running.ending]).toEqual([undefined, false]);
            const after = apply(task, decision, new Set());
            expect(after.phase).toBe(PHASE_OF[effect.turn.purpose]);
            expect([after.questions, after.parked]).toEqual([[], undefined]);
            expect(isWanted(after, effect.turn)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('nothing of a plan is carried out before a person approved that revision', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        for (const task of statesOf(steps)) {
          const { append, effects } = decide(task, NOTHING, settings, { now: Infinity, world: ALONE });
          const begins = append.some(({ body }) => body.type === 'chunk.started');
          const runs = effects.some(
            (effect) => effect.effect === 'run_turn' && effect.turn.purpose !== 'plan',
          );
          if (!begins && !runs) continue;
          const plan = task.plans.find(({ revision }) => revision === task.revision);
          expect(plan?.decision?.verdict).toBe('approved');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('what is appended moves the task on, to something to do or to wait for, and is not appended again', () => {
    fc.assert(
      fc.property(storyArbitrary, (steps) => {
        for (const first of statesOf(steps)) {
          const stored = new Set<string>();
          let task = first;
          let decision = decide(task, NOTHING, settings, { now: Infinity, world: ALONE });
          for (let round = 0; decision.append.length > 0 && decision.effects.length === 0; round += 1) {
            expect(round).toBeLessThan(5);
            const next = apply(task, decision, stored);
            expect(next.version).toBeGreaterThan(task.version);
            expect(next.ignored).toEqual(task.ignored);
            task = next;
            decision = decide(task, NOTHING, settings, { now: Infinity, world: ALONE });
          }
          if (decision.effects.length === 0 && !isEnded(task.phase))
            expect(task.phase === 'plan_review' || task.questions.length > 0 || task.parked).toBeTruthy();
        }
      }),
      { numRuns: 500 },
    );
  });
});
