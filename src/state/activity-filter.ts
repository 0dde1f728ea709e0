import * as l10n from '@vscode/l10n';
import type { ActivityEntry } from './activity.ts';
import { doerName } from './agent-name.ts';
import { titleOf } from './archive.ts';
import { quoted } from './shorten.ts';
import type { World } from './world.ts';

/** What a person looks for among what happened. */
export type ActivityKind = 'files' | 'steps' | 'asked' | 'people' | 'agents' | 'problems';

export const kindWords: Readonly<Record<ActivityKind, string>> = {
  files: l10n.t('files'),
  steps: l10n.t('tasks and chunks'),
  asked: l10n.t('what agents ask'),
  people: l10n.t('what people did'),
  agents: l10n.t('agents, tools and tests'),
  problems: l10n.t('problems'),
};

const typesOf: Readonly<Record<ActivityKind, RegExp>> = {
  files: /^(?:file|claim|workspace|scope)\./,
  steps: /^(?:task|chunk|plan|handoff)\./,
  asked: /^(?:plan\.ready|question\.|permission\.)/,
  people: /^user\./,
  agents: /^(?:agent|provider|test)\./,
  problems: /(?:failed|exceeded|limited|conflicted|denied)$|^(?:error|alert|delivery)\.|^agent\.health$/,
};

/** Every part that is given must fit; an empty one fits everything. */
export interface ActivityFilter {
  /** Id of an agent, or `user:<name>`. */
  readonly who?: string | undefined;
  readonly task_id?: string | undefined;
  readonly kind?: ActivityKind | undefined;
  /** Somewhere in what is shown of an entry; upper and lower case are the same. */
  readonly text?: string | undefined;
}

export const isFiltering = ({ who, task_id, kind, text }: ActivityFilter): boolean =>
  who !== undefined || task_id !== undefined || kind !== undefined || text !== undefined;

export function fitsFilter(entry: ActivityEntry, { who, task_id, kind, text }: ActivityFilter): boolean {
  return (
    (who === undefined || entry.who === who) &&
    (task_id === undefined || entry.task_id === task_id) &&
    (kind === undefined || typesOf[kind].test(entry.type)) &&
    (text === undefined || `${entry.who} ${entry.text}`.toLowerCase().includes(text.toLowerCase()))
  );
}

/** The parts of a filter as a person reads them. */
export function filterWords(world: World, { who, task_id, kind, text }: ActivityFilter): readonly string[] {
  return [
    ...(who === undefined ? [] : [doerName(world, who)]),
    ...(task_id === undefined ? [] : [titleOf(world, task_id) ?? task_id]),
    ...(kind === undefined ? [] : [kindWords[kind]]),
    ...(text === undefined ? [] : [quoted(text, 40)]),
  ];
}
