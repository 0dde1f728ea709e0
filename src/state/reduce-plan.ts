import type { AgentEvent, EventOf } from '../contract/event.ts';
import { type Change, NOTHING, freshChunks, ignore, moveTo } from './change.ts';
import { messagesAfterTurn } from './messages.ts';
import { type PlanDecision, type PlanRevision, type TaskState, currentPlan, decidedAlready } from './task.ts';

const waitsFor = (task: TaskState, revision: number): boolean =>
  task.phase === 'plan_review' && task.revision === revision;

const decide = (task: TaskState, decision: PlanDecision): readonly PlanRevision[] =>
  task.plans.map((plan) => (plan.revision === task.revision ? { ...plan, decision } : plan));

function approve(task: TaskState, event: AgentEvent, decision: PlanDecision): Change {
  return moveTo('executing', event, {
    plans: decide(task, decision),
    chunks: freshChunks(currentPlan(task)?.chunks ?? []),
    review_round: 0,
    review_passed: false,
  });
}

function reject(task: TaskState, event: AgentEvent, decision: PlanDecision): Change {
  // The chunks of a plan that was sent back will not be worked on.
  const plans = decide(task, decision);
  return moveTo('planning', event, { plans, revision: task.revision + 1, chunks: [] });
}

/** The plan comes, and a person decides on it: the first decision on a revision counts. */
export function onPlan(
  task: TaskState,
  event: EventOf<
    'plan.ready' | 'plan.approved' | 'plan.rejected' | 'user.approved_plan' | 'user.rejected_plan'
  >,
): Change {
  const { revision } = event.data;
  const by = { event_id: event.id, user_id: event.source_agent_id, at: event.timestamp };
  switch (event.type) {
    case 'plan.ready': {
      if (task.phase !== 'planning') return ignore(`a plan came in phase ${task.phase}`);
      if (revision !== task.revision)
        return ignore(`revision ${revision} came, ${task.revision} is being planned`);
      const { plan, chunks, estimated_cost } = event.data;
      const ready = {
        revision,
        plan,
        chunks,
        estimated_cost,
        planner_id: event.source_agent_id,
        ready_at: event.timestamp,
      };
      return moveTo('plan_review', event, {
        plans: [...task.plans, ready],
        chunks: freshChunks(chunks),
        messages: messagesAfterTurn(task),
      });
    }
    case 'user.approved_plan':
      if (!waitsFor(task, revision)) return ignore(decidedAlready(task, revision));
      return approve(task, event, {
        ...by,
        verdict: 'approved',
        user_id: event.data.user_id,
        comment: event.data.comment,
      });
    case 'user.rejected_plan': {
      if (!waitsFor(task, revision)) return ignore(decidedAlready(task, revision));
      const { verdict, user_id, comment, chunk_comments, paragraph_comments } = event.data;
      const said = { comment, chunk_comments, paragraph_comments };
      return reject(task, event, { ...by, verdict, user_id, ...said });
    }
    // These two say that a person's decision took effect. They are not one: nobody else gives line clear.
    case 'plan.approved':
      if (waitsFor(task, revision)) return ignore(`nobody has approved revision ${revision}`);
      return task.revision === revision && task.phase !== 'planning'
        ? NOTHING
        : ignore(decidedAlready(task, revision));
    case 'plan.rejected':
      if (waitsFor(task, revision)) return ignore(`nobody has rejected revision ${revision}`);
      return revision < task.revision ? NOTHING : ignore(decidedAlready(task, revision));
  }
}
