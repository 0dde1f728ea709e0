import { messagesFor } from '../state/messages.ts';
import type { TaskState } from '../state/task.ts';
import type { AgentSlot, SlotPrompt } from './agent-slot.ts';
import type { Turn } from './decide.ts';
import { answerPrompt, messagePrompt, repeatPrompt, turnPrompt } from './prompts.ts';

/** The prompts of a task's turns; knows what each agent was told already. */
export interface TurnWords {
  /** What a turn begins with: everything, or the answer to what the agent asked at the end of its last one. */
  first(task: TaskState, turn: Turn, slot: AgentSlot): SlotPrompt;
  /** The answer of the agent was a question. */
  asked(slot: AgentSlot, questionId: string): void;
  /** For one whose answer could not be used. */
  repeated(task: TaskState, turn: Turn, slot: AgentSlot, problem: string): SlotPrompt;
  /** What people said since the agent was told; undefined when there is nothing. */
  news(task: TaskState, turn: Turn, slot: AgentSlot): SlotPrompt | undefined;
}

export function createTurnWords(): TurnWords {
  /** How many of the task's contexts an agent has been told. */
  const contextsTold = new WeakMap<AgentSlot, number>();
  /** The question that an agent's last answer was, and the only one that knows what was asked of it. */
  let open: { readonly slot: AgentSlot; readonly questionId: string } | undefined;

  /** For an agent that knows nothing yet. */
  function whole(task: TaskState, turn: Turn, slot: AgentSlot): SlotPrompt {
    contextsTold.set(slot, task.contexts.length);
    const messageIds = messagesFor(task, slot.agentId).map(({ id }) => id);
    return { text: turnPrompt(task, turn, slot.agentId), messageIds };
  }

  return {
    first(task, turn, slot) {
      const questionId = open?.slot === slot ? open.questionId : undefined;
      open = undefined;
      const answered = task.answers.find((answer) => answer.question_id === questionId);
      return answered && slot.remembers
        ? { text: answerPrompt(answered.question, answered.answer), messageIds: [] }
        : whole(task, turn, slot);
    },
    asked(slot, questionId) {
      open = { slot, questionId };
    },
    repeated(task, turn, slot, problem) {
      const again = repeatPrompt(problem);
      if (slot.remembers) return { text: again, messageIds: [] };
      const { text, messageIds } = whole(task, turn, slot);
      return { text: `${text}\n\n${again}`, messageIds };
    },
    news(task, turn, slot) {
      const messages = messagesFor(task, slot.agentId).filter(({ is_delivered }) => !is_delivered);
      const contexts = task.contexts.slice(contextsTold.get(slot) ?? 0);
      if (messages.length === 0 && contexts.length === 0) return undefined;
      if (!slot.remembers) return { ...whole(task, turn, slot), isMessage: true };
      contextsTold.set(slot, task.contexts.length);
      const text = messagePrompt(
        messages.map((message) => message.text),
        contexts,
      );
      return { text, messageIds: messages.map(({ id }) => id), isMessage: true };
    },
  };
}
