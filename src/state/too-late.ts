import { formatTime } from './time-format.ts';
import { type TaskState, decidedAlready } from './task.ts';

/** ` on 20 Nov at 14:05`, by the clock of this machine; nothing for what is no time. */
function when(timestamp: string): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return '';
  return ` on ${formatTime(date, 'shortDay')} at ${formatTime(date, 'minute')}`;
}

/** Why a decision about a revision comes too late: who decided, and when. */
export function planTooLate(task: TaskState, revision: number): string {
  const decision = task.plans.find((plan) => plan.revision === revision)?.decision;
  return `No effect: ${decidedAlready(task, revision)}${decision ? when(decision.at) : ''}.`;
}

/** Who answered a question, if somebody did. */
export function questionTooLate({ answers }: TaskState, questionId: string | undefined): string | undefined {
  const answer = answers.find((item) => item.question_id === questionId);
  return answer && `No effect: the question was answered by ${answer.user_id}${when(answer.at)}.`;
}

/** Who decided a permission, if somebody did. */
export function permissionTooLate(task: TaskState, requestId: string | undefined): string | undefined {
  const decided = task.decided_permissions.findLast((item) => item.request_id === requestId);
  if (!decided) return undefined;
  const verdict = decided.decision === 'allow' ? 'allowed' : 'denied';
  return `No effect: the permission was ${verdict} by ${decided.user_id}${when(decided.at)}.`;
}
