import { quoted as quotedTo } from './shorten.ts';
import { type ChunkState, type TaskState, currentPlan } from './task.ts';

/** What stands in the second list and not in the first, by identity of what matters. */
const fresh = <T>(before: readonly T[], after: readonly T[], idOf: (item: T) => string): readonly T[] => {
  const known = new Set(before.map(idOf));
  return after.filter((item) => !known.has(idOf(item)));
};

const change = (name: string, before: unknown, after: unknown): string[] =>
  before === after ? [] : [`${name}: ${String(before)} → ${String(after)}`];

const quoted = (text: string): string => quotedTo(text, 80);

function planLines(before: TaskState, after: TaskState): string[] {
  const ready = fresh(before.plans, after.plans, (plan) => String(plan.revision));
  const decided = fresh(
    before.plans.filter((plan) => plan.decision),
    after.plans.filter((plan) => plan.decision),
    (plan) => String(plan.revision),
  );
  return [
    ...ready.map(({ revision, planner_id }) => `plan: revision ${revision} by ${planner_id}`),
    ...decided.flatMap(({ revision, decision }) =>
      decision ? [`plan: revision ${revision}: ${decision.verdict} by ${decision.user_id}`] : [],
    ),
  ];
}

function chunkLine(number: number, before: ChunkState | undefined, after: ChunkState): string[] {
  const name = `chunk ${number} ${quoted(after.title)}`;
  if (!before) return [`${name}: new`];
  if (before.status === after.status && before.attempt === after.attempt) return [];
  const attempt = after.attempt > 1 && after.status === 'running' ? ` (attempt ${after.attempt})` : '';
  const why = after.status === 'failed' && after.error_message ? `: ${after.error_message}` : '';
  return [`${name}: ${before.status} → ${after.status}${attempt}${why}`];
}

function chunkLines(before: TaskState, after: TaskState): string[] {
  // Chunks of another plan are other chunks, although they stand at the same places.
  const samePlan = before.revision === after.revision && currentPlan(before) !== undefined;
  const old = samePlan ? before.chunks : [];
  return after.chunks.flatMap((chunk, index) => chunkLine(index + 1, old[index], chunk));
}

function talkLines(before: TaskState, after: TaskState): string[] {
  const questions = fresh(before.questions, after.questions, (item) => item.question_id);
  const answers = fresh(before.answers, after.answers, (item) => item.question_id);
  const requests = fresh(before.permissions, after.permissions, (item) => item.request_id);
  const decisions = after.decided_permissions.slice(before.decided_permissions.length);
  const settled = new Set(decisions.map((item) => item.request_id));
  const dropped = fresh(after.permissions, before.permissions, (item) => item.request_id);
  return [
    ...questions.map((item) => `question of ${item.agent_id}: ${quoted(item.question)}`),
    ...answers.map((item) => `answer of ${item.user_id} to ${quoted(item.question)}: ${quoted(item.answer)}`),
    ...requests.map((item) => `${item.agent_id} asks for permission: ${quoted(item.title)}`),
    ...decisions.map((item) => `permission ${item.request_id}: ${item.decision} by ${item.user_id}`),
    ...dropped
      .filter((item) => !settled.has(item.request_id))
      .map((item) => `${item.agent_id} does not wait for permission any more: ${quoted(item.title)}`),
    ...after.contexts.slice(before.contexts.length).map((text) => `context: ${quoted(text)}`),
  ];
}

function endLines(before: TaskState, after: TaskState): string[] {
  const { parked, failure, cancelled, summary } = after;
  return [
    ...(parked && parked !== before.parked ? [`parked: ${parked.reason}`] : []),
    ...(before.parked && !parked ? ['not parked any more'] : []),
    ...(failure && !before.failure ? [`failed: ${failure.error_message}`] : []),
    ...(cancelled && !before.cancelled ? [`cancelled by ${cancelled.user_id}`] : []),
    ...(cancelled?.stopped && !before.cancelled?.stopped ? ['everything of it has ended'] : []),
    ...(summary && summary !== before.summary ? [`summary: ${quoted(summary)}`] : []),
  ];
}

function figureLines(before: TaskState, after: TaskState): string[] {
  const files = fresh(before.changed_files, after.changed_files, (file) => file);
  const ignored = after.ignored.count - before.ignored.count;
  return [
    ...(files.length > 0 ? [`files: ${files.map((file) => `+${file}`).join(' ')}`] : []),
    ...change('tokens', before.tokens_used, after.tokens_used),
    ...change('cost', `$${before.cost_usd.toFixed(2)}`, `$${after.cost_usd.toFixed(2)}`),
    ...(ignored > 0 && after.ignored.last
      ? [`ignored: ${ignored} more, the last ${after.ignored.last.type}: ${after.ignored.last.reason}`]
      : []),
  ];
}

/** What changed between two states of one task, the earlier first, in lines for a person; none when nothing did. */
export function diffTask(before: TaskState | undefined, after: TaskState | undefined): string[] {
  if (!after) return [];
  if (!before) return [`created: ${quoted(after.title)} by ${after.created_by}, ${after.phase}`];
  if (before === after) return [];
  return [
    ...change('phase', before.phase, after.phase),
    ...change('revision', before.revision, after.revision),
    ...change('review round', before.review_round, after.review_round),
    ...change('retries', before.retries, after.retries),
    ...planLines(before, after),
    ...chunkLines(before, after),
    ...talkLines(before, after),
    ...endLines(before, after),
    ...figureLines(before, after),
  ];
}
