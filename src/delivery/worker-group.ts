import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventType } from '../contract/catalog.ts';
import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { ParkReason } from '../contract/events/workspace.ts';
import type { LogBackend, ReadQuery } from '../log/log.ts';
import { type Actor, DeadLetters, eventOf } from './dead-letters.ts';
import { GroupDocument } from './group-document.ts';
import { RETRY_DELAYS_MS } from './retry-schedule.ts';
import {
  type AfterParking,
  type Attempt,
  type Change,
  type Claim,
  type Fresh,
  type GroupState,
  type Outstanding,
  claim,
  extend,
  giveBack,
  nextDue,
  park,
  postpone,
  settle,
} from './group-state.ts';

export interface WorkerOptions {
  /** Letters, digits, `-` and `_`. Each event goes to one worker of the group. */
  readonly group: string;
  /** Names this worker; a random one by default. */
  readonly worker?: string;
  /** Only these; the same for all workers of a group. By default all but `delivery.*`, which speak of the groups. */
  readonly types?: readonly EventType[] | undefined;
  /** Where a group begins that does not exist yet: after this sequence. Default 0. */
  readonly after?: number;
  /** What happens to later events when one is parked. Default `continue`. */
  readonly afterParking?: AfterParking;
  /** How long a worker may be silent before another one gets its deliveries, in milliseconds; default 60,000. */
  readonly visibilityMs?: number;
  readonly actor: Actor;
}

/** An event in the hands of one worker. */
export interface Delivery extends Claim {
  readonly event: AgentEvent;
  readonly replayed: boolean;
  /** What went wrong before. */
  readonly failures: readonly Attempt[];
}

/** Milliseconds between two looks of a worker that waits: others may have given something back. */
const LOOK_AGAIN_MS = 1000;
/** New events that are read at once. */
const READ_AHEAD = 200;
/** Characters of an error that are kept of each try: the whole state of a group stays small. */
const MAX_ERROR = 1000;

/** Whether it is for a group without a list of types: what is said about groups would go round in circles. */
const isForAll = (event: AgentEvent): boolean => !event.type.startsWith('delivery.');

