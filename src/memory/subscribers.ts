import type { AgentEvent } from '../contract/event.ts';
import type { MEMORY_TYPES } from '../state/memory.ts';

export type MemoryType = (typeof MEMORY_TYPES)[number];
export type MemoryHandler<T extends MemoryType> = (
  event: Extract<AgentEvent, { type: T }>,
) => void | Promise<void>;

type Subscriber = (event: AgentEvent) => void | Promise<void>;

/** Who wants to hear of events, each in its own queue: a slow or failing one holds up neither a write nor another one. */
export class Subscribers {
  readonly #subscribers = new Map<symbol, { readonly call: Subscriber; queue: Promise<void> }>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** Returns how to unsubscribe; from then on it is not called any more, not even with what waits for it. */
  add<T extends MemoryType>(types: readonly T[], handler: MemoryHandler<T>): () => void {
    const key = Symbol('subscriber');
    const isWanted = (event: AgentEvent): event is Extract<AgentEvent, { type: T }> =>
      types.some((type: string) => type === event.type);
    const call = (event: AgentEvent) => (isWanted(event) ? handler(event) : undefined);
    this.#subscribers.set(key, { call, queue: Promise.resolve() });
    return () => void this.#subscribers.delete(key);
  }

  tell(events: readonly AgentEvent[]): void {
    for (const [key, subscriber] of this.#subscribers) {
      for (const event of events) {
        subscriber.queue = subscriber.queue
          .then(() => (this.#subscribers.has(key) ? subscriber.call(event) : undefined))
          .catch(this.#onError);
      }
    }
  }

  clear(): void {
    this.#subscribers.clear();
  }
}
