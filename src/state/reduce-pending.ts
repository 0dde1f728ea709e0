import type { EventOf } from '../contract/event.ts';
import { type LifecycleEvent, isBeginning, isLive, isOtherProcess, statusAfter } from './agent.ts';
import { type Change, NOTHING, ignore } from './change.ts';
import { deliverMessages } from './messages.ts';
import { type TaskState, isEnded } from './task.ts';

const isKnown = (id: string, ...lists: readonly (readonly { readonly question_id: string }[])[]): boolean =>
  lists.some((list) => list.some((item) => item.question_id === id));

const decidedBy = ({ decision, user_id }: TaskState['decided_permissions'][number]): string =>
  `was ${decision === 'allow' ? 'allowed' : 'denied'} already by ${user_id}`;

/** An agent asks, a person answers; the first answer counts. */
export function onPending(
  task: TaskState,
  event: EventOf<
    | 'question.asked'
    | 'permission.requested'
    | 'permission.withdrawn'
    | 'user.answered_question'
    | 'user.decided_permission'
  >,
): Change {
  const asked = { agent_id: event.source_agent_id, at: event.timestamp };
  switch (event.type) {
    case 'question.asked':
      if (isEnded(task.phase)) return ignore(`a question came in phase ${task.phase}`);
      if (isKnown(event.data.question_id, task.questions, task.answers))
        return ignore(`question ${event.data.question_id} was asked already`);
      return { questions: [...task.questions, { ...event.data, ...asked }], cause_id: event.id };
    case 'permission.requested':
      if (isEnded(task.phase)) return ignore(`a request came in phase ${task.phase}`);
      if (task.permissions.some((item) => item.request_id === event.data.request_id))
        return ignore(`request ${event.data.request_id} is open already`);
      return { permissions: [...task.permissions, { ...event.data, ...asked }] };
    case 'permission.withdrawn': {
      const { request_id } = event.data;
      const permissions = task.permissions.filter((item) => item.request_id !== request_id);
      return permissions.length === task.permissions.length
        ? ignore(`request ${request_id} is not open`)
        : { permissions };
    }
    case 'user.answered_question': {
      const { question_id, answer, user_id } = event.data;
      const question = task.questions.find((item) => item.question_id === question_id);
      if (!question) {
        const settled = task.answers.find((item) => item.question_id === question_id);
        const why = settled ? `was answered already by ${settled.user_id}` : 'is not open';
        return ignore(`question ${question_id} ${why}`);
      }
      return {
        questions: task.questions.filter((item) => item !== question),
        answers: [
          ...task.answers,
          { question_id, question: question.question, answer, user_id, at: event.timestamp },
        ],
        cause_id: event.id,
      };
    }
    case 'user.decided_permission': {
      const { request_id, decision, user_id } = event.data;
      const permissions = task.permissions.filter((item) => item.request_id !== request_id);
      if (permissions.length === task.permissions.length) {
        const settled = task.decided_permissions.findLast((item) => item.request_id === request_id);
        return ignore(`request ${request_id} ${settled ? decidedBy(settled) : 'is not open'}`);
      }
      const decided = { request_id, decision, user_id, at: event.timestamp };
      return { permissions, decided_permissions: [...task.decided_permissions, decided] };
    }
  }
}

/** The agent's requests end with it: nobody is left to hear the decision. Its questions stay: the answer still helps the task. */
function dropPermissions(task: TaskState, agentId: string): Change {
  const permissions = task.permissions.filter((item) => item.agent_id !== agentId);
  return permissions.length === task.permissions.length ? NOTHING : { permissions };
}

/** What became of an agent, as far as it concerns what the agent waits for. */
export function onLifecycle(task: TaskState, event: LifecycleEvent): Change {
  const { agent_id, process } = event.data;
  if (!isBeginning(event) && isOtherProcess(process, task.processes[agent_id])) return NOTHING;
  const processes = process ? { ...task.processes, [agent_id]: process } : task.processes;
  // A new process knows nothing of what an older one asked.
  const isGone = !isLive(statusAfter(event)) || event.type === 'agent.started';
  const told = event.type === 'agent.invoked' ? deliverMessages(task, event.data.message_ids) : NOTHING;
  return { processes, ...told, ...(isGone ? dropPermissions(task, agent_id) : NOTHING) };
}
