import { hasCode } from '../contract/errors.ts';
import type { EventLog } from '../log/log.ts';
import { subscribe } from '../log/subscribe.ts';
import { MEMORY_TYPES } from '../state/memory.ts';
import type { MemoryFollower } from './follower.ts';
import type { MemoryHandler, MemoryType, Subscribers } from './subscribers.ts';

/** Keeps the memory up to date as long as somebody has subscribed. */
export class Following {
  readonly #log: EventLog;
  readonly #follower: MemoryFollower;
  readonly #subscribers: Subscribers;
  readonly #onError: (error: unknown) => void;
  #current: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  /** `onError` hears what ends it: an error of the log. */
  constructor(
    log: EventLog,
    follower: MemoryFollower,
    subscribers: Subscribers,
    onError: (error: unknown) => void,
  ) {
    this.#log = log;
    this.#follower = follower;
    this.#subscribers = subscribers;
    this.#onError = onError;
  }

  /** Returns how to unsubscribe. */
  add<T extends MemoryType>(types: readonly T[], handler: MemoryHandler<T>): () => void {
    const remove = this.#subscribers.add(types, handler);
    this.#current ??= this.#begin();
    return () => {
      remove();
      if (this.#subscribers.size === 0) this.#stop();
    };
  }

  /** Ends all subscriptions. */
  async close(): Promise<void> {
    this.#subscribers.clear();
    const ended = this.#current?.ended;
    this.#stop();
    await ended;
  }

  #stop(): void {
    this.#current?.stop.abort();
    this.#current = undefined;
  }

  #begin() {
    const stop = new AbortController();
    return { stop, ended: this.#follow(stop.signal).catch(this.#onError) };
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const options = { after: this.#follower.state.position, types: MEMORY_TYPES, signal };
      try {
        // Only woken up by it: refresh reads what others may have read already.
        for await (const _ of subscribe(this.#log, options)) await this.#follower.refresh();
      } catch (error) {
        // Each try waits for the server for a while.
        if (!hasCode(error, 'log_unreachable')) throw error;
      }
    }
  }
}
