import * as l10n from '@vscode/l10n';
import { agentNameOf } from './agent-name.ts';
import { exceededFacts } from './budget.ts';
import { changeWords, turnWords } from './evidence.ts';
import type { JsonValue } from './contexts.ts';
import type { ConflictItem, InboxItem } from './inbox.ts';
import type { ScopeExcess } from './scope.ts';
import type { PendingPermission } from './task.ts';
import { type Moment, age, counted, estimate, timeOfDay } from './wording.ts';
import type { World } from './world.ts';

/** The matter in a few words. */
export function inboxHeadline(item: InboxItem): string {
  switch (item.kind) {
    case 'plan':
      return l10n.t('Plan: {0}', item.task_title);
    case 'question':
      return item.question.question;
    case 'permission':
      return l10n.t('Permission: {0}', item.permission.title);
    case 'parked':
      return l10n.t('Parked: {0}', item.task_title);
    case 'budget':
      return l10n.t('Budget: {0}', item.task_title);
    case 'scope':
      return l10n.t('Outside the plan: {0}', item.excess.file_path);
    case 'failure':
      return l10n.t('Failed: {0}', item.task_title);
    case 'dead_letters':
      return item.letters.length === 1
        ? l10n.t('1 dead letter of {0}', item.group)
        : l10n.t('{0} dead letters of {1}', item.letters.length, item.group);
    case 'note':
      return l10n.t('Two versions: {0}', item.note.title);
    case 'context':
      return l10n.t('Two values: {0} of {1}', item.conflict.key, item.context_id);
  }
}

/** A person by the name alone. */
export const memberName = (id: string): string => id.replace(/^user:/, '');

/** A value of a context, in one line. */
export const valueWords = (value: JsonValue): string =>
  value === null ? l10n.t('(removed)') : typeof value === 'string' ? value : JSON.stringify(value);

/** Who says what of a conflict: first what all see. */
export function sidesOf(item: ConflictItem): readonly { readonly by: string; readonly what?: string }[] {
  if (item.kind === 'note')
    return [item.note, ...item.note.forks].map(({ agent_id }) => ({ by: memberName(agent_id) }));
  return [item.conflict, ...item.others].map(({ value, by }) => ({
    by: memberName(by),
    what: valueWords(value),
  }));
}

/** What is asked for, as far as its title does not say it. */
export const permissionFacts = ({ title, command, file_paths }: PendingPermission): readonly string[] =>
  [command ?? '', file_paths.join(', ')].filter((fact) => fact !== '' && !title.includes(fact));

/** What happened to a file outside the plan. */
export const scopeFacts = (excess: ScopeExcess): readonly string[] =>
  [
    changeWords(excess),
    turnWords(excess),
    excess.reported === false ? l10n.t('seen on disk, not reported') : '',
    excess.reverting ? l10n.t('not reverted yet') : '',
  ].filter(Boolean);

/** State, who, how long: parts, in the order in which a person asks who decides whether to look now. */
export function inboxFacts(world: World, item: InboxItem, moment: Moment): readonly string[] {
  const who = item.agent_id === undefined ? [] : [agentNameOf(world, item.agent_id)];
  const since = age(item.since, moment);
  switch (item.kind) {
    case 'plan': {
      const { revision, chunks, estimated_cost } = item.plan;
      const price = estimate(estimated_cost);
      return [
        l10n.t('rev {0}', revision),
        ...who,
        counted(chunks.length, 'chunk'),
        ...(price ? [price] : []),
        since,
      ];
    }
    case 'question':
      return [...who, item.task_title, since];
    case 'permission': {
      return [...permissionFacts(item.permission), ...who, item.task_title, since];
    }
    case 'parked':
      return [item.parked.reason, since];
    case 'budget':
      return [...exceededFacts(item.exceeded), since];
    case 'scope':
      return [...scopeFacts(item.excess), ...who, item.task_title, since];
    case 'failure':
      return [item.failure.error_message, since];
    case 'dead_letters':
      return [item.letters.at(-1)?.error_message ?? '', since];
    case 'note':
      return [...new Set(sidesOf(item).map(({ by }) => by)), since];
    case 'context':
      return [...sidesOf(item).map(({ by, what = '' }) => l10n.t('{0} by {1}', what, by)), since];
  }
}

/** `until 14:30` */
export const snoozedUntil = ({ snoozed_until }: InboxItem, moment: Moment): string =>
  snoozed_until === undefined ? '' : l10n.t('until {0}', timeOfDay(snoozed_until, moment));
