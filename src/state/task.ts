import type { EventData } from '../contract/catalog.ts';
import type { Priority } from '../contract/event.ts';
import type { AgentProcess } from '../contract/events/agent.ts';
import type { Evidence } from '../contract/events/evidence.ts';
import type { ChunkPlan, Role } from '../contract/events/task.ts';
import type { Budget, Exceeded } from './budget.ts';
import type { Claims } from './claims.ts';
import type { ObservedBase } from './evidence.ts';
import type { ScopeExcess } from './scope.ts';
import type { WorkClock } from './work-clock.ts';
import type { TaskWorktree } from './worktree.ts';

export type TaskPhase =
  | 'created'
  | 'planning'
  | 'plan_review'
  | 'executing'
  | 'reviewing'
  | 'completed'
  | 'failed'
  | 'cancelled';

/** Every change of phase that a log can cause; anything else is ignored. */
export const legalPhaseChanges: Readonly<Record<TaskPhase, readonly TaskPhase[]>> = {
  created: ['planning', 'failed', 'cancelled'],
  planning: ['plan_review', 'failed', 'cancelled'],
  plan_review: ['planning', 'executing', 'failed', 'cancelled'],
  executing: ['reviewing', 'failed', 'cancelled'],
  reviewing: ['executing', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: ['planning', 'executing', 'reviewing', 'cancelled'],
  cancelled: [],
};

export interface PlanDecision {
  readonly verdict: 'approved' | 'changes' | 'rejected';
  /** Id of the event that decided. */
  readonly event_id: string;
  readonly user_id: string;
  readonly at: string;
  readonly comment?: string | undefined;
  readonly chunk_comments?: readonly { readonly chunk: number; readonly comment: string }[] | undefined;
  readonly paragraph_comments?: readonly { readonly quote: string; readonly comment: string }[] | undefined;
}

export interface PlanRevision {
  readonly revision: number;
  /** Markdown. */
  readonly plan: string;
  readonly chunks: readonly ChunkPlan[];
  readonly estimated_cost?: number | undefined;
  readonly planner_id: string;
  readonly ready_at: string;
  readonly decision?: PlanDecision | undefined;
}

export interface ChunkState extends ChunkPlan {
  /** `skipped`: a person decided to go on without it. */
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'skipped';
  /** How often it was begun. */
  readonly attempt: number;
  readonly summary?: string | undefined;
  readonly error_message?: string | undefined;
  /** Why the last attempt that failed did, also while another one runs. */
  readonly last_failure?: string | undefined;
  readonly changed_files: readonly string[];
  /** What the host saw when it ended. */
  readonly evidence?: Evidence | undefined;
}

/** What a person tells the agents of a task to do; it goes into prompts until a turn that had it is done. */
export interface PersonMessage {
  /** Id of the event that said it. */
  readonly id: string;
  readonly text: string;
  readonly user_id: string;
  /** The agent that is meant, if it is one of them. */
  readonly agent_id?: string | undefined;
  /** An agent was told; it may still end before it has done anything about it. */
  readonly is_delivered: boolean;
}

export interface PendingQuestion extends EventData<'question.asked'> {
  readonly agent_id: string;
  readonly at: string;
}

export interface PendingPermission extends EventData<'permission.requested'> {
  readonly agent_id: string;
  readonly at: string;
}

interface IgnoredEvent {
  readonly sequence: number;
  readonly type: string;
  readonly reason: string;
}

export interface TaskState {
  readonly task_id: string;
  readonly title: string;
  readonly description: string;
  readonly interactive: boolean;
  /** The project whose orchestrators carry it out. */
  readonly project?: string | undefined;
  readonly priority: Priority;
  /** Ids of the tasks that must be completed before this one starts. */
  readonly depends_on: readonly string[];
  /** A person let it start without them. */
  readonly is_unbound: boolean;
  readonly phase: TaskPhase;
  readonly phase_since: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly updated_at: string;
  readonly correlation_id: string;
  /** Sequence of the task's last event: the expected version of a decision made on this state. */
  readonly version: number;
  /** Id of the last event that moved the task on: what follows from it is derived from this id. */
  readonly cause_id: string;
  /** Agents that the creator chose, by role. */
  readonly chosen_agents: Partial<Record<Role, string>>;
  readonly assigned: Partial<Record<Role, { readonly agent_id: string; readonly agent_name: string }>>;
  /** The revision of the plan that is being made, waits, or is carried out. From 1. */
  readonly revision: number;
  readonly plans: readonly PlanRevision[];
  readonly chunks: readonly ChunkState[];
  /** How often a reviewer sent the work back. */
  readonly review_round: number;
  readonly review_passed: boolean;
  readonly questions: readonly PendingQuestion[];
  readonly permissions: readonly PendingPermission[];
  readonly answers: readonly {
    readonly question_id: string;
    readonly question: string;
    readonly answer: string;
    readonly user_id: string;
    readonly at: string;
  }[];
  /** Matters of the inbox that were put off, by their ids: until when. */
  readonly snoozed: Readonly<Record<string, string>>;
  /** Requests of agents that were decided: who comes later is told by whom. */
  readonly decided_permissions: readonly {
    readonly request_id: string;
    readonly decision: 'allow' | 'deny';
    readonly user_id: string;
    readonly at: string;
  }[];
  /** The process that each agent has now, by its id: what is seen of an older one does not concern it. */
  readonly processes: Readonly<Record<string, AgentProcess>>;
  readonly contexts: readonly string[];
  readonly messages: readonly PersonMessage[];
  readonly parked?: (EventData<'task.parked'> & { readonly since: string }) | undefined;
  /** How often in a row it was parked for another try. */
  readonly failed_tries: number;
  /** How often in a row a provider refused the calls of its agents. */
  readonly limited_tries: number;
  readonly failure?:
    | {
        readonly error_message: string;
        readonly error_code?: string | undefined;
        readonly next?: string | undefined;
        /** Where a retry goes on. */
        readonly phase: TaskPhase;
        readonly at: string;
      }
    | undefined;
  readonly cancelled?:
    | { readonly user_id: string; readonly reason?: string | undefined; readonly stopped: boolean }
    | undefined;
  readonly retries: number;
  readonly summary?: string | undefined;
  readonly changed_files: readonly string[];
  readonly base?: ObservedBase | undefined;
  /** Changes outside the plan that nobody has settled. */
  readonly excess: readonly ScopeExcess[];
  /** Files outside the plan that a person allowed. */
  readonly allowed_files: readonly string[];
  /** Files that it holds or waits for. */
  readonly claims: Claims;
  /** Whether its agents are to work in a worktree of its own. */
  readonly wants_worktree: boolean;
  readonly worktree?: TaskWorktree | undefined;
  readonly tokens_used: number;
  readonly cost_usd: number;
  readonly work: WorkClock;
  /** The most that it may use, as far as the task itself says so. */
  readonly budget: Budget;
  /** The limit that was reached last and was not raised since. */
  readonly exceeded?: Exceeded | undefined;
  readonly ignored: { readonly count: number; readonly last?: IgnoredEvent | undefined };
}

/** Whether nothing is left to do for a chunk. */
export const isSettled = ({ status }: ChunkState): boolean => status === 'completed' || status === 'skipped';

/** The chunk that runs or is to be begun next, -1 when all are settled. */
export const nextChunkIndex = ({ chunks }: Pick<TaskState, 'chunks'>): number =>
  chunks.findIndex((chunk) => !isSettled(chunk));

/** The role whose agent works in a phase. */
export function workingRole({ phase }: Pick<TaskState, 'phase'>): Role | undefined {
  if (phase === 'planning') return 'planner';
  if (phase === 'executing') return 'coder';
  return phase === 'reviewing' ? 'reviewer' : undefined;
}

export const isEnded = (phase: TaskPhase): boolean =>
  phase === 'completed' || phase === 'failed' || phase === 'cancelled';

/** Why the task cannot go on without this chunk; undefined when it can. */
export function whyNotSkipped({ phase, failure, chunks }: TaskState, index: number): string | undefined {
  const isCarriedOut = phase === 'executing' || (phase === 'failed' && failure?.phase === 'executing');
  if (!isCarriedOut) return `no chunk can be skipped in phase ${phase}`;
  const chunk = chunks[index];
  if (!chunk) return `the plan has no chunk ${index + 1}`;
  if (chunk.status === 'running') return `chunk ${index + 1} is being worked on`;
  return isSettled(chunk) ? `chunk ${index + 1} is ${chunk.status} already` : undefined;
}

export const currentPlan = (task: TaskState): PlanRevision | undefined =>
  task.plans.find((plan) => plan.revision === task.revision);

/** What another person decided before: the answer to a decision that comes too late. */
export function decidedAlready(task: TaskState, revision: number): string {
  const decision = task.plans.find((plan) => plan.revision === revision)?.decision;
  if (decision) {
    const verdict = decision.verdict === 'changes' ? 'sent back for changes' : decision.verdict;
    return `revision ${revision} was ${verdict} by ${decision.user_id}`;
  }
  return `revision ${revision} is not waiting for a decision: the task is in phase ${task.phase}, revision ${task.revision}`;
}
