import type { Role } from '../contract/events/task.ts';
import type { EventBody } from '../state/command.ts';
import type { Exceeded } from '../state/budget.ts';
import { type TaskLookup, dependencyWait } from '../state/dependencies.ts';
import { shorten } from '../state/shorten.ts';
import { type TaskState, currentPlan, isEnded, nextChunkIndex, workingRole } from '../state/task.ts';
import { MESSAGE, TITLE, lastWords, somePaths } from './bounds.ts';
import { budgetParking } from './budgets.ts';
import { claimFirst, releases } from './claims.ts';
import type { OrchestratorSettings } from './settings.ts';

/** One prompt to one agent, and what it is for. */
export type Turn =
  | { readonly purpose: 'plan'; readonly role: 'planner'; readonly revision: number }
  | { readonly purpose: 'chunk'; readonly role: 'coder'; readonly index: number; readonly attempt: number }
  | { readonly purpose: 'review'; readonly role: 'reviewer'; readonly round: number };

export type Effect =
  | { readonly effect: 'run_turn'; readonly turn: Turn }
  /** The agent is asked to leave what it does; what it has used is more than was agreed. */
  | { readonly effect: 'stop_turn' }
  | {
      readonly effect: 'end_agents';
      readonly roles: readonly Role[];
      readonly because: 'finished' | 'cancelled' | 'parked';
    };

/** An event to append; the label and its cause make its id, so that deciding twice appends once. */
export interface LabelledBody {
  readonly label: string;
  readonly body: EventBody;
  /** Id of the event that it follows from; default: the last one that moved the task on. */
  readonly cause?: string | undefined;
}

/** Events to append, and things to do once they are in the log. After events alone, decide again. */
export interface Decision {
  readonly append: readonly LabelledBody[];
  readonly effects: readonly Effect[];
}

/** What of a task is running in this very process. */
export interface Running {
  readonly turn: Turn | undefined;
  /** Roles whose agents have an open session, or are getting one. */
  readonly roles: readonly Role[];
  /** An agent is being ended; who comes after it must not meet it. */
  readonly ending: boolean;
}

/** What a decision looks at besides its task. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The other tasks, too. */
  readonly world: TaskLookup;
  /** The limit that the work on the task has reached now. */
  readonly exceeded?: Exceeded | undefined;
}

const NOTHING_RUNS: Running = { turn: undefined, roles: [], ending: false };

const NOTHING: Decision = { append: [], effects: [] };
const append = (...bodies: LabelledBody[]): Decision => ({ append: bodies, effects: [] });
const perform = (...effects: Effect[]): Decision => ({ append: [], effects });

/** Agents live as long as the phase that they work in, and not while nothing is to be done in it. */
const roleOf = (task: TaskState, running: Running): Role | undefined => {
  if (task.parked && !running.turn) return undefined;
  return workingRole(task);
};

