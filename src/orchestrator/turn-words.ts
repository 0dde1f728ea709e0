import { messagesFor } from '../state/messages.ts';
import type { TaskState } from '../state/task.ts';
import type { AgentSlot, SlotPrompt } from './agent-slot.ts';
import type { Turn } from './decide.ts';
import { messagePrompt, repeatPrompt, turnPrompt } from './prompts.ts';

/** The prompts of a task's turns; knows what each agent was told already. */
export interface TurnWords {
  /** For an agent that knows nothing yet. */
  whole(task: TaskState, turn: Turn, slot: AgentSlot): SlotPrompt;
  /** For one whose answer could not be used. */
  repeated(task: TaskState, turn: Turn, slot: AgentSlot, problem: string): SlotPrompt;
  /** What people said since the agent was told; undefined when there is nothing. */
  news(task: TaskState, turn: Turn, slot: AgentSlot): SlotPrompt | undefined;
}

export function createTurnWords(): TurnWords {
  /** How many of the task's contexts an agent has been told. */
  const contextsTold = new WeakMap<AgentSlot, number>();

  function whole(task: TaskState, turn: Turn, slot: AgentSlot): SlotPrompt {
    contextsTold.set(slot, task.contexts.length);
    const messageIds = messagesFor(task, slot.agentId).map(({ id }) => id);
    return { text: turnPrompt(task, turn, slot.agentId), messageIds };
  }

  return {
    whole,
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
