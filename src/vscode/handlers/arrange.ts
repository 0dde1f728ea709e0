import * as l10n from '@vscode/l10n';
import { type ActivityFilter, filterWords, isFiltering, kindWords } from '../../state/activity-filter.ts';
import { agentNameOf } from '../../state/agent-name.ts';
import { personName } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';
import {
  type AgentGrouping,
  type AgentSorting,
  type ViewOptions,
  activityKind,
  agentGrouping,
  agentSorting,
} from '../view-options.ts';

const TITLE = l10n.t('Filter Activity');

/** A choice whose value is what the filter becomes by it. */
type Step = Choice<ActivityFilter>;

function people({ app: { world } }: LogContext, filter: ActivityFilter): Step[] {
  const others = new Set(world.activity.map(({ who }) => who).filter((who) => !world.agents.has(who)));
  return [
    ...[...world.agents.keys()].toReversed().map((who) => ({
      label: agentNameOf(world, who),
      description: who,
      icon: 'robot',
      value: { ...filter, who },
    })),
    ...[...others].map((who) => ({ label: personName(who), icon: 'person', value: { ...filter, who } })),
  ];
}

const tasks = ({ app: { world } }: LogContext, filter: ActivityFilter): Step[] =>
  [...world.tasks.values()]
    .toReversed()
    .map(({ task_id, title }) => ({ label: title, icon: 'tasklist', value: { ...filter, task_id } }));

const kinds = (filter: ActivityFilter): Step[] =>
  activityKind.options.map((kind) => ({
    label: kindWords[kind],
    icon: 'list-filter',
    value: { ...filter, kind },
  }));

async function askText({ screen }: LogContext, filter: ActivityFilter): Promise<ActivityFilter | undefined> {
  const prompt = l10n.t('Words that are somewhere in a row');
  const text = await screen.input({ title: TITLE, placeholder: filter.text ?? 'login.ts', prompt });
  return text === undefined ? undefined : { ...filter, text };
}

/** One part after the other: what the filter is to be, or undefined when the person left. */
async function askFilter(context: LogContext, filter: ActivityFilter): Promise<ActivityFilter | undefined> {
  const { screen, app } = context;
  const now = (part: ActivityFilter) => filterWords(app.world, part).join();
  const ask = (choices: readonly Step[], placeholder: string) =>
    screen.pick(choices, { title: TITLE, placeholder });
  const { who, task_id, kind, text } = filter;
  const steps: Choice<() => Promise<ActivityFilter | undefined>>[] = [
    {
      label: l10n.t('By agent or person…'),
      description: now({ who }),
      icon: 'robot',
      value: () => ask(people(context, filter), l10n.t('Of whom?')),
    },
    {
      label: l10n.t('By task…'),
      description: now({ task_id }),
      icon: 'tasklist',
      value: () => ask(tasks(context, filter), l10n.t('Of which task?')),
    },
    {
      label: l10n.t('By kind…'),
      description: now({ kind }),
      icon: 'list-filter',
      value: () => ask(kinds(filter), l10n.t('What kind of thing happened?')),
    },
    {
      label: l10n.t('By text…'),
      description: now({ text }),
      icon: 'whole-word',
      value: () => askText(context, filter),
    },
    ...(isFiltering(filter)
      ? [
          {
            label: l10n.t('Show everything'),
            icon: 'clear-all',
            value: async (): Promise<ActivityFilter> => ({}),
          },
        ]
      : []),
  ];
  const step = await screen.pick(steps, { title: TITLE, placeholder: l10n.t('What should be shown?') });
  return await step?.();
}

export async function filterActivity(context: LogContext, given: ActivityFilter): Promise<void> {
  const { views } = context;
  const filter = isFiltering(given) ? given : await askFilter(context, views.options.activityFilter);
  if (filter) await views.change({ activityFilter: filter });
}

const groupingWords: Readonly<Record<AgentGrouping, string>> = {
  state: l10n.t('By state'),
  task: l10n.t('By task'),
  kind: l10n.t('By kind of agent'),
  none: l10n.t('No groups'),
};

const sortingWords: Readonly<Record<AgentSorting, string>> = {
  waiting: l10n.t('Waiting for you first'),
  name: l10n.t('By name'),
  seen: l10n.t('Last seen first'),
};

/** Choices of which one is as it is now. */
const choicesOf = <T extends string>(words: Readonly<Record<T, string>>, values: readonly T[], now: T) =>
  values.map((value) => ({
    label: words[value],
    description: value === now ? l10n.t('now') : undefined,
    icon: value === now ? 'check' : 'blank',
    value,
  }));

export async function groupAgents(
  { screen, views }: LogContext,
  { groupAgents: given }: Partial<ViewOptions>,
): Promise<void> {
  const choices = choicesOf(groupingWords, agentGrouping.options, views.options.groupAgents);
  const chosen =
    given ?? (await screen.pick(choices, { title: l10n.t('Group Agents'), placeholder: l10n.t('How?') }));
  if (chosen) await views.change({ groupAgents: chosen });
}

export async function sortAgents(
  { screen, views }: LogContext,
  { sortAgents: given }: Partial<ViewOptions>,
): Promise<void> {
  const choices = choicesOf(sortingWords, agentSorting.options, views.options.sortAgents);
  const chosen =
    given ?? (await screen.pick(choices, { title: l10n.t('Sort Agents'), placeholder: l10n.t('How?') }));
  if (chosen) await views.change({ sortAgents: chosen });
}