function decideExecuting(
  task: TaskState,
  running: Running,
  settings: OrchestratorSettings,
  world: TaskLookup,
): Decision {
  const index = nextChunkIndex(task);
  const chunk = task.chunks[index];
  if (!chunk) {
    const data = { from_role: 'coder', to_role: 'reviewer', round: task.review_round } as const;
    return append({ label: 'handoff', body: { type: 'handoff.requested', data } });
  }
  if (task.review_round > settings.reviewRounds) {
    const open = task.chunks.at(-1)?.description ?? '';
    const words = `The reviewer sent the work back ${task.review_round} times. Open findings:\n${open}`;
    const error_message = shorten(words, MESSAGE);
    return append({
      label: 'rounds',
      body: { type: 'task.failed', data: { error_code: 'agent_failed', error_message } },
    });
  }
  const failed = task.chunks.findIndex(({ status }) => status === 'failed');
  const failedChunk = task.chunks[failed];
  if (failedChunk) {
    const name = `Chunk ${failed + 1}, “${shorten(failedChunk.title, TITLE)}”`;
    const error_message = shorten(`${name}: ${failedChunk.error_message ?? 'failed'}`, MESSAGE);
    return append({
      label: 'chunk',
      body: { type: 'task.failed', data: { error_code: 'agent_failed', error_message } },
    });
  }
  const claimed = claimFirst(task, index, world);
  if (claimed) return append(...claimed);
  const resumable = chunk.status === 'running' && running.roles.includes('coder');
  if (resumable)
    return perform({
      effect: 'run_turn',
      turn: { purpose: 'chunk', role: 'coder', index, attempt: chunk.attempt },
    });
  const attempt = chunk.attempt + 1;
  const started: LabelledBody = {
    label: `chunk:${index}:${attempt}`,
    body: { type: 'chunk.started', data: { index, title: shorten(chunk.title, TITLE), attempt } },
  };
  const turn: Turn = { purpose: 'chunk', role: 'coder', index, attempt };
  const { revision } = task;
  const cause = currentPlan(task)?.decision?.event_id;
  const approved: LabelledBody = {
    label: 'approved',
    cause,
    body: { type: 'plan.approved', data: { revision } },
  };
  const isFirst = index === 0 && attempt === 1;
  return { append: isFirst ? [approved, started] : [started], effects: [{ effect: 'run_turn', turn }] };
}

function complete(task: TaskState): Decision {
  const files = [...task.changed_files];
  const summary = task.chunks
    .map((chunk) => chunk.summary)
    .filter(Boolean)
    .join('\n');
  const duration_ms = Math.max(0, Date.parse(task.updated_at) - Date.parse(task.created_at));
  const { tokens_used, cost_usd } = task;
  return append(
    {
      label: 'completed',
      body: { type: 'task.completed', data: { summary: lastWords(summary), files: somePaths(files) } },
    },
    {
      label: 'metrics',
      body: {
        type: 'metrics.completed',
        data: { duration_ms, tokens_used, cost_usd, files_changed: files.length },
      },
    },
  );
}

function decidePhase(
  task: TaskState,
  running: Running,
  settings: OrchestratorSettings,
  world: TaskLookup,
): Decision {
  switch (task.phase) {
    case 'created':
      return append({ label: 'started', body: { type: 'task.started', data: {} } });
    case 'planning': {
      const { revision } = task;
      const previous = task.plans.find((plan) => plan.revision === revision - 1);
      const turn = perform({ effect: 'run_turn', turn: { purpose: 'plan', role: 'planner', revision } });
      if (!previous?.decision) return turn;
      const { event_id: cause, comment } = previous.decision;
      const data = { revision: previous.revision, comment };
      return { ...turn, append: [{ label: 'rejected', cause, body: { type: 'plan.rejected', data } }] };
    }
    case 'executing':
      return decideExecuting(task, running, settings, world);
    case 'reviewing':
      if (task.review_passed) return complete(task);
      return perform({
        effect: 'run_turn',
        turn: { purpose: 'review', role: 'reviewer', round: task.review_round },
      });
    case 'plan_review':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return NOTHING;
  }
}

/** A task that depends on others waits for them, and says so; undefined when nothing is left to say. */
function decideDependencies(task: TaskState, world: TaskLookup): Decision | undefined {
  if (task.depends_on.length === 0) return undefined;
  const { kind, reason } = task.parked ?? {};
  if (task.parked && kind !== 'dependency' && kind !== 'person') return undefined;
  const wait = dependencyWait(task, world);
  if (!wait) return task.parked && append({ label: 'bound', body: { type: 'task.resumed', data: {} } });
  if (kind === wait.kind && reason === wait.reason) return NOTHING;
  return append({ label: `wait:${wait.reason}`, body: { type: 'task.parked', data: wait } });
}

/** A parked task goes on by itself when its time has come; one without a time waits for a person. */
function decideParked(
  { until, kind }: NonNullable<TaskState['parked']>,
  { now, exceeded }: Surroundings,
): Decision {
  if (until === undefined) return NOTHING;
  // Another task's person has raised the budget of the day.
  const isRaised = kind === 'budget' && !exceeded;
  return isRaised || Date.parse(until) <= now
    ? append({ label: 'resumed', body: { type: 'task.resumed', data: {} } })
    : NOTHING;
}

