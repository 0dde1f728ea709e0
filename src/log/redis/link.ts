import { setTimeout as sleep } from 'node:timers/promises';
import { LineclearError } from '../../contract/errors.ts';
import type { ConnectionState } from '../log.ts';
import { type Client, retryDelay } from './client.ts';
import { isNoSentinel, isPassing, toLogError } from './redis-error.ts';

export interface LinkOptions {
  readonly client: Client;
  /** As it may be shown. */
  readonly address: string;
  /** How long work waits for a connection and an answer before `log_unreachable`, in milliseconds. */
  readonly timeoutMs: number;
  /** Called with each new connection before anything else is sent; what it throws ends the link for good. */
  readonly greet?: (client: Client) => Promise<void>;
}

/** One connection that comes back. */
export interface Link {
  /** Connects. Rejects with the first thing that is in the way, and does not try again; {@link run} does. */
  open(): Promise<void>;
  /**
   * Does work, and does it again after a loss of the connection, so it must be safe to repeat. Nothing is sent any more
   * when it has rejected: `log_unreachable`, `log_denied`, `log_full`, `log_readonly`, `log_replaced`, `log_closed` …
   */
  run<T>(work: (client: Client) => Promise<T>, options?: { readonly patient?: boolean }): Promise<T>;
  readonly state: ConnectionState;
  /** Calls the listener with each change of {@link state}; returns how to stop that. */
  onState(listener: (state: ConnectionState) => void): () => void;
  close(): void;
}

export function createLink({ client, address, timeoutMs, greet }: LinkOptions): Link {
  const listeners = new Set<(state: ConnectionState) => void>();
  let usable = Promise.withResolvers<void>();
  let state: ConnectionState = { connected: false, address, since: new Date() };
  let lastError: unknown = new Error('not connected yet');
  /** What the server refuses of a connection while that is made: user, password, database. */
  let refusal: LineclearError | undefined;
  let ended: LineclearError | undefined;

  function become(next: Pick<ConnectionState, 'connected' | 'cause'>): void {
    if (state.connected === next.connected && state.cause === next.cause) return;
    state = { ...next, address, since: state.connected === next.connected ? state.since : new Date() };
    for (const listener of listeners) listener(state);
  }

  /** Rejects who waits for a connection; who comes later waits for the next try. */
  function refuse(reason: LineclearError): void {
    usable.promise.catch(() => undefined);
    usable.reject(reason);
    usable = Promise.withResolvers();
    become({ connected: false, cause: reason.message });
  }

  function end(reason: LineclearError): void {
    if (ended) return;
    ended = reason;
    refuse(reason);
    client.disconnect();
  }

  client.on('error', (error: unknown) => {
    lastError = error;
    if (!isPassing(error)) refusal = toLogError(error, address);
  });
  client.on('close', () => {
    if (refusal) return refuse(refusal);
    if (state.connected) usable = Promise.withResolvers();
    become({ connected: false, cause: toLogError(lastError, address).message });
  });
  client.on('connect', () => {
    refusal = undefined;
  });
  client.on('ready', () => {
    // ioredis goes on with database 0 when the one that was asked for is refused.
    if (refusal) return client.disconnect(true);
    void (greet?.(client) ?? Promise.resolve()).then(
      () => {
        lastError = new Error('the connection was closed');
        usable.resolve();
        become({ connected: true });
      },
      (error: unknown) => {
        if (isPassing(error)) client.disconnect(true);
        else end(toLogError(error, address));
      },
    );
  });

  /** Waits for a connection until the deadline, in the time of `performance.now()`. */
  async function connected(deadline: number): Promise<void> {
    if (ended) throw ended;
    if (state.connected) return;
    if (client.status === 'wait') client.connect().catch(() => undefined);
    if (deadline === Infinity) return await usable.promise;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(lastError), Math.max(0, deadline - performance.now()));
    try {
      await Promise.race([usable.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get state() {
      return state;
    },

    async open() {
      const first = usable.promise;
      const astray = Promise.withResolvers<never>();
      client.on('error', (error: unknown) => isNoSentinel(error) && astray.reject(error));
      try {
        await Promise.race([client.connect(), astray.promise]);
        await Promise.race([first, astray.promise]);
      } catch (error) {
        const cause = ended ?? refusal ?? toLogError(lastError ?? error, address);
        end(cause);
        throw cause;
      }
    },

    async run(work, { patient = false } = {}) {
      const deadline = patient ? Infinity : performance.now() + timeoutMs;
      for (let tries = 1; ; tries += 1) {
        try {
          await connected(deadline);
          return await work(client);
        } catch (error) {
          if (ended) throw ended;
          if (!isPassing(error) || performance.now() >= deadline) throw toLogError(error, address);
        }
        await sleep(retryDelay(tries) / 10);
      }
    },

    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    close: () => end(new LineclearError('log_closed', `The log at ${address} is closed.`)),
  };
}
