import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { exceededWords } from '../../state/budget.ts';
import type { InboxItem, InboxKind } from '../../state/inbox.ts';
import { taskStatus } from '../../state/task-status.ts';
import type { TaskState } from '../../state/task.ts';
import { age, joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';
import type { Target } from '../target.ts';
import { inboxDescription, inboxLabel, targetOf } from '../trees/inbox-model.ts';

type OfKind<K extends InboxKind> = Extract<InboxItem, { kind: K }>;

const isKind =
  <K extends InboxKind>(kind: K) =>
  (item: InboxItem): item is OfKind<K> =>
    item.kind === kind;

/** Enough to decide without opening anything. */
function detailOf(item: InboxItem): string {
  switch (item.kind) {
    case 'plan':
      return item.plan.chunks.map(({ title }, index) => `${index + 1}. ${title}`).join('  ');
    case 'question':
      return (item.question.options ?? []).join(' / ');
    case 'permission': {
      const { command = '', file_paths } = item.permission;
      // A short command stands beside the label already.
      return joined(command.length > 80 && command, file_paths.join(', '));
    }
    case 'parked':
      return item.parked.reason;
    case 'budget':
      return exceededWords(item.exceeded);
    case 'scope':
      return joined(
        l10n.t('The plan names'),
        item.excess.allowed_files.join(', ') || l10n.t('no file for this'),
      );
    case 'failure':
      return item.failure.next ?? '';
    case 'dead_letters':
      return item.letters.at(-1)?.error_message ?? '';
    case 'note':
      return `${item.note.domain}/${item.note.slug}`;
    case 'context':
      return '';
  }
}

const icons = {
  plan: 'checklist',
  question: 'question',
  permission: 'shield',
  parked: 'debug-pause',
  budget: 'credit-card',
  scope: 'warning',
  failure: 'error',
  dead_letters: 'mail',
  note: 'note',
  context: 'symbol-field',
} as const;

export function itemChoice<T>(context: LogContext, item: InboxItem, value: T): Choice<T> {
  return {
    label: inboxLabel(item),
    description: inboxDescription(context.app.world, item, { now: Date.now() }),
    detail: detailOf(item),
    icon: icons[item.kind],
    value,
  };
}

/** What is asked when several wait, and said when none does. */
const words = {
  plan: { which: l10n.t('Which plan?'), none: l10n.t('No plan is waiting.') },
  question: { which: l10n.t('Which question?'), none: l10n.t('No question is waiting.') },
  permission: { which: l10n.t('Which permission?'), none: l10n.t('No permission is waiting.') },
  scope: {
    which: l10n.t('Which change outside the plan?'),
    none: l10n.t('No change outside the plan is waiting.'),
  },
  failure: { which: l10n.t('Which failed task?'), none: l10n.t('No failed task is waiting.') },
} as const satisfies Partial<Record<InboxKind, unknown>>;

/** For a button that outlived its matter. Throws `not_waiting` when what it was about is settled. */
export function refuseSettled({ app }: LogContext, { item_id }: Target): void {
  if (item_id === undefined || app.world.inbox.some((item) => item.item_id === item_id)) return;
  throw new LineclearError('not_waiting', l10n.t('This was settled already.'));
}

/** The matter that is meant, and what to say to the log about it. */
export interface ChosenItem<K extends InboxKind> {
  readonly task_id: string;
  readonly target: Target;
  /** Undefined when it does not wait any more: the log then says who settled it. */
  readonly item: OfKind<K> | undefined;
}

/**
 * The matter of this kind that the target names; without a target the only one that waits, or the one that the person
 * picks. Throws `not_waiting` when there is none.
 */
export async function chooseItem<K extends keyof typeof words>(
  context: LogContext,
  kind: K,
  target: Target,
  title: string,
): Promise<ChosenItem<K> | undefined> {
  const fits = (item: InboxItem) => {
    const own = targetOf(item);
    return (['item_id', 'task_id', 'revision', 'question_id', 'request_id', 'event_id'] as const).every(
      (key) => target[key] === undefined || target[key] === own[key],
    );
  };
  const items = context.app.world.inbox.filter(isKind(kind)).filter(fits);
  const [first, second] = items;
  const { task_id } = target;
  // A failure has no other id: what the task waits for since then is another matter.
  if (!first && kind === 'failure') refuseSettled(context, target);
  if (!first && task_id !== undefined) return { task_id, target, item: undefined };
  if (!first) throw new LineclearError('not_waiting', words[kind].none);
  const item = second
    ? await context.screen.pick(
        items.map((candidate) => itemChoice(context, candidate, candidate)),
        { title, placeholder: words[kind].which },
      )
    : first;
  return item && { task_id: item.task_id, target: targetOf(item), item };
}

/** The task that the target names, the only one that fits, or the one that the person picks. */
export async function chooseTask(
  context: LogContext,
  target: Target,
  title: string,
  fits: (task: TaskState) => boolean,
  nothing: string,
): Promise<string | undefined> {
  if (target.task_id !== undefined) return target.task_id;
  const tasks = [...context.app.world.tasks.values()].filter(fits).toReversed();
  const [first, second] = tasks;
  if (!first)
    throw new LineclearError(context.app.world.tasks.size === 0 ? 'no_task' : 'not_waiting', nothing);
  if (!second) return first.task_id;
  return await context.screen.pick(
    tasks.map((task) => ({
      label: task.title,
      description: joined(
        ...taskStatus(task, { now: Date.now() }),
        age(task.phase_since, { now: Date.now() }),
      ),
      icon: 'tasklist',
      value: task.task_id,
    })),
    { title, placeholder: l10n.t('Which task?') },
  );
}
