import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeDraft } from '../../src/contract/draft.ts';
import { LineclearError } from '../../src/contract/errors.ts';
import { decideCommand } from '../../src/state/command.ts';
import type { UserCommand } from '../../src/state/user-command.ts';
import type { WorldFold } from '../../src/state/world.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';
import { storyArbitrary } from './stories.ts';

const task_id = e.TASK;

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Decides and applies; the kind of the event, or undefined when it was refused as it may be. */
function carriedOut(world: WorldFold, command: UserCommand): string | undefined {
  try {
    const { task_id: task, version, body } = decideCommand(world, command, 'user:ada', 'new-task');
    if (version !== undefined) expect(version).toBe(world.tasks.get(task ?? '')?.version ?? 0);
    const by = 'user:ada';
    const given = { ...body, task_id: task, source: 'vscode', source_agent_id: by, call_chain: [by] };
    completeDraft(given, {
      tenantId: 'local',
      newId: () => '01890000-0000-7000-8000-000000000001',
      now: () => new Date(0),
    });
    const ignored = world.tasks.get(task ?? '')?.ignored.count ?? 0;
    for (const event of e.logOf([{ ...body, by, task: task ?? null }], world.position)) world.apply(event);
    expect(world.tasks.get(task ?? '')?.ignored.count ?? 0).toBe(ignored);
    return body.type;
  } catch (error) {
    if (error instanceof LineclearError && error.code !== 'invalid_event') return undefined;
    throw error;
  }
}

describe('a command that is decided on a world has effect in it', () => {
  const id = optional(fc.constantFrom('a', 'b'));
  const words = fc.constantFrom('', 'Words.');
  const revision = optional(fc.integer({ min: 1, max: 3 }));
  const commands: fc.Arbitrary<UserCommand> = fc.oneof(
    fc.record({ command: fc.constant('create_task' as const), description: words }),
    fc.record({ command: fc.constant('approve_plan' as const), task_id: fc.constant(task_id), revision }),
    fc.record({
      command: fc.constant('reject_plan' as const),
      task_id: fc.constant(task_id),
      revision,
      verdict: fc.constantFrom('changes' as const, 'rejected' as const),
      comment: words,
    }),
    fc.record({
      command: fc.constant('answer_question' as const),
      task_id: fc.constant(task_id),
      question_id: id,
      answer: words,
    }),
    fc.record({
      command: fc.constant('decide_permission' as const),
      task_id: fc.constant(task_id),
      request_id: id,
      decision: fc.constantFrom('allow' as const, 'deny' as const),
    }),
    fc.record({
      command: fc.constant('inject_context' as const),
      task_id: fc.constant(task_id),
      text: words,
    }),
    fc.record({
      command: fc.constant('retry_task' as const),
      task_id: fc.constant(task_id),
      prompt: optional(words),
    }),
    fc.record({
      command: fc.constant('skip_chunk' as const),
      task_id: fc.constant(task_id),
      index: optional(fc.integer({ min: 0, max: 2 })),
    }),
    fc.record({ command: fc.constant('resume_task' as const), task_id: fc.constant(task_id) }),
    fc.record({ command: fc.constant('cancel_task' as const), task_id: fc.constant(task_id) }),
    fc.record({
      command: fc.constant('send_prompt' as const),
      task_id: fc.constant(task_id),
      text: words,
    }),
    ...(['pause_agent', 'resume_agent'] as const).map((command) =>
      fc.record({ command: fc.constant(command), agent_id: fc.constantFrom('coder-1', 'planner-1') }),
    ),
    fc.record({
      command: fc.constant('stop_agent' as const),
      agent_id: fc.constantFrom('coder-1', 'planner-1'),
    }),
  );

  const snooze = fc.record({
    command: fc.constant('snooze_item' as const),
    item_id: fc.constantFrom(`plan:${task_id}:1`, `permission:${task_id}:a`, `question:${task_id}:a`),
    until: fc.constant('2026-03-01T13:00:00.000Z'),
  });

  it('whatever happened before, and is refused otherwise', () => {
    const had = new Set<string>();
    fc.assert(
      fc.property(storyArbitrary, fc.oneof({ weight: 9, arbitrary: commands }, snooze), (steps, command) => {
        had.add(carriedOut(worldAfter(steps), command) ?? 'refused');
      }),
      // The same each time: they are enough to have every command decided.
      { numRuns: 6000, seed: 1 },
    );
    expect(had).toStrictEqual(
      new Set([
        'refused',
        'task.created',
        'user.answered_question',
        'user.approved_plan',
        'user.cancelled_task',
        'user.decided_permission',
        'user.injected_context',
        'user.injected_prompt',
        'user.paused_agent',
        'user.rejected_plan',
        'user.requested_retry',
        'user.resumed_agent',
        'user.resumed_task',
        'user.skipped_chunk',
        'user.snoozed_item',
        'user.stopped_agent',
      ]),
    );
  });
});
