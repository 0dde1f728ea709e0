import * as l10n from '@vscode/l10n';
import type { ActivityEntry } from '../../state/activity.ts';
import { type ActivityRow, endOf, rowsOf } from '../../state/activity-rows.ts';
import { agentNameOf, doerName } from '../../state/agent-name.ts';
import { titleOf } from '../../state/archive.ts';
import { type FileTouch, sharedFiles } from '../../state/file-touches.ts';
import { type Moment, joined, timeOfDay, untilWords } from '../../state/wording.ts';
import { formatTime } from '../../state/time-format.ts';
import { historyWords } from '../../state/history-words.ts';
import type { World } from '../../state/world.ts';
import type { ActivityRows } from '../activity-feed.ts';
import { cutRows } from './cut-rows.ts';
import { oneLine } from '../inert-text.ts';
import { bullets, commandLink, fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

/** Of those who changed the same file, so many are named: the latest. */
const NAMED = 5;
/** More files that several tasks changed stand in a group, or what happened would be out of sight. */
const FEW = 3;

const WARNING: NodeIcon = { id: 'warning', color: 'list.warningForeground' };
const FAILED: NodeIcon = { id: 'error', color: 'list.errorForeground' };

const icons: Readonly<Partial<Record<ActivityEntry['type'], NodeIcon>>> = {
  'task.failed': FAILED,
  'chunk.failed': FAILED,
  'agent.failed': FAILED,
  'test.failed': FAILED,
  'provider.failed': FAILED,
  'error.occurred': FAILED,
  'delivery.parked': FAILED,
  'history.truncated': { id: 'archive' },
  'scope.exceeded': WARNING,
  'alert.raised': WARNING,
  'provider.rate_limited': { id: 'clock', color: 'list.warningForeground' },
  'resource.limit_exceeded': WARNING,
  'budget.exceeded': WARNING,
  'test.passed': { id: 'pass', color: 'testing.iconPassed' },
  'chunk.completed': { id: 'pass', color: 'testing.iconPassed' },
  'task.completed': { id: 'pass-filled', color: 'testing.iconPassed' },
  'plan.ready': { id: 'checklist' },
  'question.asked': { id: 'question' },
  'permission.requested': { id: 'shield' },
  'file.created': { id: 'new-file' },
  'file.modified': { id: 'edit' },
  'file.deleted': { id: 'trash' },
};

const familyIcons: Readonly<Record<string, string>> = {
  user: 'person',
  task: 'tasklist',
  chunk: 'tasklist',
  handoff: 'arrow-swap',
  memory: 'notebook',
  agent: 'robot',
  claim: 'lock',
};

const iconOf = (type: ActivityEntry['type']): NodeIcon =>
  icons[type] ?? { id: familyIcons[type.split('.', 1)[0] ?? ''] ?? 'circle-small-filled' };

function entryNode(world: World, row: ActivityRow, moment: Moment): TreeNode {
  const { entry, also } = row;
  const { sequence, timestamp, who, text, file_path, task_id } = entry;
  const title = task_id === undefined ? undefined : titleOf(world, task_id);
  const time = timeOfDay(timestamp, moment);
  const name = oneLine(doerName(world, who), 40);
  const label = oneLine(text);
  const end = endOf(row);
  const until = end && untilWords(end, moment);
  return {
    id: `event:${sequence}`,
    label,
    // Who is said already where a rule of the person answered.
    description: joined(until, label.endsWith(name) ? undefined : name, time),
    icon: iconOf(entry.type),
    tooltip: () => ({
      markdown: paragraphs(
        heading(`${doerName(world, who)} ${text}`),
        fact(l10n.t('Task'), title),
        fact(l10n.t('Agent'), world.agents.has(who) ? joined(agentNameOf(world, who), who) : undefined),
        fact(l10n.t('When'), formatTime(new Date(timestamp), 'full', moment.timeZone)),
        fact(l10n.t('File'), file_path),
        fact(l10n.t('Lasts'), until),
        bullets(
          l10n.t('What came of it'),
          also.map((other) => joined(oneLine(doerName(world, other.who), 40), oneLine(other.text))),
        ),
        commandLink(l10n.t('Show Event'), 'lineclear.showEvent', { sequence }),
      ),
      commands: ['lineclear.showEvent'],
    }),
    spoken: [`${name} ${label}`, until, time].filter(Boolean).join(', '),
    context: file_path === undefined ? 'event' : 'event file',
    target: { sequence, task_id, path: file_path },
    command: file_path === undefined ? 'lineclear.showEvent' : 'lineclear.openChange',
  };
}

/** The last row: how to see what is before the others. */
function olderNode(world: World, { before, entries: [first] }: ActivityRows, moment: Moment): TreeNode[] {
  if (before === 'all') return archivedNode(world);
  const isReading = before === 'reading';
  const time = first && l10n.t('before {0}', timeOfDay(first.timestamp, moment));
  const label = isReading ? l10n.t('Looking for older activity …') : l10n.t('Show older');
  const description = isReading ? l10n.t('press to stop') : time;
  return [
    {
      id: 'older',
      label,
      description,
      icon: { id: isReading ? 'loading~spin' : 'ellipsis' },
      spoken: isReading
        ? l10n.t('Looking for older activity, press to stop')
        : joined(label, time).replace(' · ', ', '),
      context: 'older',
      target: {},
      command: 'lineclear.showOlderActivity',
    },
  ];
}

/** What is before the first row is not in the log any more. */
function archivedNode(world: World): TreeNode[] {
  if (!world.history) return [];
  const isDeleted = world.history.file === undefined;
  const label = isDeleted ? l10n.t('Older history is deleted') : l10n.t('Older history is archived');
  const description = historyWords(world);
  return [
    {
      id: 'archived',
      label,
      description,
      icon: { id: 'archive' },
      spoken: `${label}, ${description}`,
      context: 'archived',
      target: {},
      ...(!isDeleted && { command: 'lineclear.openArchive' }),
    },
  ];
}

function sharedNode(world: World, file: string, touches: readonly FileTouch[]): TreeNode {
  const who = touches.slice(-NAMED).map(({ agent_id, task_id }) => {
    const title = oneLine(world.tasks.get(task_id)?.title ?? task_id, 40);
    return l10n.t('{0} in “{1}”', oneLine(agentNameOf(world, agent_id), 40), title);
  });
  if (touches.length > NAMED) who.push(l10n.t('{0} more', touches.length - NAMED));
  const tasks = new Set(touches.map(({ task_id }) => task_id)).size;
  const label = l10n.t('{0} tasks changed {1}', tasks, oneLine(file, 80));
  const description = who.reduce((some, other) => l10n.t('{0} and {1}', some, other));
  return {
    id: `shared:${file}`,
    label,
    description,
    icon: WARNING,
    tooltip: () => ({
      markdown: paragraphs(heading(label), bullets(l10n.t('Changed by'), who), fact(l10n.t('File'), file)),
      commands: [],
    }),
    spoken: l10n.t('Warning: {0}: {1}', label, description),
    context: 'shared file',
    target: { path: file },
    command: 'lineclear.openFile',
  };
}

/** Above what happened: files that several tasks change, which may undo each other's work; the last changed first. */
function sharedNodes(world: World): readonly TreeNode[] {
  const shared = sharedFiles(world.touches).toReversed();
  const rows = shared.map(
    ([file, touches]) =>
      () =>
        sharedNode(world, file, touches),
  );
  if (rows.length <= FEW) return rows.map((row) => row());
  const label = l10n.t('Several tasks changed {0} files', rows.length);
  return [
    {
      id: 'group:shared',
      label,
      icon: WARNING,
      spoken: l10n.t('Warning: {0}', label),
      context: 'group',
      target: {},
      children: cutRows(rows, 'more:shared'),
    },
  ];
}

/** Warnings, then what happened, newest first. */
export const activityModel = (world: World, rows: ActivityRows, moment: Moment): readonly TreeNode[] => [
  ...sharedNodes(world),
  ...rowsOf(rows.entries)
    .toReversed()
    .map((row) => entryNode(world, row, moment)),
  ...olderNode(world, rows, moment),
];
