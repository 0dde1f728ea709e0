import * as l10n from '@vscode/l10n';
import { agentName, agentNameOf } from '../../state/agent-name.ts';
import { allTasks } from '../../state/archive.ts';
import { budgetUse } from '../../state/budget.ts';
import { claimWait, missingAdvice, missingWords, standingBy } from '../../state/standing-by.ts';
import { hasSeveralProjects } from '../../state/project.ts';
import { type TaskPhase, type TaskState, currentPlan } from '../../state/task.ts';
import { isOver, parkedWords, taskStatus } from '../../state/task-status.ts';
import {
  type Moment,
  age,
  capitalized,
  cost,
  estimate,
  joined,
  personName,
  phaseWords,
  timeOfDay,
  tokens,
  verdictWords,
} from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { markdownText, oneLine } from '../inert-text.ts';
import { priorityWords } from '../name-words.ts';
import { chunkNodes } from './chunk-nodes.ts';
import { cutRows } from './cut-rows.ts';
import { bullets, commandLink, fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';
import { worktreeNode } from './worktree-node.ts';

/** So many ended tasks are shown without being asked for. */
const FEW = 3;

const icons: Readonly<Record<TaskPhase, NodeIcon>> = {
  created: { id: 'circle-large-outline' },
  planning: { id: 'lightbulb', color: 'charts.blue' },
  plan_review: { id: 'checklist', color: 'charts.yellow' },
  executing: { id: 'play-circle', color: 'charts.blue' },
  reviewing: { id: 'eye', color: 'charts.blue' },
  completed: { id: 'pass', color: 'testing.iconPassed' },
  failed: { id: 'error', color: 'list.errorForeground' },
  cancelled: { id: 'circle-slash' },
};

/** A task has this row from its beginning, so that it is open when the plan comes. */
function planToCome(task: TaskState): TreeNode {
  const { planner } = task.assigned;
  const description = joined(
    task.revision > 1 && l10n.t('rev {0}', task.revision),
    planner
      ? l10n.t('being made by {0}', oneLine(agentName({ ...planner, role: 'planner' }), 60))
      : l10n.t('not begun yet'),
  );
  return {
    id: `plan:${task.task_id}`,
    label: l10n.t('Plan'),
    description,
    icon: { id: 'checklist' },
    spoken: l10n.t('Plan, {0}', description.replaceAll(' · ', ', ')),
    context: 'plan',
    target: { task_id: task.task_id },
    // Earlier revisions can be read meanwhile.
    command: task.plans.length > 0 ? 'lineclear.openPlan' : undefined,
  };
}

function planNode(world: World, task: TaskState): TreeNode[] {
  if (task.phase === 'created' || task.phase === 'planning') return [planToCome(task)];
  const plan = currentPlan(task) ?? task.plans.at(-1);
  if (!plan) return [];
  const { revision, decision, chunks, estimated_cost } = plan;
  const description = joined(
    revision > 1 && l10n.t('rev {0}', revision),
    decision
      ? l10n.t('{0} by {1}', verdictWords[decision.verdict], oneLine(personName(decision.user_id), 40))
      : l10n.t('in review'),
    estimate(estimated_cost),
  );
  return [
    {
      id: `plan:${task.task_id}`,
      label: l10n.t('Plan'),
      description,
      icon: { id: 'checklist' },
      tooltip: () => ({
        markdown: paragraphs(
          heading(l10n.t('Plan, revision {0}', revision)),
          fact(l10n.t('Planner'), joined(agentNameOf(world, plan.planner_id), plan.planner_id)),
          fact(l10n.t('Decision'), decision && verdictWords[decision.verdict]),
          fact(l10n.t('Comment'), decision?.comment, 2000),
          bullets(
            l10n.t('Chunks'),
            chunks.map((chunk) => chunk.title),
          ),
        ),
        commands: [],
      }),
      spoken: l10n.t('Plan, {0}', description.replaceAll(' · ', ', ')),
      context: task.plans.length > 1 ? 'plan revised' : 'plan',
      target: { task_id: task.task_id, revision },
      command: 'lineclear.openPlan',
    },
  ];
}

function failureNode(task: TaskState): TreeNode[] {
  const { failure } = task;
  if (task.phase !== 'failed' || !failure) return [];
  // The row of the chunk says which one it is; in a narrow sidebar only the beginning is seen.
  const reason = task.chunks.find(({ status }) => status === 'failed')?.error_message ?? '';
  const isOfChunk = reason !== '' && failure.error_message.endsWith(reason);
  const label = oneLine(isOfChunk ? reason : failure.error_message);
  return [
    {
      id: `failure:${task.task_id}`,
      label,
      description: oneLine(failure.next ?? ''),
      icon: { id: 'error', color: 'list.errorForeground' },
      tooltip: () => ({
        markdown: paragraphs(
          heading(l10n.t('Why it failed')),
          fact(l10n.t('Error'), failure.error_message, 4000),
          fact(l10n.t('What to do'), failure.next, 2000),
        ),
        commands: [],
      }),
      spoken: l10n.t('Error: {0}. {1}', label, oneLine(failure.next ?? '')),
      context: 'failure',
      target: { task_id: task.task_id },
      command: 'lineclear.settle',
    },
  ];
}

/** For what another one holds, or until when it rests: in a row of its own, as beside a long title it could not be read. */
function waitNode(world: World, task: TaskState, moment: Moment): TreeNode[] {
  const claim = claimWait(world, task);
  const { until, kind } = task.parked ?? {};
  // Another try comes within seconds.
  const rests = until !== undefined && kind !== 'retry' && !isOver(task);
  // The time first: it must not be cut off.
  const words = claim ?? (rests ? capitalized(joined(...parkedWords(task, moment).toReversed())) : '');
  const label = oneLine(words, 140);
  if (label === '') return [];
  return [
    {
      id: `wait:${task.task_id}`,
      label,
      description: '',
      icon: { id: claim === undefined ? 'clock' : 'lock' },
      spoken: label.replaceAll(' · ', ', '),
      context: 'wait',
      target: { task_id: task.task_id },
    },
  ];
}

/** For somebody to carry it out. */
function missingNode(task: TaskState, moment: Moment): TreeNode[] {
  const advice = missingAdvice(task, moment);
  if (advice === undefined) return [];
  const label = capitalized(missingWords());
  return [
    {
      id: `missing:${task.task_id}`,
      label,
      description: '',
      icon: { id: 'debug-disconnect' },
      tooltip: () => ({ markdown: markdownText(advice), commands: [] }),
      spoken: `${label}. ${advice}`,
      context: 'missing',
      target: { task_id: task.task_id },
      command: moment.missingFor?.(task) === 'here' ? 'lineclear.startOrchestrator' : undefined,
    },
  ];
}

const dependencyLines = (world: World, task: TaskState): readonly string[] =>
  task.depends_on.map((id) => {
    const other = world.tasks.get(id);
    return other ? joined(other.title, phaseWords[other.phase]) : id;
  });

function taskNode(world: World, task: TaskState, moment: Moment, namesProject: boolean): TreeNode {
  const ended = isOver(task);
  const label = oneLine(task.title);
  const waiting = standingBy(world, task, moment) ?? '';
  const missing = moment.missingFor?.(task);
  const description = joined(
    namesProject && oneLine(task.project ?? '', 40),
    ...taskStatus(task, moment).map((part) => oneLine(part, 90)),
    oneLine(waiting, 140),
    age(task.phase_since, moment),
  );
  const plan = task.plans.length > 0;
  return {
    id: `task:${task.task_id}`,
    label,
    description,
    icon: (task.parked || missing) && !ended ? { id: 'debug-pause' } : icons[task.phase],
    tooltip: () => ({
      markdown: paragraphs(
        heading(task.title),
        fact(l10n.t('Description'), task.description, 2000),
        fact(
          l10n.t('Phase'),
          l10n.t('{0} since {1}', phaseWords[task.phase], timeOfDay(task.phase_since, moment)),
        ),
        fact(
          l10n.t('Created'),
          l10n.t('{0} by {1}', timeOfDay(task.created_at, moment), personName(task.created_by)),
        ),
        fact(l10n.t('Priority'), task.priority === 'normal' ? undefined : priorityWords[task.priority]),
        fact(l10n.t('Project'), task.project),
        bullets(l10n.t('Depends on'), dependencyLines(world, task)),
        fact(l10n.t('Waiting'), waiting || undefined),
        fact(l10n.t('What to do'), missingAdvice(task, moment)),
        fact(l10n.t('Parked'), task.parked?.reason, 2000),
        fact(l10n.t('Resumes'), task.parked?.until && timeOfDay(task.parked.until, moment)),
        fact(l10n.t('Result'), task.summary, 2000),
        fact(
          l10n.t('Cancelled'),
          task.cancelled &&
            joined(l10n.t('by {0}', personName(task.cancelled.user_id)), task.cancelled.reason),
        ),
        task.tokens_used > 0
          ? fact(l10n.t('Used'), joined(tokens(task.tokens_used), task.cost_usd > 0 && cost(task.cost_usd)))
          : undefined,
        fact(l10n.t('Budget'), budgetUse(task, moment.now) || undefined),
        bullets(l10n.t('Changed files'), task.changed_files),
        [
          ...(missing === 'here'
            ? [commandLink(l10n.t('Start Orchestrator'), 'lineclear.startOrchestrator', {})]
            : []),
          ...(plan
            ? [commandLink(l10n.t('Open Plan'), 'lineclear.openPlan', { task_id: task.task_id })]
            : []),
          commandLink(l10n.t('Show Events'), 'lineclear.showEvents', { task_id: task.task_id }),
        ].join(' · '),
      ),
      commands: ['lineclear.openPlan', 'lineclear.showEvents', 'lineclear.startOrchestrator'],
    }),
    spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
    context: joined(
      'task',
      ended ? 'ended' : task.phase === 'failed' ? 'failed' : 'active',
      task.phase === 'plan_review' && 'review',
      task.parked && (task.parked.kind === 'budget' ? 'budget' : 'parked'),
      plan && 'plan',
      task.plans.length > 1 && 'revised',
    ).replaceAll(' · ', ' '),
    target: { task_id: task.task_id },
    // A row with children opens them; one without says what happened.
    children: [
      ...failureNode(task),
      ...waitNode(world, task, moment),
      ...missingNode(task, moment),
      ...planNode(world, task),
      ...chunkNodes(world, task),
      ...worktreeNode(task),
    ],
    expanded: !ended,
  };
}

/** Tasks that go on or failed, the newest first; below them, closed, those that have ended. */
export function tasksModel(world: World, moment: Moment): readonly TreeNode[] {
  const newest = [...world.tasks.values()].toReversed();
  const namesProjects = hasSeveralProjects(world);
  const rows = (tasks: readonly TaskState[]) =>
    tasks.map((task) => () => taskNode(world, task, moment, namesProjects));
  const going = newest.filter((task) => !isOver(task));
  const over = newest.filter(isOver);
  const shown = cutRows(rows(going), 'more:going');
  if (over.length === 0) return shown;
  const ended = allTasks(world).length - going.length;
  return [
    ...shown,
    {
      id: 'group:ended',
      label: l10n.t('Ended'),
      description: String(ended),
      icon: { id: 'archive' },
      spoken: ended === 1 ? l10n.t('Ended, 1 task') : l10n.t('Ended, {0} tasks', ended),
      context: 'group',
      target: {},
      // Few are news, many are an archive.
      expanded: over.length <= FEW,
      children: cutRows(rows(over), 'more:ended', ended),
    },
  ];
}