/** One worker of a group: takes events, each of which is in the hands of one worker at a time, and says what became of them. */
export class WorkerGroup {
  readonly worker: string;
  readonly #backend: LogBackend;
  readonly #options: WorkerOptions;
  readonly #document: GroupDocument;
  readonly #letters: DeadLetters;
  readonly #visibilityMs: number;
  readonly #afterParking: AfterParking;
  readonly #holder = randomUUID();
  /** Sequences of the deliveries that were given out here and of which the end is not stored. */
  readonly #inHand = new Set<number>();
  /** What was read ahead. */
  #ahead: Omit<Fresh, 'events'> & { readonly events: readonly AgentEvent[] } = {
    after: 0,
    until: 0,
    events: [],
  };

  constructor(backend: LogBackend, options: WorkerOptions) {
    this.worker = options.worker ?? randomUUID();
    this.#backend = backend;
    this.#options = options;
    this.#document = new GroupDocument(backend.documents, options.group, options.after);
    this.#letters = new DeadLetters(backend, options.actor);
    this.#visibilityMs = options.visibilityMs ?? 60_000;
    this.#afterParking = options.afterParking ?? 'continue';
  }

  /**
   * The next events for this worker, as soon as there are any, at most `limit`. Empty when the group has stopped.
   * Rejects with `group_cut_off` when the next events were removed from the log, with the signal's reason, and with the
   * errors of the log. One call at a time.
   */
  async claim(limit: number, signal: AbortSignal): Promise<Delivery[]> {
    let told: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      // What this process saw last will do to find work; that there is none is decided on what is stored.
      let taken = await this.#take(limit, told);
      told = undefined;
      if (taken.length === 0) {
        const head = await this.#backend.log.head();
        const { stopped_at } = await this.#document.read();
        if (stopped_at !== undefined) return [];
        taken = await this.#take(limit, head);
        if (taken.length === 0) told = await this.#somethingNew(head, signal);
      }
      const deliveries = await this.#prepare(taken);
      for (const { sequence } of deliveries) this.#inHand.add(sequence);
      if (deliveries.length > 0) return deliveries;
    }
  }

  /** It is handled. `false`: it was in other hands meanwhile, so it may be handled twice. */
  async ack(delivery: Delivery): Promise<boolean> {
    // First the letter: a replay without its letter is known to be done; the other way round it would stay for ever.
    if (delivery.replayed) await this.#letters.settle(this.#options.group, delivery.sequence, 'handled');
    return await this.#end(delivery, (state) => settle(state, delivery));
  }

  /** It failed; it comes again after `delayMs`. */
  async retry(delivery: Delivery, delayMs: number, error: unknown): Promise<boolean> {
    const failure = this.#failure(error);
    const due = this.#now() + delayMs;
    return await this.#end(delivery, (state) => postpone(state, delivery, due, failure));
  }

  /** It failed for good: it goes to the dead letters. */
  async park(delivery: Delivery, reason: ParkReason, error: unknown): Promise<boolean> {
    const { sequence, event, failures } = delivery;
    const place = { sequence, event_id: event.id, task_id: event.task_id };
    return await this.#park(delivery, place, reason, event, [...failures, this.#failure(error)]);
  }

  /** This worker is still at it. `false` for each that is in other hands meanwhile. */
  async extend(deliveries: readonly Delivery[]): Promise<boolean[]> {
    const until = this.#now() + this.#visibilityMs;
    return await Promise.all(
      deliveries.map((delivery) => this.#document.update((state) => extend(state, delivery, until))),
    );
  }

  /** This worker stops before it was tried: another one gets it at once. */
  async giveBack(delivery: Delivery): Promise<boolean> {
    return await this.#end(delivery, (state) => giveBack(state, delivery));
  }

  #now(): number {
    return this.#backend.now().getTime();
  }

  get #ordered(): boolean {
    return this.#afterParking !== 'continue';
  }

  #failure(error: unknown): Attempt {
    return {
      at: this.#backend.now().toISOString(),
      worker: this.worker,
      error: messageOf(error).slice(0, MAX_ERROR),
    };
  }

  async #take(limit: number, head: number | undefined): Promise<readonly Outstanding[]> {
    const request = {
      worker: this.worker,
      holder: { id: this.#holder, inHand: this.#inHand },
      now: this.#now(),
      visibilityMs: this.#visibilityMs,
      limit,
      ordered: this.#ordered,
      fresh: await this.#readAhead(limit, head),
    };
    return await this.#document.update((state) => claim(state, request));
  }

  /** The next events for the group after its position, at most `limit`; asks for the head only where it has to read on. */
  async #readAhead(limit: number, told: number | undefined): Promise<Fresh> {
    const { position } = await this.#document.recent();
    let head = told;
    const { types, after: beginning = 0 } = this.#options;
    // A group that has taken nothing yet begins with what is left; of any other it is told that events are lost.
    const truncatedAt = position === beginning ? Infinity : undefined;
    const known = position >= this.#ahead.after && position <= this.#ahead.until;
    let until = known ? this.#ahead.until : position;
    let events = known ? this.#ahead.events.filter(({ sequence }) => sequence > position) : [];
    while (events.length < limit) {
      head ??= await this.#backend.log.head();
      if (until >= head) break;
      const query = { after: until, until: head, limit: READ_AHEAD, types, truncatedAt };
      const read = await this.#readNew(query, position);
      // What is missing is nothing to this group: others have taken it further meanwhile.
      if (!read) return await this.#readAhead(limit, told);
      until = read.length < READ_AHEAD ? head : (read.at(-1)?.sequence ?? head);
      events = [...events, ...(types ? read : read.filter(isForAll))];
    }
    this.#ahead = { after: position, until, events };
    const next = events.slice(0, limit);
    const last = next.length < events.length ? next.at(-1) : undefined;
    return { after: position, until: last?.sequence ?? until, events: next };
  }

  /** Undefined when the group was elsewhere by now. Throws `group_cut_off` when what it needs is not there any more. */
  async #readNew(query: ReadQuery, position: number): Promise<AgentEvent[] | undefined> {
    try {
      return await Array.fromAsync(this.#backend.log.read(query));
    } catch (error) {
      if (!hasCode(error, 'history_truncated')) throw error;
      if ((await this.#document.read()).position !== position) return undefined;
      throw this.#cutOff(position, error);
    }
  }

  #cutOff(position: number, cause: LineclearError): LineclearError {
    const { group } = this.#options;
    const message = `Group '${group}' is at event ${position}, and events behind that were removed before it had them. It goes on with what is left after: lineclear group skip ${group}`;
    return new LineclearError('group_cut_off', message, { cause });
  }

  /** Finds the events of what was taken; parks what nobody can handle. */
  async #prepare(taken: readonly Outstanding[]): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    for (const outstanding of taken) {
      const delivery = await this.#find(outstanding);
      if (delivery) deliveries.push(delivery);
    }
    return deliveries;
  }

  async #find(outstanding: Outstanding): Promise<Delivery | undefined> {
    const { sequence, attempt, replayed = false, task_id, failures } = outstanding;
    const claimed = { sequence, attempt, worker: this.worker };
    const letter = replayed ? await this.#letters.get(this.#options.group, sequence) : undefined;
    if (replayed && !letter) {
      await this.#document.update((state) => settle(state, claimed));
      return undefined;
    }
    const event = letter ? eventOf(letter) : await this.#read(sequence);
    const refuse = async (reason: ParkReason, error: string) => {
      await this.#park(claimed, outstanding, reason, event, [...failures, this.#failure(error)]);
      return undefined;
    };
    if (!event) return await refuse('payload_lost', `Event ${sequence} is not in the log any more.`);
    if (event.type === 'unknown') return await refuse('invalid', event.data.reason);
    if (attempt > RETRY_DELAYS_MS.length + 1) {
      await this.#park(claimed, outstanding, 'handler_failed', event, failures);
      return undefined;
    }
    const { parked_tasks } = await this.#document.recent();
    if (!replayed && this.#ordered && task_id !== undefined && parked_tasks.includes(task_id)) {
      return await refuse('predecessor_parked', `An earlier event of task ${task_id} is a dead letter.`);
    }
    return { ...claimed, event, replayed, failures };
  }

  async #read(sequence: number): Promise<AgentEvent | undefined> {
    const ahead = this.#ahead.events.find((event) => event.sequence === sequence);
    if (ahead) return ahead;
    const query = { after: sequence - 1, until: sequence, truncatedAt: Infinity };
    for await (const event of this.#backend.log.read(query)) return event;
    return undefined;
  }

  async #park(
    claimed: Claim,
    place: Pick<Outstanding, 'event_id' | 'task_id' | 'sequence'>,
    reason: ParkReason,
    event: AgentEvent | undefined,
    failures: readonly Attempt[],
  ): Promise<boolean> {
    await this.#letters.put(this.#options.group, { ...place, failures }, reason, event);
    return await this.#end(claimed, (state) => park(state, claimed, this.#afterParking));
  }

  /** Makes the change with which a delivery is in the hands of this worker no more. */
  async #end({ sequence }: Claim, change: (state: GroupState) => Change<boolean>): Promise<boolean> {
    const result = await this.#document.update(change);
    this.#inHand.delete(sequence);
    return result;
  }

  /**
   * Resolves when there may be something to claim: an event, something that is due, or something given back. Gives the
   * head where the log tells it.
   */
  async #somethingNew(head: number, signal: AbortSignal): Promise<number | undefined> {
    const due = nextDue(await this.#document.recent(), this.#ordered) ?? Infinity;
    const ms = Math.min(LOOK_AGAIN_MS, Math.max(0, due - this.#now()));
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const quiet = (error: unknown): undefined => {
      if (!either.aborted) throw error;
    };
    try {
      return await Promise.race([
        this.#backend.log.changed(head, either).catch(quiet),
        wait(ms, undefined, { signal: either }).catch(quiet),
      ]);
    } finally {
      over.abort();
    }
  }
}
