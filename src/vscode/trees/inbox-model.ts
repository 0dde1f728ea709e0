import * as l10n from '@vscode/l10n';
import { agentNameOf } from '../../state/agent-name.ts';
import { budgetAmount, exceededWords } from '../../state/budget.ts';
import { inboxFacts, inboxHeadline, scopeFacts, sidesOf, snoozedUntil } from '../../state/inbox-words.ts';
import { letterTitle } from '../../state/dead-letter-words.ts';
import {
  type ConflictItem,
  type DeadLettersItem,
  type InboxItem,
  isConflict,
  isSnoozed,
  waitingNow,
} from '../../state/inbox.ts';
import { type Moment, capitalized, estimate, joined } from '../../state/wording.ts';
import { formatTime } from '../../state/time-format.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
import type { Target } from '../target.ts';
import { bullets, commandLink, fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, Tooltip, TreeNode } from './tree-node.ts';

/** What decides about a matter: the ids with which a decision that comes too late is noticed. */
export function targetOf(item: InboxItem): Target {
  const { item_id, task_id } = item;
  switch (item.kind) {
    case 'plan':
      return { item_id, task_id, revision: item.plan.revision };
    case 'question':
      return { item_id, task_id, question_id: item.question.question_id };
    case 'permission':
      return { item_id, task_id, request_id: item.permission.request_id };
    case 'scope':
      return { item_id, task_id, event_id: item.excess.event_id };
    case 'parked':
    case 'budget':
    case 'failure':
      return { item_id, task_id };
    case 'dead_letters':
      return { item_id, group: item.group };
    case 'note':
      return { item_id, note_id: item.note.note_id };
    case 'context':
      return { item_id };
  }
}

const icons = {
  plan: { id: 'checklist', color: 'charts.yellow' },
  question: { id: 'question', color: 'charts.yellow' },
  permission: { id: 'shield', color: 'charts.yellow' },
  parked: { id: 'debug-pause', color: 'charts.yellow' },
  budget: { id: 'credit-card', color: 'charts.yellow' },
  scope: { id: 'warning', color: 'list.warningForeground' },
  failure: { id: 'error', color: 'list.errorForeground' },
  dead_letters: { id: 'mail', color: 'list.errorForeground' },
  note: { id: 'git-compare', color: 'list.warningForeground' },
  context: { id: 'git-compare', color: 'list.warningForeground' },
} as const satisfies Record<InboxItem['kind'], NodeIcon>;

export const inboxLabel = (item: InboxItem): string => oneLine(inboxHeadline(item));

/** What a person needs to decide whether to look now. */
export const inboxDescription = (world: World, item: InboxItem, moment: Moment): string =>
  joined(...inboxFacts(world, item, moment).map((part) => oneLine(part, 90)));

function deadLettersTooltip(item: DeadLettersItem, { timeZone }: Moment): Tooltip {
  const { group, letters, since } = item;
  const newest = letters
    .toReversed()
    .map((letter) => joined(letterTitle(letter.event_type), letter.error_message));
  return {
    markdown: paragraphs(
      heading(inboxLabel(item)),
      fact(l10n.t('Waiting since'), formatTime(new Date(since), 'full', timeZone)),
      bullets(l10n.t('Events'), newest),
      [
        commandLink(l10n.t('Show Dead Letters'), 'lineclear.showDeadLetters', {}),
        commandLink(l10n.t('Replay All'), 'lineclear.replayDeadLetters', { group }),
      ].join(' · '),
    ),
    commands: ['lineclear.showDeadLetters', 'lineclear.replayDeadLetters'],
  };
}

function conflictTooltip(item: ConflictItem, { timeZone }: Moment): Tooltip {
  const target = targetOf(item);
  const links =
    item.kind === 'note'
      ? [
          commandLink(l10n.t('Compare'), 'lineclear.compareNote', target),
          commandLink(l10n.t('Take a Version…'), 'lineclear.settleNote', target),
        ]
      : [commandLink(l10n.t('Take a Value…'), 'lineclear.settleContext', target)];
  return {
    markdown: paragraphs(
      heading(inboxLabel(item)),
      fact(l10n.t('Waiting since'), formatTime(new Date(item.since), 'full', timeZone)),
      bullets(
        l10n.t('Changed at the same time'),
        sidesOf(item).map(({ by, what }) => joined(what, by)),
      ),
      links.join(' · '),
    ),
    commands: ['lineclear.compareNote', 'lineclear.settleNote', 'lineclear.settleContext'],
  };
}

