import { agentName, agentNameOf } from '../../state/agent-name.ts';
import { allTasks } from '../../state/archive.ts';
import { type TaskPhase, type TaskState, currentPlan } from '../../state/task.ts';
import { isOver, taskStatus } from '../../state/task-status.ts';
import {
  type Moment,
  age,
  cost,
  counted,
  estimate,
  joined,
  personName,
  phaseWords,
  timeOfDay,
  tokens,
  verdictWords,
} from '../../state/wording.ts';
import { waitsForTurn } from '../../state/waits-for-turn.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
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
    task.revision > 1 && `rev ${task.revision}`,
    planner ? `being made by ${oneLine(agentName({ ...planner, role: 'planner' }), 60)}` : 'not begun yet',
  );
  return {
    id: `plan:${task.task_id}`,
    label: 'Plan',
    description,
    icon: { id: 'checklist' },
    spoken: `Plan, ${description.replaceAll(' · ', ', ')}`,
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
  const verdict = decision && verdictWords[decision.verdict];
  const description = joined(
    revision > 1 && `rev ${revision}`,
    decision ? `${verdict} by ${oneLine(personName(decision.user_id), 40)}` : 'in review',
    estimate(estimated_cost),
  );
  return [
    {
      id: `plan:${task.task_id}`,
      label: 'Plan',
      description,
      icon: { id: 'checklist' },
      tooltip: {
        markdown: paragraphs(
          heading(`Plan, revision ${revision}`),
          fact('Planner', joined(agentNameOf(world, plan.planner_id), plan.planner_id)),
          fact('Decision', verdict),
          fact('Comment', decision?.comment, 2000),
          bullets(
            'Chunks',
            chunks.map((chunk) => chunk.title),
          ),
        ),
        commands: [],
      },
      spoken: `Plan, ${description.replaceAll(' · ', ', ')}`,
      context: task.plans.length > 1 ? 'plan revised' : 'plan',
      target: { task_id: task.task_id, revision },
      command: 'lineclear.openPlan',
    },
  ];
}

function failureNode(task: TaskState): TreeNode[] {
  const { failure } = task;
  if (task.phase !== 'failed' || !failure) return [];
  const label = oneLine(failure.error_message);
  return [
    {
      id: `failure:${task.task_id}`,
      label,
      description: oneLine(failure.next ?? ''),
      icon: { id: 'error', color: 'list.errorForeground' },
      tooltip: {
        markdown: paragraphs(
          heading('Why it failed'),
          fact('Error', failure.error_message, 4000),
          fact('What to do', failure.next, 2000),
        ),
        commands: [],
      },
      spoken: `Error: ${label}. ${oneLine(failure.next ?? '')}`,
      context: 'failure',
      target: { task_id: task.task_id },
      command: 'lineclear.settle',
    },
  ];
}

const dependencyLines = (world: World, task: TaskState): readonly string[] =>
  task.depends_on.map((id) => {
    const other = world.tasks.get(id);
    return other ? joined(other.title, phaseWords[other.phase]) : id;
  });

function taskNode(world: World, task: TaskState, moment: Moment): TreeNode {
  const ended = isOver(task);
  const label = oneLine(task.title);
  const description = joined(
    ...taskStatus(task, moment).map((part) => oneLine(part, 90)),
    waitsForTurn(world, task) && 'waits for its turn',
    age(task.phase_since, moment),
  );
  const plan = task.plans.length > 0;
  return {
    id: `task:${task.task_id}`,
    label,
    description,
    icon: task.parked && !ended ? { id: 'debug-pause' } : icons[task.phase],
    tooltip: {
      markdown: paragraphs(
        heading(task.title),
        fact('Description', task.description, 2000),
        fact('Phase', `${phaseWords[task.phase]} since ${timeOfDay(task.phase_since, moment)}`),
        fact('Created', `${timeOfDay(task.created_at, moment)} by ${personName(task.created_by)}`),
        fact('Priority', task.priority === 'normal' ? undefined : task.priority),
        bullets('Depends on', dependencyLines(world, task)),
        fact('Parked', task.parked?.reason, 2000),
        fact('Resumes', task.parked?.until && timeOfDay(task.parked.until, moment)),
        fact('Result', task.summary, 2000),
        fact(
          'Cancelled',
          task.cancelled && joined(`by ${personName(task.cancelled.user_id)}`, task.cancelled.reason),
        ),
        task.tokens_used > 0
          ? fact('Used', joined(tokens(task.tokens_used), task.cost_usd > 0 && cost(task.cost_usd)))
          : undefined,
        bullets('Changed files', task.changed_files),
        [
          ...(plan ? [commandLink('Open Plan', 'lineclear.openPlan', { task_id: task.task_id })] : []),
          commandLink('Show Events', 'lineclear.showEvents', { task_id: task.task_id }),
        ].join(' · '),
      ),
      commands: ['lineclear.openPlan', 'lineclear.showEvents'],
    },
    spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
    context: joined(
      'task',
      ended ? 'ended' : task.phase === 'failed' ? 'failed' : 'active',
      task.phase === 'plan_review' && 'review',
      task.parked && 'parked',
      plan && 'plan',
      task.plans.length > 1 && 'revised',
    ).replaceAll(' · ', ' '),
    target: { task_id: task.task_id },
    // A row with children opens them; one without says what happened.
    children: [
      ...failureNode(task),
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
  const rows = (tasks: readonly TaskState[]) => tasks.map((task) => () => taskNode(world, task, moment));
  const going = newest.filter((task) => !isOver(task));
  const over = newest.filter(isOver);
  const shown = cutRows(rows(going), 'more:going');
  if (over.length === 0) return shown;
  const ended = allTasks(world).length - going.length;
  return [
    ...shown,
    {
      id: 'group:ended',
      label: 'Ended',
      description: String(ended),
      icon: { id: 'archive' },
      spoken: `Ended, ${counted(ended, 'task')}`,
      context: 'group',
      target: {},
      // Few are news, many are an archive.
      expanded: over.length <= FEW,
      children: cutRows(rows(over), 'more:ended', ended),
    },
  ];
}
