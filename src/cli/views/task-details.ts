import { endOf, rowsOf } from '../../state/activity-rows.ts';
import { agentName, doerName } from '../../state/agent-name.ts';
import { budgetUse } from '../../state/budget.ts';
import { chunkStatusOf } from '../../state/chunk-status.ts';
import { evidenceWords, isUnseen } from '../../state/evidence.ts';
import { missingAdvice } from '../../state/standing-by.ts';
import type { PlanRevision, TaskState } from '../../state/task.ts';
import {
  type Moment,
  age,
  chunkWords,
  cost,
  counted,
  estimate,
  joined,
  personName,
  timeOfDay,
  tokens,
  untilWords,
  verdictWords,
} from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { type Cell, type Line, alignColumns, blank, paragraph, row, whole } from '../line.ts';
import { agentStatusCell } from './agent-list.ts';
import { inboxList } from './inbox-list.ts';
import { chunkMarks, taskStatusCell } from './task-status.ts';

/** How many lines of what happened are shown. */
const RECENT = 8;

const heading = (text: string): Line => row({ text, style: 'bold' });

function planRow(
  { revision, chunks, estimated_cost, decision }: PlanRevision,
  moment: Moment,
): readonly Cell[] {
  const outcome = decision
    ? joined(
        `${verdictWords[decision.verdict]} by ${personName(decision.user_id)}, ${timeOfDay(decision.at, moment)}`,
        decision.comment,
      )
    : 'waits for you';
  return [`rev ${revision}`, counted(chunks.length, 'chunk'), estimate(estimated_cost) ?? '', outcome];
}

function chunkLines(world: World, task: TaskState): readonly Line[] {
  if (task.chunks.length === 0) return [];
  const rows = task.chunks.map((chunk, index): readonly Cell[] => {
    const status = chunkStatusOf(world, task, chunk);
    return [
      isUnseen(chunk) ? { text: '≠', style: 'yellow' } : chunkMarks[status],
      `${index + 1}`,
      chunk.title,
      { text: chunk.files.join(', '), style: 'dim' },
      joined(
        (status === 'paused' || status === 'interrupted' || status === 'skipped') && chunkWords[status],
        chunk.attempt > 1 && `try ${chunk.attempt}`,
        ...evidenceWords(chunk),
        chunk.error_message,
      ),
    ];
  });
  return [blank, heading('Chunks'), ...alignColumns(rows, '  ')];
}

function planLines(task: TaskState, moment: Moment): readonly Line[] {
  if (task.plans.length === 0) return [];
  const rows = task.plans.map((plan) => planRow(plan, moment));
  return [blank, heading('Plan'), ...alignColumns(rows, '  ')];
}

function agentLines(world: World, task: TaskState, moment: Moment): readonly Line[] {
  const agents = [...world.agents.values()].filter((agent) => agent.task_id === task.task_id);
  if (agents.length === 0) return [];
  const rows = agents.map((agent): readonly Cell[] => [
    agentName(agent),
    { text: agent.agent_id, style: 'dim' },
    agentStatusCell(world, agent, moment),
  ]);
  return [blank, heading('Agents'), ...alignColumns(rows, '  ')];
}

function activityLines(world: World, task: TaskState, moment: Moment): readonly Line[] {
  const recent = rowsOf(world.activity.filter((entry) => entry.task_id === task.task_id)).slice(-RECENT);
  if (recent.length === 0) return [];
  const rows = recent.map((happened): readonly Cell[] => {
    const { timestamp, who, text } = happened.entry;
    const end = endOf(happened);
    return [
      { text: timeOfDay(timestamp, moment), style: 'dim' },
      { text: doerName(world, who), style: 'cyan' },
      joined(text, end && untilWords(end, moment)),
    ];
  });
  return [blank, heading('Activity'), ...alignColumns(rows, '  ', 24)];
}

function waitingLines(world: World, task: TaskState, moment: Moment): readonly Line[] {
  if (!world.inbox.some((item) => item.task_id === task.task_id)) return [];
  return [blank, heading('Waiting for you'), ...inboxList(world, moment, task.task_id)];
}

/** The first line is the title, so a description that says no more is left out. */
function descriptionLines({ title, description }: TaskState): readonly Line[] {
  return description.trim() === title ? [] : [blank, ...paragraph(description)];
}

/** Everything about one task: what it is, where it is, what waits, who works, what happened. */
export function taskDetails(world: World, task: TaskState, moment: Moment): readonly Line[] {
  const created = `created by ${personName(task.created_by)} ${timeOfDay(task.created_at, moment)}`;
  const used = joined(
    task.tokens_used > 0 && tokens(task.tokens_used),
    task.cost_usd > 0 && cost(task.cost_usd),
    task.changed_files.length > 0 && `changed ${task.changed_files.join(', ')}`,
  );
  const budget = budgetUse(task, moment.now);
  const advice = missingAdvice(task, moment);
  return [
    heading(task.title),
    row(taskStatusCell(world, task, moment), { text: ` · ${age(task.phase_since, moment)}`, style: 'dim' }),
    ...(advice ? [whole({ text: advice, style: 'yellow' })] : []),
    row({
      text: joined(
        created,
        task.project !== undefined && `project ${task.project}`,
        task.priority !== 'normal' && `${task.priority} priority`,
        task.task_id,
      ),
      style: 'dim',
    }),
    ...(used ? [row({ text: used, style: 'dim' })] : []),
    ...(budget ? [row({ text: `budget: ${budget}`, style: 'dim' })] : []),
    ...(task.summary ? [blank, ...paragraph(task.summary)] : []),
    ...descriptionLines(task),
    ...waitingLines(world, task, moment),
    ...chunkLines(world, task),
    ...planLines(task, moment),
    ...agentLines(world, task, moment),
    ...activityLines(world, task, moment),
    ...(task.ignored.last
      ? [
          blank,
          whole({
            text: `${task.ignored.count} without effect, the last: ${task.ignored.last.type}: ${task.ignored.last.reason}`,
            style: 'dim',
          }),
        ]
      : []),
  ];
}
