import type { AgentState } from '../../src/state/agent.ts';
import type { InboxItem } from '../../src/state/inbox.ts';
import type { TaskState } from '../../src/state/task.ts';

const SIGNS = { pending: '○', running: '●', completed: '✓', failed: '✗', skipped: '–' } as const;

const when = (value: unknown, text: string): string[] => (value ? [text] : []);

/** A task as a person would see it, as indented text; only what is there. */
export function renderTask(task: TaskState | undefined): string {
  if (!task) return 'no task';
  const { parked, failure, cancelled, ignored } = task;
  const body = [
    ...task.plans.map(({ revision, decision }) =>
      decision
        ? `plan ${revision} ${decision.verdict} by ${decision.user_id}${decision.comment ? `: ${decision.comment}` : ''}`
        : `plan ${revision}`,
    ),
    ...task.chunks.map(({ status, title, attempt, error_message }) => {
      const again = attempt > 1 ? ` (attempt ${attempt})` : '';
      return `${SIGNS[status]} ${title}${again}${error_message ? `: ${error_message}` : ''}`;
    }),
    ...when(task.review_round > 0, `review round ${task.review_round}`),
    ...when(task.review_passed, 'review passed'),
    ...task.questions.map((item) => `? ${item.question} (${item.agent_id})`),
    ...task.permissions.map((item) => `! ${item.title} (${item.agent_id})`),
    ...task.answers.map((item) => `answer to ${item.question_id} by ${item.user_id}: ${item.answer}`),
    ...task.decided_permissions.map((item) => `${item.request_id}: ${item.decision} by ${item.user_id}`),
    ...task.contexts.map((text) => `context: ${text}`),
    ...when(parked, `parked: ${parked?.reason}${parked?.until ? ` until ${parked.until}` : ''}`),
    ...when(failure, `failed in ${failure?.phase}: ${failure?.error_message}`),
    ...when(cancelled, `cancelled by ${cancelled?.user_id}${cancelled?.stopped ? ', all stopped' : ''}`),
    ...when(task.retries > 0, `retries ${task.retries}`),
    ...when(task.summary, `summary: ${task.summary}`),
    ...when(task.changed_files.length > 0, `files: ${task.changed_files.join(' ')}`),
    ...when(task.tokens_used > 0, `tokens ${task.tokens_used}, $${task.cost_usd}`),
    ...when(
      ignored.count > 0,
      `ignored ${ignored.count}, last ${ignored.last?.type}: ${ignored.last?.reason}`,
    ),
  ];
  return [`${task.phase} “${task.title}” revision ${task.revision}`, ...body.map((line) => `  ${line}`)].join(
    '\n',
  );
}

export function renderAgent(agent: AgentState | undefined): string {
  if (!agent) return 'no agent';
  const { agent_id, status, process, reason, error_message, progress, doing, current_file, tokens_used } =
    agent;
  const parts = [
    ...when(process, `pid ${process?.pid}`),
    ...when(progress, `${Math.round((progress ?? 0) * 100)} %`),
    ...when(doing, `${doing}`),
    ...when(current_file, `in ${current_file}`),
    ...when(reason ?? error_message, `because ${reason ?? error_message}`),
    ...when(tokens_used, `${tokens_used} tokens`),
  ];
  return [`${agent_id} ${status}`, ...parts].join(', ');
}

export const renderInbox = (items: readonly InboxItem[]): string =>
  items
    .map(
      (item) =>
        `${item.item_id} of ${item.agent_id ?? 'nobody'}: ${'task_title' in item ? item.task_title : item.kind}`,
    )
    .join('\n');

/** Text of a test: without the indentation that it has in the code. */
export function dedent(strings: TemplateStringsArray): string {
  const lines = strings
    .join('')
    .replace(/^\n|\n *$/g, '')
    .split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(depth)).join('\n');
}
