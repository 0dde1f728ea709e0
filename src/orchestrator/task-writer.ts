import type { EventData } from '../contract/catalog.ts';
import { type LineclearError, hasCode } from '../contract/errors.ts';
import type { AgentEvent, EventDraft } from '../contract/event.ts';
import { derivedEventId, newEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import type { EventBody } from '../state/command.ts';
import type { TaskState } from '../state/task.ts';
import type { LabelledBody } from './decide.ts';
import type { RuleAnswer } from './rules/permission-rules.ts';

export const ORCHESTRATOR = 'orchestrator';

/** Whether the log will never take it, other than one that cannot be written for a while. */
export const isRefused = (error: unknown): error is LineclearError =>
  hasCode(error, 'data_too_large') || hasCode(error, 'invalid_event');

/** Appends the events of one task, with envelopes that say who did what because of what. */
export interface TaskWriter {
  /** What the orchestrator decided, once each, on the version of the task that it was decided on (or on any). */
  decided(task: TaskState, bodies: readonly LabelledBody[], version?: number): Promise<AgentEvent[]>;
  /** That the files were looked at, as an event of its own each time. */
  snapshot(task: TaskState, data: EventData<'workspace.synced'>): Promise<AgentEvent[]>;
  /** What an agent did or said, or what was seen of it, in the order of the calls. */
  reported(task: TaskState, agentId: string, bodies: readonly EventBody[]): Promise<AgentEvent[]>;
  /** What an agent asked for together with what a rule answered, so that nobody sees it wait. */
  decidedByRule(
    task: TaskState,
    agentId: string,
    request: EventData<'permission.requested'>,
    answer: RuleAnswer,
  ): Promise<AgentEvent[]>;
}

const envelope = (task: TaskState, agentId: string, causationId: string) => ({
  task_id: task.task_id,
  source: ORCHESTRATOR,
  source_agent_id: agentId,
  call_chain: [...new Set([task.created_by, ORCHESTRATOR, agentId])],
  correlation_id: task.correlation_id,
  causation_id: causationId,
});

export function createTaskWriter(log: EventLog): TaskWriter {
  return {
    decided(task, bodies, version) {
      const drafts = bodies.map(({ label, body, cause = task.cause_id }): EventDraft => ({
        id: derivedEventId(cause, label),
        ...envelope(task, actorOf(task, body), cause),
        ...body,
      }));
      return log.append(
        drafts,
        version === undefined ? {} : { expectedVersion: { taskId: task.task_id, version } },
      );
    },
    snapshot: (task, data) =>
      log.append([{ ...envelope(task, ORCHESTRATOR, task.cause_id), type: 'workspace.synced', data }]),
    reported: async (task, agentId, bodies) =>
      log.append(
        bodies.map((body): EventDraft => ({
          ...envelope(task, agentId, task.cause_id),
          context_refs: refsOf(body),
          ...body,
        })),
      ),
    async decidedByRule(task, agentId, request, { decision, rule }) {
      const id = newEventId();
      const user_id = `rule:${rule}`;
      const asked = envelope(task, agentId, task.cause_id);
      return log.append([
        { id, ...asked, type: 'permission.requested', data: request },
        {
          ...envelope(task, user_id, id),
          call_chain: [...asked.call_chain, user_id],
          type: 'user.decided_permission',
          data: { user_id, request_id: request.request_id, decision, rule },
        },
      ]);
    },
  };
}

/** Content that the data names. */
const refsOf = ({ data }: EventBody): string[] =>
  [
    'before_ref' in data ? data.before_ref : undefined,
    'after_ref' in data ? data.after_ref : undefined,
  ].filter((ref) => ref !== undefined);

/** A plan, a question and a verdict are the agent's; what the orchestrator concludes is its own. */
function actorOf(task: TaskState, body: EventBody): string {
  const { planner, coder, reviewer } = task.assigned;
  switch (body.type) {
    case 'plan.ready':
      return planner?.agent_id ?? ORCHESTRATOR;
    case 'chunk.started':
    case 'chunk.completed':
    case 'chunk.failed':
    case 'handoff.requested':
    case 'claim.acquired':
    case 'claim.released':
    case 'claim.denied':
      return coder?.agent_id ?? ORCHESTRATOR;
    case 'handoff.validated':
    case 'handoff.rejected':
      return reviewer?.agent_id ?? ORCHESTRATOR;
    case 'scope.exceeded': {
      const { purpose } = body.data;
      const writing = purpose === 'plan' ? planner : purpose === 'review' ? reviewer : coder;
      return writing?.agent_id ?? ORCHESTRATOR;
    }
    case 'question.asked': {
      const asking = task.phase === 'planning' ? planner : task.phase === 'reviewing' ? reviewer : coder;
      return asking?.agent_id ?? ORCHESTRATOR;
    }
    // A rule of the person's configuration.
    case 'user.reassigned_role':
      return body.data.user_id;
    default:
      return ORCHESTRATOR;
  }
}
