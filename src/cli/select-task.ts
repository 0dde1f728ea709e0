import { exceededOf } from '../state/budget.ts';
import { inboxItemsOf } from '../state/inbox.ts';
import { type TaskState, decidedAlready, isEnded, whyNotSkipped } from '../state/task.ts';
import type { App } from '../app.ts';
import { allTasks } from '../state/archive.ts';
import type { World } from '../state/world.ts';
import { canSettleWorktree } from '../state/worktree.ts';
import { Refusal } from './refusal.ts';
import { shellWord } from './shell-word.ts';
import { shortIds } from './short-ids.ts';

/** Which task a command is about when none is named. */
export interface Need {
  readonly fits: (task: TaskState) => boolean;
  /** Completes “No task …”. */
  readonly missing: string;
  /** A decision is not made on a guess: when several fit, one must be named. Otherwise the latest is taken. */
  readonly single: boolean;
}

export const ANY: Need = { fits: () => true, missing: 'exists', single: false };
export const HAS_PLAN: Need = {
  fits: (task) => task.plans.length > 0,
  missing: 'has a plan yet',
  single: false,
};
export const PLAN_WAITS: Need = {
  fits: (task) => task.phase === 'plan_review',
  missing: 'has a plan that waits',
  single: true,
};
export const ASKS: Need = {
  fits: (task) => task.questions.length > 0,
  missing: 'waits for an answer',
  single: true,
};
export const NEEDS_PERMISSION: Need = {
  fits: (task) => task.permissions.length > 0,
  missing: 'waits for permission',
  single: true,
};
export const WAITS: Need = {
  fits: (task) => inboxItemsOf(task).length > 0,
  missing: 'waits for you',
  single: true,
};
export const OUTSIDE_PLAN: Need = {
  fits: (task) => task.excess.length > 0,
  missing: 'left its plan',
  single: true,
};
export const HAS_WORKTREE: Need = {
  fits: ({ worktree }) => worktree !== undefined && worktree.status !== 'discarded',
  missing: 'has a worktree of its own',
  single: false,
};
export const WORKTREE_READY: Need = {
  fits: canSettleWorktree,
  missing: 'has a worktree that is ready for that',
  single: true,
};
export const FAILED: Need = {
  fits: (task) => task.phase === 'failed',
  missing: 'has failed',
  single: false,
};
export const PARKED: Need = {
  fits: ({ parked }) => parked !== undefined && parked.kind !== 'budget',
  missing: 'is parked',
  single: true,
};
export const OVER_BUDGET: Need = {
  fits: (task) => exceededOf(task) !== undefined,
  missing: 'waits for a budget',
  single: true,
};
export const CAN_SKIP: Need = {
  fits: (task) => task.chunks.some(({ status }, index) => status === 'failed' && !whyNotSkipped(task, index)),
  missing: 'has a chunk that failed',
  single: true,
};
export const STOOD_STILL: Need = {
  fits: (task) => task.parked !== undefined || task.phase === 'failed',
  missing: 'is parked or has failed',
  single: true,
};
export const OPEN: Need = { fits: (task) => !isEnded(task.phase), missing: 'is going on', single: false };
export const OPEN_ONLY: Need = { ...OPEN, single: true };

type Named = Pick<TaskState, 'task_id' | 'title' | 'phase'>;

const nameOf = (task: Named, short: ReadonlyMap<string, string>): string =>
  `  ${shellWord(short.get(task.task_id) ?? task.task_id)}  ${task.title}`;

function refuseSeveral(tasks: readonly Named[], world: World, problem: string): never {
  const short = shortIds(allTasks(world).map(({ task_id }) => task_id));
  const list = tasks.map((task) => nameOf(task, short)).join('\n');
  throw new Refusal('invalid_input', `${problem}\n${list}`, 'Name one of them.', 'task');
}

/** The task with this id, or the only one whose id has this part. */
function findTask(world: World, part: string): Named {
  const exact = world.tasks.get(part) ?? world.archive.get(part);
  if (exact) return exact;
  const found = part === '' ? [] : allTasks(world).filter((task) => task.task_id.includes(part));
  const [task, another] = found;
  if (!task) {
    throw new Refusal(
      'task_not_found',
      `There is no task '${part}'.`,
      'See the tasks: lineclear list',
      'task',
    );
  }
  if (another) refuseSeveral(found, world, `'${part}' is part of more than one id:`);
  return task;
}

/** Who decided on the plan that was waiting last: the answer to a decision that comes too late. */
function lastDecision(world: World): string {
  const task = [...world.tasks.values()].findLast((candidate) =>
    candidate.plans.some((plan) => plan.decision),
  );
  const plan = task?.plans.findLast((candidate) => candidate.decision);
  return task && plan ? ` The last one: ${decidedAlready(task, plan.revision)} (“${task.title}”).` : '';
}

/** {@link selectTask} for who only looks: one that ended long ago is read again from its events. */
export async function recallTask(app: App, part: string | undefined, need: Need): Promise<TaskState> {
  if (part !== undefined) await app.recall(findTask(app.world, part).task_id);
  return selectTask(app.world, part, need);
}

/** The task that is meant: the named one, else the one that fits. */
export function selectTask(world: World, part: string | undefined, need: Need): TaskState {
  if (part !== undefined) {
    const { task_id, title, phase } = findTask(world, part);
    const named = world.tasks.get(task_id);
    if (named) return named;
    throw new Refusal(
      'not_waiting',
      `“${title}” is ${phase} already.`,
      `See it: lineclear show ${shellWord(task_id)}`,
    );
  }
  const found = [...world.tasks.values()].filter(need.fits);
  const task = found.at(-1);
  if (!task) {
    if (world.tasks.size === 0) {
      throw new Refusal(
        'no_task',
        'There are no tasks yet.',
        'Create one: lineclear create "what is to be done"',
      );
    }
    const decided = need === PLAN_WAITS ? lastDecision(world) : '';
    throw new Refusal(
      'not_waiting',
      `No task ${need.missing}.${decided}`,
      'See what waits for you: lineclear list --inbox',
    );
  }
  if (need.single && found.length > 1) {
    refuseSeveral(found, world, `${found.length} tasks fit:`);
  }
  return task;
}