function tooltip(world: World, item: InboxItem, moment: Moment): Tooltip {
  if (item.kind === 'dead_letters') return deadLettersTooltip(item, moment);
  if (isConflict(item)) return conflictTooltip(item, moment);
  const { timeZone } = moment;
  const target = targetOf(item);
  const links = (text: string, command: 'openPlan' | 'answerQuestion' | 'raiseBudget' | 'settle') =>
    [
      commandLink(text, `lineclear.${command}`, target),
      commandLink(l10n.t('Show Events'), 'lineclear.showEvents', { task_id: item.task_id }),
    ].join(' · ');
  const head = [
    heading(inboxLabel(item)),
    fact(l10n.t('Task'), item.task_title),
    fact(l10n.t('Agent'), item.agent_id && joined(agentNameOf(world, item.agent_id), item.agent_id)),
    fact(l10n.t('Waiting since'), formatTime(new Date(item.since), 'full', timeZone)),
  ];
  const commands = [
    'lineclear.openPlan',
    'lineclear.answerQuestion',
    'lineclear.raiseBudget',
    'lineclear.settle',
    'lineclear.showEvents',
  ] as const;
  switch (item.kind) {
    case 'plan': {
      const { plan } = item;
      const chunks = bullets(
        l10n.t('Revision {0}', plan.revision),
        plan.chunks.map((chunk) => chunk.title),
      );
      const cost = fact(l10n.t('Estimated cost'), estimate(plan.estimated_cost));
      return {
        markdown: paragraphs(...head, cost, chunks, links(l10n.t('Open Plan'), 'openPlan')),
        commands,
      };
    }
    case 'question': {
      const { question, options = [] } = item.question;
      return {
        markdown: paragraphs(
          ...head,
          fact(l10n.t('Question'), question, 2000),
          bullets(l10n.t('Options'), options),
          links(l10n.t('Answer'), 'answerQuestion'),
        ),
        commands,
      };
    }
    case 'permission': {
      const { permission } = item;
      return {
        markdown: paragraphs(
          ...head,
          fact(l10n.t('Kind'), permission.kind),
          fact(l10n.t('Command'), permission.command, 2000),
          bullets(l10n.t('Files'), permission.file_paths),
          fact(l10n.t('Change'), permission.preview, 2000),
          links(l10n.t('Decide'), 'settle'),
        ),
        commands,
      };
    }
    case 'parked':
      return {
        markdown: paragraphs(
          ...head,
          fact(l10n.t('Why'), item.parked.reason, 2000),
          links(l10n.t('Decide'), 'settle'),
        ),
        commands,
      };
    case 'budget': {
      const { exceeded } = item;
      return {
        markdown: paragraphs(
          ...head,
          fact(l10n.t('Why'), capitalized(exceededWords(exceeded))),
          fact(l10n.t('Used'), budgetAmount(exceeded.budget, exceeded.used)),
          links(l10n.t('Raise Budget'), 'raiseBudget'),
        ),
        commands,
      };
    }
    case 'scope': {
      const { excess } = item;
      return {
        markdown: paragraphs(
          ...head,
          fact(l10n.t('File'), excess.file_path, 2000),
          fact(l10n.t('What'), joined(...scopeFacts(excess))),
          bullets(l10n.t('The plan names'), excess.allowed_files),
          links(l10n.t('Decide'), 'settle'),
        ),
        commands,
      };
    }
    case 'failure': {
      const { failure } = item;
      return {
        markdown: paragraphs(
          ...head,
          fact(l10n.t('Why'), failure.error_message, 2000),
          fact(l10n.t('What to do'), failure.next),
          links(l10n.t('Decide'), 'settle'),
        ),
        commands,
      };
    }
  }
}

const onClick = {
  plan: 'lineclear.openPlan',
  question: 'lineclear.answerQuestion',
  permission: 'lineclear.settle',
  parked: 'lineclear.settle',
  budget: 'lineclear.raiseBudget',
  scope: 'lineclear.settle',
  failure: 'lineclear.settle',
  dead_letters: 'lineclear.showDeadLetters',
  note: 'lineclear.settleNote',
  context: 'lineclear.settleContext',
} as const;

function itemNode(world: World, item: InboxItem, moment: Moment, description: string): TreeNode {
  const label = inboxLabel(item);
  const spoken = `${label}, ${description.replaceAll(' · ', ', ')}`;
  return {
    id: item.item_id,
    label,
    description,
    icon: icons[item.kind],
    tooltip: () => tooltip(world, item, moment),
    // The label of the others says what they are.
    spoken: item.kind === 'question' ? l10n.t('Question: {0}', spoken) : spoken,
    context: `inbox ${item.kind}`,
    target: targetOf(item),
    command: onClick[item.kind],
  };
}

/** What is put off, below all that waits; closed, so that it does not ask for anything. */
function snoozedNode(world: World, items: readonly InboxItem[], moment: Moment): TreeNode[] {
  if (items.length === 0) return [];
  return [
    {
      id: 'group:snoozed',
      label: l10n.t('Snoozed'),
      description: String(items.length),
      icon: { id: 'clock' },
      spoken: items.length === 1 ? l10n.t('Snoozed, 1 thing') : l10n.t('Snoozed, {0} things', items.length),
      context: 'group',
      target: {},
      children: items.map((item) => itemNode(world, item, moment, snoozedUntil(item, moment))),
    },
  ];
}

/** All that waits for the person, oldest first. */
export const inboxModel = (world: World, moment: Moment): readonly TreeNode[] => [
  ...waitingNow(world.inbox, moment.now).map((item) =>
    itemNode(world, item, moment, inboxDescription(world, item, moment)),
  ),
  ...snoozedNode(
    world,
    world.inbox.filter((item) => isSnoozed(item, moment.now)),
    moment,
  ),
];
