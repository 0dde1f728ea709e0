import { describe, expect, it } from 'vitest';
import { type ActionTarget, actionsFor } from '../../src/state/actions.ts';
import { decideCommand } from '../../src/state/command.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';

const NOW = Date.parse('2026-03-01T13:00:00Z');
const task: ActionTarget = { kind: 'task', task_id: e.TASK };
const coder: ActionTarget = { kind: 'agent', agent_id: 'coder-1' };

const labels = (steps: readonly e.Step[], target: ActionTarget): string[] =>
  actionsFor(worldAfter(steps), target, NOW).map(({ label }) => label);

describe('what a person can ask for', () => {
  it('of nothing in particular is a new task', () => {
    expect(labels([], { kind: 'workspace' })).toEqual(['Create Task']);
  });

  it('of a plan that waits is a decision', () => {
    expect(labels(e.upTo.plan_review, task)).toEqual([
      'Approve Plan, revision 1',
      'Request Changes',
      'Reject Plan',
      'Send Prompt',
      'Inject Context',
      'Cancel Task',
      'Snooze Plan for an Hour',
    ]);
  });

  it('of several things that wait names each of them', () => {
    const steps = [
      ...e.upTo.executing,
      e.agent('agent.started', 'working'),
      e.chunkStarted(),
      e.asked('q1'),
      e.asked('q2'),
      e.requested('r1'),
    ];
    const found = labels(steps, coder);
    expect(found).toEqual(
      expect.arrayContaining([
        'Answer: Which one, q1?',
        'Answer: Which one, q2?',
        'Interrupt with Prompt',
        'Pause Agent',
        'Stop Agent',
      ]),
    );
    expect(found.filter((label) => /^(Allow|Deny): /.test(label))).toHaveLength(2);
    expect(found).not.toContain('Cancel Task');
  });

  it('of a failed task is another try or its end', () => {
    const found = labels([...e.upTo.executing, e.chunkStarted(), e.chunkFailed(), e.failed()], task);
    expect(found).toEqual(expect.arrayContaining(['Retry Task', 'Skip Failed Chunk', 'Cancel Task']));
    expect(found).not.toContain('Approve Plan, revision 1');
  });

  it('of what is over, or was never there, is nothing', () => {
    expect(labels([...e.upTo.reviewing, e.reviewPassed(), e.completed()], task)).toEqual([]);
    expect(labels([], task)).toEqual([]);
    expect(labels([], coder)).toEqual([]);
  });

  it('is what is decided then', () => {
    const world = worldAfter([...e.upTo.executing, e.agent('agent.started', 'working'), e.asked('q1')]);
    const made = actionsFor(world, coder, NOW).map(({ command }) =>
      decideCommand(world, command('words'), 'ada', 'new'),
    );
    expect(made.map(({ body }) => body.type)).toEqual(
      expect.arrayContaining(['user.answered_question', 'user.injected_context', 'user.stopped_agent']),
    );
  });
});
