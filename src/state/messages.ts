import type { Change } from './change.ts';
import type { PersonMessage, TaskState } from './task.ts';

/** The task's messages with one more at the end. */
export const addMessage = (
  task: TaskState,
  id: string,
  { text, user_id, agent_id }: Pick<PersonMessage, 'text' | 'user_id' | 'agent_id'>,
): readonly PersonMessage[] => [...task.messages, { id, text, user_id, agent_id, is_delivered: false }];

/** What is to be told to this agent. */
export const messagesFor = (task: TaskState, agentId: string): readonly PersonMessage[] =>
  task.messages.filter(({ agent_id }) => agent_id === undefined || agent_id === agentId);

/** A prompt passed these on. */
export function deliverMessages(task: TaskState, ids: readonly string[] = []): Change {
  if (ids.length === 0) return {};
  return {
    messages: task.messages.map((message) =>
      ids.includes(message.id) ? { ...message, is_delivered: true } : message,
    ),
  };
}

/** What is left when a turn is done: what was told in it is settled. */
export const messagesAfterTurn = (task: TaskState): readonly PersonMessage[] =>
  task.messages.filter((message) => !message.is_delivered);
