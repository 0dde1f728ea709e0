import type { AgentEvent } from '../contract/event.ts';

/** Agents that wait in the middle of a turn, and what they wait for: a person's event with a certain id. */
export interface DecisionsAwaited {
  permission(requestId: string, signal: AbortSignal): Promise<'allow' | 'deny'>;
  answer(questionId: string, signal: AbortSignal): Promise<string>;
  /** Hands an event of the log to who waits for it. The first one counts. */
  settle(event: AgentEvent): void;
}

/** Registers under `id` until the value comes or the signal is aborted. */
function wait<T>(waiting: Map<string, (value: T) => void>, id: string, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(signal.reason);
  waiting.set(id, resolve);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return promise.finally(() => {
    waiting.delete(id);
    signal.removeEventListener('abort', onAbort);
  });
}

export function createDecisionsAwaited(): DecisionsAwaited {
  const permissions = new Map<string, (decision: 'allow' | 'deny') => void>();
  const answers = new Map<string, (answer: string) => void>();

  return {
    permission: (requestId, signal) => wait(permissions, requestId, signal),
    answer: (questionId, signal) => wait(answers, questionId, signal),
    settle(event) {
      if (event.type === 'user.decided_permission')
        permissions.get(event.data.request_id)?.(event.data.decision);
      if (event.type === 'user.answered_question') answers.get(event.data.question_id)?.(event.data.answer);
    },
  };
}
