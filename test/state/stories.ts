import * as fc from 'fast-check';
import { definitionOf, eventTypes } from '../../src/contract/catalog.ts';
import { agentStatusSchema } from '../../src/contract/events/agent.ts';
import { arbitraryOf } from '../contract/arbitraries.ts';
import * as e from './events.ts';

const agentId = fc.constantFrom('planner-1', 'coder-1', 'reviewer-1');
const id = fc.constantFrom('a', 'b');

/** Fields out of small pools, so that events meet. */
const named = {
  agent_id: agentId,
  question_id: id,
  request_id: id,
  revision: fc.integer({ min: 1, max: 3 }),
  index: fc.integer({ min: 0, max: 3 }),
  attempt: fc.integer({ min: 1, max: 3 }),
  round: fc.integer({ min: 0, max: 2 }),
  current_status: fc.constantFrom(...agentStatusSchema.options),
  process: fc.record({ pid: fc.constantFrom(100, 200), host: fc.constant('here') }),
};

/** Any valid data, with its type. All arbitraries are made once: making them costs far more than drawing from them. */
const anyData = fc.oneof(
  ...eventTypes.map((type) => {
    const { version, data: schema } = definitionOf(type);
    return arbitraryOf(schema, named).map((data) => ({ type, version, data }));
  }),
);

/** Any valid event, of one of few tasks and agents. */
const anyStep: fc.Arbitrary<e.Step> = fc
  .tuple(
    anyData,
    fc.constantFrom(e.TASK, e.TASK, e.TASK, 'task-2', null),
    fc.oneof(agentId, fc.constantFrom('orchestrator', 'user:ada')),
  )
  .map(([{ type, data, version }, task, by]) => ({ type, data, version, task, by }));

/** Pieces that lead a task on, so that every phase is reached often. */
const likely = fc.oneof(
  fc.constantFrom<e.Step>(
    ...e.upTo.reviewing,
    e.reviewPassed(),
    e.reviewFailed(),
    e.completed(),
    e.failed(),
    e.retried(),
    e.rejected(),
    e.cancelled(),
    e.stopped(),
    e.parked(),
    e.retryAt('2026-03-01T12:00:30.000Z'),
    e.resumedBy(),
    e.skipped(0),
    e.skipped(1),
    e.resumed(),
    e.chunkFailed(),
    e.chunkStarted(0, 2),
    e.planReady(2),
    e.agent('agent.started', 'idle', { process: e.processOf(100) }),
    e.agent('agent.health', 'lost'),
    { type: 'task.teleported', data: {}, by: 'future', task: e.TASK },
  ),
  id.map((question) => e.asked(question)),
  id.map((request) => e.requested(request)),
);

const paths: readonly (readonly e.Step[])[] = [[e.created()], ...Object.values(e.upTo)];
const beginning = fc.constantFrom<readonly e.Step[]>(
  [],
  ...paths,
  ...paths.map((path) => [...path, e.failed()]),
  [...e.upTo.reviewing, e.reviewFailed()],
);

/** Valid events in any order: some that lead on, some out of the blue. */
export const storyArbitrary: fc.Arbitrary<readonly e.Step[]> = fc
  .tuple(
    beginning,
    fc.array(fc.oneof({ weight: 3, arbitrary: likely }, { weight: 2, arbitrary: anyStep }), {
      maxLength: 25,
    }),
  )
  .map(([first, rest]) => [...first, ...rest]);
