import { agentName, agentNameOf } from '../../state/agent-name.ts';
import { chunkStatusOf } from '../../state/chunk-status.ts';
import { evidenceLines, isUnseen } from '../../state/evidence.ts';
import type { PlanRevision } from '../../state/task.ts';
import type { World } from '../../state/world.ts';
import type { PlanView, RevisionView } from './protocol.ts';

export interface Viewer {
  readonly userId: string;
  readonly trusted: boolean;
}

/** What the plan page shows of a task. Pure. */
export function planViewOf(world: World, taskId: string, viewer: Viewer): PlanView | undefined {
  const task = world.tasks.get(taskId);
  if (!task) return undefined;
  const { planner, coder } = task.assigned;
  const revisions = task.plans.map((plan) => revisionOf(world, plan));
  // Before an approval the task's chunks are only those of the plan, without a state worth showing.
  const approved = revisions.some(
    ({ revision, decision }) => revision === task.revision && decision?.verdict === 'approved',
  );
  return {
    task_id: task.task_id,
    title: task.title,
    phase: task.phase,
    phase_since: task.phase_since,
    revision: task.revision,
    revisions,
    chunks: approved
      ? task.chunks.map((chunk) => ({
          title: chunk.title,
          files: chunk.files,
          description: chunk.description,
          estimated_cost: chunk.estimated_cost,
          status: chunkStatusOf(world, task, chunk),
          attempt: chunk.attempt,
          summary: chunk.summary,
          error_message: chunk.error_message,
          changed_files: chunk.changed_files,
          evidence: chunk.evidence ? evidenceLines(chunk.evidence) : [],
          unseen: isUnseen(chunk),
        }))
      : [],
    planner: planner && { id: planner.agent_id, name: agentName({ ...planner, role: 'planner' }) },
    coder: coder && { id: coder.agent_id, name: agentName({ ...coder, role: 'coder' }) },
    parked: task.parked && { reason: task.parked.reason, until: task.parked.until },
    failure: task.failure && { error_message: task.failure.error_message, next: task.failure.next },
    cancelled: task.cancelled && { user_id: task.cancelled.user_id, reason: task.cancelled.reason },
    summary: task.summary,
    you: viewer.userId,
    trusted: viewer.trusted,
  };
}

function revisionOf(world: World, plan: PlanRevision): RevisionView {
  const { revision, chunks, estimated_cost, ready_at, decision } = plan;
  return {
    revision,
    plan: plan.plan,
    chunks,
    estimated_cost,
    planner: { id: plan.planner_id, name: agentNameOf(world, plan.planner_id) },
    ready_at,
    decision: decision && {
      verdict: decision.verdict,
      user_id: decision.user_id,
      at: decision.at,
      comment: decision.comment,
      chunk_comments: decision.chunk_comments,
      paragraph_comments: decision.paragraph_comments,
    },
  };
}
