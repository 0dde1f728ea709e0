import type { ContextConflict, ContextValue } from './contexts.ts';
import type { DeadLetterState } from './dead-letters.ts';
import { type Exceeded, exceededOf } from './budget.ts';
import type { NoteState } from './notes.ts';
import type { ScopeExcess } from './scope.ts';
import {
  type PendingPermission,
  type PendingQuestion,
  type PlanRevision,
  type TaskState,
  currentPlan,
} from './task.ts';

interface InboxBase {
  /** Stable as long as the matter is the same one. */
  readonly item_id: string;
  readonly agent_id?: string | undefined;
  /** Since when it waits. */
  readonly since: string;
  /** Somebody put it off until then. */
  readonly snoozed_until?: string | undefined;
}

interface OfTask {
  readonly task_id: string;
  readonly task_title: string;
}

/** Something in a task that waits for a person. */
export type TaskItem = InboxBase &
  OfTask &
  (
    | { readonly kind: 'plan'; readonly plan: PlanRevision }
    | { readonly kind: 'question'; readonly question: PendingQuestion }
    | { readonly kind: 'permission'; readonly permission: PendingPermission }
    | { readonly kind: 'parked'; readonly parked: NonNullable<TaskState['parked']> }
    | { readonly kind: 'budget'; readonly exceeded: Exceeded }
    | { readonly kind: 'scope'; readonly excess: ScopeExcess }
    | { readonly kind: 'failure'; readonly failure: NonNullable<TaskState['failure']> }
  );

/** What a group of workers could not handle, and what nobody has handed out again: one matter, however many there are. */
export type DeadLettersItem = InboxBase & {
  readonly kind: 'dead_letters';
  readonly task_id?: undefined;
  readonly group: string;
  /** The one parked last at the end; never empty. */
  readonly letters: readonly DeadLetterState[];
};

/** A note that was changed on two sides, and could not be merged. */
export type NoteConflictItem = InboxBase & {
  readonly kind: 'note';
  readonly task_id?: undefined;
  readonly note: NoteState;
};

/** A value that several set in the context of an agent without knowing of each other. */
export type ContextConflictItem = InboxBase & {
  readonly kind: 'context';
  readonly task_id?: undefined;
  /** Whose context it is; the agent itself waits for nothing. */
  readonly context_id: string;
  readonly conflict: ContextConflict;
  /** The values beside the one in force, the newest first. */
  readonly others: readonly ContextValue[];
};

export type ConflictItem = NoteConflictItem | ContextConflictItem;

/** Something that waits for a person. */
export type InboxItem = TaskItem | DeadLettersItem | ConflictItem;

export type InboxKind = InboxItem['kind'];

export const isOfTask = (item: InboxItem): item is TaskItem => 'task_title' in item;

export const isConflict = (item: InboxItem): item is ConflictItem =>
  item.kind === 'note' || item.kind === 'context';

/** Oldest first. As points in time: as texts, `…:00.5Z` would come before `…:00Z`. */
export const bySince = (a: InboxItem, b: InboxItem): number => Date.parse(a.since) - Date.parse(b.since);

/** Neither a time nor another task lets it go on. */
const waitsForPerson = ({ until, kind }: NonNullable<TaskState['parked']>): boolean =>
  until === undefined && kind !== 'dependency' && kind !== 'budget';

/** Everything that waits for a person in one task, oldest first. */
export function inboxItemsOf(task: TaskState): readonly TaskItem[] {
  const { task_id, title: task_title } = task;
  const items: TaskItem[] = [];
  const plan = task.phase === 'plan_review' ? currentPlan(task) : undefined;
  if (plan) {
    const item_id = `plan:${task_id}:${plan.revision}`;
    items.push({
      kind: 'plan',
      item_id,
      task_id,
      task_title,
      agent_id: plan.planner_id,
      since: plan.ready_at,
      plan,
    });
  }
  for (const question of task.questions) {
    const item_id = `question:${task_id}:${question.question_id}`;
    items.push({
      kind: 'question',
      item_id,
      task_id,
      task_title,
      agent_id: question.agent_id,
      since: question.at,
      question,
    });
  }
  for (const permission of task.permissions) {
    const item_id = `permission:${task_id}:${permission.request_id}`;
    items.push({
      kind: 'permission',
      item_id,
      task_id,
      task_title,
      agent_id: permission.agent_id,
      since: permission.at,
      permission,
    });
  }
  const { parked } = task;
  if (parked && waitsForPerson(parked)) {
    const item_id = `parked:${task_id}:${parked.since}`;
    items.push({ kind: 'parked', item_id, task_id, task_title, since: parked.since, parked });
  }
  const exceeded = exceededOf(task);
  if (parked && exceeded) {
    const item_id = `budget:${task_id}:${parked.since}`;
    items.push({ kind: 'budget', item_id, task_id, task_title, since: parked.since, exceeded });
  }
  for (const excess of task.excess) {
    const { file_path, agent_id, purpose = '', number = '', at: since } = excess;
    const item_id = `scope:${task_id}:${purpose}:${number}:${file_path}`;
    items.push({ kind: 'scope', item_id, task_id, task_title, agent_id, since, excess });
  }
  if (task.phase === 'failed' && task.failure) {
    const item_id = `failure:${task_id}:${task.retries}`;
    items.push({
      kind: 'failure',
      item_id,
      task_id,
      task_title,
      since: task.failure.at,
      failure: task.failure,
    });
  }
  return items.map((item) => ({ ...item, snoozed_until: task.snoozed[item.item_id] })).toSorted(bySince);
}

/** What waits of the dead letters, by group. */
export function deadLetterItems(all: readonly DeadLetterState[]): readonly DeadLettersItem[] {
  const waiting = all.filter(({ replayed }) => !replayed);
  return [...Map.groupBy(waiting, ({ group }) => group)].map(([group, letters]) => ({
    kind: 'dead_letters',
    item_id: `dead_letters:${group}`,
    group,
    since: letters[0]?.since ?? '',
    letters,
  }));
}

/** Of the tasks that wait for the same budget of the day, the first one asks for all. */
export function askedOnce(inbox: readonly InboxItem[]): readonly InboxItem[] {
  const asked = new Set<string>();
  return inbox.filter((item) => {
    if (item.kind !== 'budget' || item.exceeded.scope === 'task') return true;
    const { budget } = item.exceeded;
    return !asked.has(budget) && asked.add(budget);
  });
}

/** Whether a matter is put off at this time, in milliseconds since 1970. */
export const isSnoozed = ({ snoozed_until }: InboxItem, now: number): boolean =>
  snoozed_until !== undefined && Date.parse(snoozed_until) > now;

/** What asks for a person at this time: the inbox without what is put off. */
export const waitingNow = (inbox: readonly InboxItem[], now: number): readonly InboxItem[] =>
  inbox.filter((item) => !isSnoozed(item, now));