/**
 * What is to be done for a task now, from its state and from what of it runs here. Pure, and looks at the state only:
 * after a crash the same question gives the same answer.
 */
export function decide(
  task: TaskState,
  running: Running,
  settings: OrchestratorSettings,
  surroundings: Surroundings,
): Decision {
  const { now, world, exceeded } = surroundings;
  if (running.ending) return NOTHING;
  const finished = running.roles.filter((role) => role !== roleOf(task, running));
  if (finished.length > 0) {
    const phase = isEnded(task.phase) ? task.phase : undefined;
    const because = phase === 'cancelled' ? 'cancelled' : task.parked && !phase ? 'parked' : 'finished';
    return perform({ effect: 'end_agents', roles: finished, because });
  }
  // Only when nobody writes for the task any more.
  const released = running.turn ? [] : releases(task);
  if (released.length > 0) return append(...released);
  if (task.phase === 'cancelled' && !task.cancelled?.stopped) {
    // A turn that ends still looks at what it changed; nothing of the task comes after this event.
    if (running.turn) return NOTHING;
    return append({ label: 'stopped', body: { type: 'task.cancelled', data: {} } });
  }
  if (running.turn) return exceeded ? perform({ effect: 'stop_turn' }) : NOTHING;
  if (task.phase === 'created') {
    const waits = decideDependencies(task, world);
    if (waits) return waits;
  }
  if (task.parked) return decideParked(task.parked, surroundings);
  // An agent that has failed does not wait for its answer any more.
  const hasFailed = task.phase === 'executing' && task.chunks.some((chunk) => chunk.status === 'failed');
  if (task.questions.length > 0 && !hasFailed) return NOTHING;
  // What left the plan is decided before the work goes on.
  if (settings.scope === 'hold' && task.excess.length > 0 && !hasFailed) return NOTHING;
  const next = decidePhase(task, running, settings, world);
  return exceeded && beginsTurn(next) ? append(...budgetParking(exceeded, now)) : next;
}

/** Whether it begins what an agent is needed for, so that it waits while enough of them are at work. */
export const beginsTurn = ({ append: bodies, effects }: Decision): boolean =>
  effects.some(({ effect }) => effect === 'run_turn') ||
  bodies.some(({ body }) => body.type === 'task.started' || body.type === 'claim.acquired');

/** Whether anything is to be done for a task by an orchestrator that starts now; to wait for a time is something. */
export function needsOrchestrator(
  task: TaskState,
  settings: OrchestratorSettings,
  world: TaskLookup,
): boolean {
  const isSettledAtOnce = task.phase !== 'cancelled' && task.claims.held.length === 0;
  if (isEnded(task.phase) && isSettledAtOnce) return false;
  const { append: events, effects } = decide(task, NOTHING_RUNS, settings, { now: Infinity, world });
  return events.length > 0 || effects.length > 0;
}

/** The prompt's number in `agent.invoked`: revision of a plan, index of a chunk, round of a review. */
export function numberOf(turn: Turn): number {
  switch (turn.purpose) {
    case 'plan':
      return turn.revision;
    case 'chunk':
      return turn.index;
    case 'review':
      return turn.round;
  }
}

/** Whether a turn still is what the task wants: a result that comes after a cancel or a failure is not wanted any more. */
export function isWanted(task: TaskState, turn: Turn): boolean {
  switch (turn.purpose) {
    case 'plan':
      return task.phase === 'planning' && task.revision === turn.revision;
    case 'chunk': {
      const chunk = task.chunks[turn.index];
      return task.phase === 'executing' && chunk?.status === 'running' && chunk.attempt === turn.attempt;
    }
    case 'review':
      return (
        task.phase === 'reviewing' &&
        task.review_round === turn.round &&
        !task.review_passed &&
        currentPlan(task) !== undefined
      );
  }
}
