import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import type { Evidence } from '../contract/events/evidence.ts';
import type { Question, TurnResult } from '../agents/agent.ts';
import { shorten } from '../state/shorten.ts';
import type { TaskState } from '../state/task.ts';
import { MESSAGE, TITLE, lastWords, somePaths } from './bounds.ts';
import { limitedTurn } from './limited.ts';
import { planTooLong } from './plan-size.ts';
import { isWorthRetrying } from './retry.ts';
import type { OrchestratorSettings } from './settings.ts';
import { type Answer, parsePlan, parseReview, parseWork } from './answers.ts';
import type { LabelledBody, Turn } from './decide.ts';

/** What a turn came to: events to append, or a problem that the agent is asked to mend. */
export type Conclusion =
  | { readonly kind: 'append'; readonly append: readonly LabelledBody[] }
  | { readonly kind: 'repeat'; readonly problem: string };

const append = (label: string, body: LabelledBody['body']): Conclusion => ({
  kind: 'append',
  append: [{ label, body }],
});

/** One label per turn: a turn has one result, whoever reports it how often. */
const labelOf = (turn: Turn): string => {
  switch (turn.purpose) {
    case 'plan':
      return `plan:${turn.revision}`;
    case 'chunk':
      return `chunk:${turn.index}:${turn.attempt}:done`;
    case 'review':
      return `review:${turn.round}`;
  }
};

const titleOf = (task: TaskState, index: number): string => shorten(task.chunks[index]?.title ?? '', TITLE);

/** The question gets its id from the answers before it, so that each question of a turn is another one. */
const ask = (task: TaskState, turn: Turn, question: Question): Conclusion =>
  append(`${labelOf(turn)}:question:${task.answers.length}`, {
    type: 'question.asked',
    data: { ...question, question_id: `${task.task_id}:${task.answers.length + 1}` },
  });

function settle<T>(
  task: TaskState,
  turn: Turn,
  answer: Answer<T>,
  take: (value: T) => Conclusion,
): Conclusion {
  switch (answer.kind) {
    case 'answer':
      return take(answer.answer);
    case 'question':
      return task.interactive
        ? ask(task, turn, answer.question)
        : {
            kind: 'repeat',
            problem: 'nobody can answer questions; decide by yourself and say what you decided',
          };
    case 'unusable':
      return { kind: 'repeat', problem: answer.problem };
  }
}

/**
 * What a finished turn comes to by what was said in it. Pure. `files`: what the agent told that it changed; `evidence`: what the
 * host saw, which counts where there is any.
 */
export function concludeTurn(
  task: TaskState,
  turn: Turn,
  { text, leftOut }: Pick<TurnResult, 'text' | 'leftOut'>,
  files: readonly string[],
  evidence?: Evidence,
): Conclusion {
  const label = labelOf(turn);
  switch (turn.purpose) {
    case 'plan': {
      const answer = parsePlan(text);
      const cut = answer.kind === 'question' ? undefined : leftOut && planTooLong(text, leftOut);
      if (cut) return { kind: 'repeat', problem: cut };
      return settle(task, turn, answer, (plan) => {
        const data = { revision: turn.revision, ...plan };
        const problem = planTooLong(data);
        return problem === undefined
          ? append(label, { type: 'plan.ready', data })
          : { kind: 'repeat', problem };
      });
    }
    case 'chunk':
      return settle(task, turn, parseWork(text), (summary) => {
        const { index, attempt } = turn;
        const title = titleOf(task, index);
        const isSeen = evidence !== undefined && evidence.observed_by !== 'none';
        const changed = isSeen ? evidence.files.map(({ file_path }) => file_path) : files;
        const told = { summary: lastWords(summary), files: somePaths(changed) };
        return append(label, { type: 'chunk.completed', data: { index, title, attempt, ...told, evidence } });
      });
    case 'review':
      return settle(task, turn, parseReview(text), (review) => {
        const data = { from_role: 'reviewer', to_role: 'coder', round: turn.round } as const;
        return review.verdict === 'approved'
          ? append(label, {
              type: 'handoff.validated',
              data: { ...data, summary: lastWords(review.summary) },
            })
          : append(label, { type: 'handoff.rejected', data: { ...data, findings: review.findings } });
      });
  }
}

const OUTCOMES = {
  cancelled: 'stopped the turn',
  refused: 'refused',
  limit: 'reached a limit of its turn',
} as const;

/** The error of a turn that the agent did not complete. `text`: what it said. */
export function incompleteTurn(
  agentId: string,
  outcome: keyof typeof OUTCOMES,
  text: string,
): LineclearError {
  const code = outcome === 'refused' ? 'agent_refused' : 'agent_failed';
  return new LineclearError(code, `${agentId} ${OUTCOMES[outcome]}${text ? `: ${text.slice(-500)}` : '.'}`);
}

/**
 * What a turn that could not be finished comes to: another try, or else the end until a person decides. Pure.
 * `now`: milliseconds since 1970.
 */
export function failTurn(
  task: TaskState,
  turn: Turn,
  error: unknown,
  settings: Pick<OrchestratorSettings, 'retryDelays' | 'agents' | 'roles'>,
  now: number,
): readonly LabelledBody[] {
  if (hasCode(error, 'rate_limited')) return limitedTurn(task, turn.role, error, settings, now);
  const { retryDelays } = settings;
  const error_message = shorten(messageOf(error), MESSAGE);
  const { code: error_code, next } =
    error instanceof LineclearError ? error : { code: undefined, next: undefined };
  const label = `${labelOf(turn)}:failed`;
  const delay = isWorthRetrying(error) ? retryDelays[task.failed_tries] : undefined;
  const retry: readonly LabelledBody[] =
    delay === undefined
      ? []
      : [
          {
            label: `${labelOf(turn)}:retry`,
            body: {
              type: 'task.parked',
              data: {
                kind: 'retry',
                reason: error_message,
                until: new Date(now + delay * 1000).toISOString(),
              },
            },
          },
        ];
  if (turn.purpose === 'chunk') {
    const { index, attempt } = turn;
    const title = titleOf(task, index);
    const data = { index, title, attempt, error_message, error_code };
    return [{ label, body: { type: 'chunk.failed', data } }, ...retry];
  }
  if (retry.length > 0) return retry;
  return [{ label, body: { type: 'task.failed', data: { error_message, error_code, next } } }];
}
