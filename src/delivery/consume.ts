import { LineclearError, hasCode } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { LogBackend } from '../log/log.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { RETRY_DELAYS_MS } from './retry-schedule.ts';
import { type Delivery, WorkerGroup, type WorkerOptions } from './worker-group.ts';

export interface HandlerContext {
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the delivery is in other hands, or the worker is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Handles one event: a return is success; what it throws is kept, and the event comes again or is parked: at once for
 * the error `delivery_rejected`, which says that no further try would help. `handler_not_startable` says that it is no fault
 * of the event: it is given back, and the work ends.
 */
export type Handler = (event: AgentEvent, context: HandlerContext) => Promise<void> | void;

/** How one try ended. `retry`: it comes again; `given_back`: it was not tried to its end, somebody else gets it. */
type Outcome = 'handled' | 'retry' | 'parked' | 'given_back';

export interface ConsumeOptions extends WorkerOptions {
  /** Ends the work: nothing more is taken, and what is not handled in time is given back. */
  readonly signal: AbortSignal;
  /** Events at once; default 1. */
  readonly concurrency?: number;
  /** How long handlers have to come to an end when it is to stop, in milliseconds; default 10,000. */
  readonly graceMs?: number;
  /** Told how each try ended, once that is stored. */
  readonly onEnded?: (event: AgentEvent, outcome: Outcome, error?: unknown) => void;
}

interface Running {
  readonly delivery: Delivery;
  readonly stop: AbortController;
  /** Settled once the group knows how it ended. */
  ended: Promise<void>;
}

/**
 * Hands each event of the log to one worker of the group. A handler that fails gets the event again after 1, 4 and 16
 * seconds; then the event is a dead letter. At least once: a worker that dies after its work and before it said so
 * leaves the event to another one, so let handlers be idempotent by `event.id`.
 * While the server of the log is away it waits, and tells the group then what was handled meanwhile.
 * Resolves when the signal is aborted and everything is ended or given back. Rejects with `group_stopped` when the group
 * stops at a dead letter, with `group_cut_off`, with `handler_not_startable`, and with the errors of the log: with `log_unreachable` only
 * when it is to stop while the server is away, so that the group was not told of what was handled last.
 */
export async function consume(backend: LogBackend, options: ConsumeOptions, handler: Handler): Promise<void> {
  const { signal, concurrency = 1, graceMs = 10_000, visibilityMs = 60_000, onEnded } = options;
  const group = new WorkerGroup(backend, options);
  const running = new Set<Running>();
  /** For so many more events there is a handler; one that went well is free while the group is still being told of it. */
  let free = concurrency;
  let changed = Promise.withResolvers<void>();
  const failed = new AbortController();
  const stopping = AbortSignal.any([signal, failed.signal]);
  const tell: Tell = (work) => whenReachable(work, stopping);

  function start(delivery: Delivery): void {
    const stop = new AbortController();
    const run: Running = { delivery, stop, ended: Promise.resolve() };
    free -= 1;
    let isFree = false;
    const leave = () => {
      if (isFree) return;
      isFree = true;
      free += 1;
      changed.resolve();
    };
    run.ended = handle(group, handler, delivery, { signal: stop.signal, tell, handled: leave })
      .then(({ outcome, error }) => onEnded?.(delivery.event, outcome, error))
      .catch((error: unknown) => failed.abort(error))
      .finally(() => {
        running.delete(run);
        leave();
      });
    running.add(run);
  }

  async function stayAlive(): Promise<void> {
    const runs = [...running];
    const kept = await group.extend(runs.map(({ delivery }) => delivery));
    for (const [index, run] of runs.entries()) if (!kept[index]) run.stop.abort();
  }

  stopping.addEventListener('abort', () => changed.resolve());
  const heartbeat = setInterval(() => {
    if (running.size === 0) return;
    // A server that is away hands nothing to others either.
    void stayAlive().catch((error: unknown) => hasCode(error, 'log_unreachable') || failed.abort(error));
  }, visibilityMs / 3);
  try {
    while (!stopping.aborted) {
      if (free <= 0) {
        await changed.promise;
        changed = Promise.withResolvers();
        continue;
      }
      const deliveries = await tell(() => group.claim(free, stopping)).catch((error: unknown) => {
        if (!stopping.aborted) throw error;
      });
      if (deliveries?.length === 0) {
        throw new LineclearError(
          'group_stopped',
          `Group '${options.group}' stopped at an event that it could not handle.`,
        );
      }
      for (const delivery of deliveries ?? []) start(delivery);
    }
  } finally {
    await windDown(running, graceMs);
    clearInterval(heartbeat);
  }
  if (failed.signal.aborted) throw failed.signal.reason;
}

/** Tells the group something, as soon as it can be told. */
type Tell = <T>(work: () => Promise<T>) => Promise<T>;

/** A try takes as long as the backend is patient; this is for one that has no patience. In milliseconds. */
const PAUSE_MS = 100;

/** Does the work again while the server is away, until `stopping`: then it is tried once more. It must be safe to repeat. */
async function whenReachable<T>(work: () => Promise<T>, stopping: AbortSignal): Promise<T> {
  for (;;) {
    const isLast = stopping.aborted;
    try {
      return await work();
    } catch (error) {
      if (isLast || !hasCode(error, 'log_unreachable')) throw error;
    }
    await wait(PAUSE_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Lets what runs come to its end, and after a while tells it to. */
async function windDown(running: ReadonlySet<Running>, graceMs: number): Promise<void> {
  const impatience = setTimeout(() => {
    for (const { stop } of running) stop.abort();
  }, graceMs);
  await Promise.all([...running].map(({ ended }) => ended));
  clearTimeout(impatience);
}

interface HandlingOptions {
  readonly signal: AbortSignal;
  readonly tell: Tell;
  readonly handled: () => void;
}

/**
 * Lets the handler try, and tells the group how it ended. `handled` is called before that when it went well: what follows
 * a failure may depend on it.
 */
async function handle(
  group: WorkerGroup,
  handler: Handler,
  delivery: Delivery,
  { signal, tell, handled }: HandlingOptions,
): Promise<{ outcome: Outcome; error?: unknown }> {
  const { event, attempt } = delivery;
  try {
    await whileNotAborted(signal, async () => handler(event, { attempt, signal }));
  } catch (error) {
    const isBroken = hasCode(error, 'handler_not_startable');
    if (signal.aborted || isBroken) {
      await tell(() => group.giveBack(delivery));
      if (isBroken) throw error;
      return { outcome: 'given_back' };
    }
    const delay = RETRY_DELAYS_MS[attempt - 1];
    const rejected = hasCode(error, 'delivery_rejected');
    if (delay === undefined || rejected) {
      await tell(() => group.park(delivery, rejected ? 'rejected' : 'handler_failed', error));
      return { outcome: 'parked', error };
    }
    await tell(() => group.retry(delivery, delay, error));
    return { outcome: 'retry', error };
  }
  handled();
  await tell(() => group.ack(delivery));
  return { outcome: 'handled' };
}

/** A handler that does not listen to its signal is not waited for. */
async function whileNotAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
