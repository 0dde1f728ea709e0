import * as z from 'zod';

/** What went wrong with one try to handle an event. */
export const attemptSchema = z.object({
  /** ISO 8601, by the clock of the log. */
  at: z.string(),
  worker: z.string(),
  error: z.string(),
});
export type Attempt = z.infer<typeof attemptSchema>;

const deliverySchema = z.object({
  sequence: z.int().min(1),
  event_id: z.string(),
  task_id: z.string().optional(),
  /** How often it was handed out since it came into the group or was replayed. */
  attempt: z.int().min(0),
  /** Who has it now; nobody while it waits. */
  worker: z.string().nullable(),
  /** Which of the processes of that name got it. */
  holder: z.string().optional(),
  /** In hand: when it is taken from a worker that is silent. Waiting: when it is due. Milliseconds since 1970. */
  until: z.number(),
  failures: z.array(attemptSchema),
  /** It comes from the dead letters. */
  replayed: z.literal(true).optional(),
});
/** An event that the group has begun and not ended. */
export type Outstanding = z.infer<typeof deliverySchema>;

/** What one group knows; everything that its workers do is a change of this, made by one of them at a time. */
export const groupStateSchema = z.object({
  /** Every event up to this sequence has been handled, is parked, is not for this group, or is outstanding. */
  position: z.int().min(0),
  /** By sequence. */
  outstanding: z.array(deliverySchema),
  /** Tasks of which an event is parked, where the group parks what comes after it, too. */
  parked_tasks: z.array(z.string()),
  /** The sequence of the event at which the group stopped. */
  stopped_at: z.int().min(1).optional(),
});
export type GroupState = z.infer<typeof groupStateSchema>;

export const emptyGroup = (position: number): GroupState => ({
  position,
  outstanding: [],
  parked_tasks: [],
});

/** What happens after an event was parked: to the events after it. */
export type AfterParking = 'continue' | 'park_task' | 'stop';

/** One handing out: who got what, and the how-manieth time. A later handing out of the same event makes it void. */
export interface Claim {
  readonly sequence: number;
  readonly attempt: number;
  readonly worker: string;
}

/** A change of the state and what it comes to; pure, because it is made again when another worker was faster. */
export interface Change<T> {
  readonly state: GroupState;
  readonly result: T;
}

/** As much of an event as the state keeps. */
export interface EventPlace {
  readonly id: string;
  readonly sequence: number;
  readonly task_id?: string | undefined;
}

/** Events that are new to the group: read after `after`, in order. */
export interface Fresh {
  readonly after: number;
  /** There is none for the group up to here but these. */
  readonly until: number;
  readonly events: readonly EventPlace[];
}

export interface ClaimRequest {
  readonly worker: string;
  /** The process that asks, and what it has: what it was given and the answer of which was lost it gets again. */
  readonly holder?: { readonly id: string; readonly inHand: ReadonlySet<number> } | undefined;
  readonly now: number;
  /** For how long a worker may be silent, in milliseconds. */
  readonly visibilityMs: number;
  readonly limit: number;
  readonly ordered: boolean;
  readonly fresh: Fresh;
}

/** More than this the group does not begin: it first ends some. Bounds the size of the state. */
export const MAX_OUTSTANDING = 200;

/** The later events of a task wait until the earlier ones are ended, where the order of a task matters. */
function isHeldBack(state: GroupState, index: number, ordered: boolean): boolean {
  const taskId = state.outstanding[index]?.task_id;
  if (!ordered || taskId === undefined) return false;
  return state.outstanding.slice(0, index).some((earlier) => earlier.task_id === taskId);
}

/** Leaves out new events up to a position, where the group is not further already. */
export function skip(state: GroupState, position: number): Change<void> {
  return { state: position > state.position ? { ...state, position } : state, result: undefined };
}

/** Hands out what is due, what a silent worker has, and new events, up to the limit. */
export function claim(before: GroupState, request: ClaimRequest): Change<Outstanding[]> {
  const { worker, holder, now, visibilityMs, limit, ordered, fresh } = request;
  const until = now + visibilityMs;
  if (before.stopped_at !== undefined) return { state: before, result: [] };
  const state = fresh.after === before.position ? takeIn(before, fresh) : before;
  const result: Outstanding[] = [];
  const outstanding = state.outstanding.map((delivery, index) => {
    if (result.length >= limit || isHeldBack(state, index, ordered)) return delivery;
    if (delivery.until > now) {
      if (!isUnanswered(delivery, holder)) return delivery;
      const again = { ...delivery, until };
      result.push(again);
      return again;
    }
    const failures =
      delivery.worker === null
        ? delivery.failures
        : [...delivery.failures, silence(delivery.worker, delivery.until, now)];
    const claimed = {
      ...delivery,
      attempt: delivery.attempt + 1,
      worker,
      holder: holder?.id,
      until,
      failures,
    };
    result.push(claimed);
    return claimed;
  });
  return result.length === 0 && state === before
    ? { state: before, result }
    : { state: { ...state, outstanding }, result };
}

/** Whether the process was given it and does not know: the server was killed, or the network broke, before the answer. */
const isUnanswered = ({ worker, holder, sequence }: Outstanding, asking: ClaimRequest['holder']): boolean =>
  worker !== null && holder !== undefined && holder === asking?.id && !asking.inHand.has(sequence);

/** To note that none of so many events is for the group is worth a writing. */
const WORTH_NOTING = 10_000;

function takeIn(state: GroupState, { events, until }: Fresh): GroupState {
  const taken = events.slice(0, Math.max(0, MAX_OUTSTANDING - state.outstanding.length));
  const all = taken.length === events.length;
  if (taken.length === 0) {
    return all && until - state.position > WORTH_NOTING ? { ...state, position: until } : state;
  }
  const position = all ? until : (taken.at(-1)?.sequence ?? state.position);
  const added = taken.map((event) => begun(event));
  return { ...state, position, outstanding: [...state.outstanding, ...added] };
}

const begun = ({ id, sequence, task_id }: EventPlace): Outstanding => ({
  sequence,
  event_id: id,
  ...(task_id !== undefined && { task_id }),
  attempt: 0,
  worker: null,
  until: 0,
  failures: [],
});

const silence = (worker: string, until: number, now: number): Attempt => ({
  at: new Date(now).toISOString(),
  worker,
  error: `The worker was not heard of any more; its time ended at ${new Date(until).toISOString()}.`,
});

/** When a claim of what is outstanding can next succeed, in milliseconds since 1970; undefined if nothing is. */
export function nextDue(state: GroupState, ordered: boolean): number | undefined {
  const times = state.outstanding.flatMap(({ until }, index) =>
    isHeldBack(state, index, ordered) ? [] : [until],
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Replaces one delivery, if the claim is still good: `false` when it was given to somebody else meanwhile. */
function change(
  state: GroupState,
  { sequence, attempt, worker }: Claim,
  replace: (delivery: Outstanding) => Outstanding | undefined,
): Change<boolean> {
  const index = state.outstanding.findIndex((delivery) => delivery.sequence === sequence);
  const delivery = state.outstanding[index];
  if (delivery?.attempt !== attempt || delivery.worker !== worker) return { state, result: false };
  const replaced = replace(delivery);
  return {
    state: { ...state, outstanding: state.outstanding.toSpliced(index, 1, ...(replaced ? [replaced] : [])) },
    result: true,
  };
}

/** It is done with. */
export const settle = (state: GroupState, claimed: Claim): Change<boolean> =>
  change(state, claimed, () => undefined);

/** The worker is still at it. */
export const extend = (state: GroupState, claimed: Claim, until: number): Change<boolean> =>
  change(state, claimed, (delivery) => ({ ...delivery, until }));

/** It failed and is due again at `until`. */
export const postpone = (
  state: GroupState,
  claimed: Claim,
  until: number,
  failure: Attempt,
): Change<boolean> =>
  change(state, claimed, (delivery) => ({
    ...delivery,
    worker: null,
    until,
    failures: [...delivery.failures, failure],
  }));

/** Whoever had it stops working; it was not even tried. */
export const giveBack = (state: GroupState, claimed: Claim): Change<boolean> =>
  change(state, claimed, (delivery) => ({
    ...delivery,
    worker: null,
    attempt: delivery.attempt - 1,
    until: 0,
  }));

/** It is in the dead letters, and the group goes on as it is told. */
export function park(state: GroupState, claimed: Claim, after: AfterParking): Change<boolean> {
  const parked = state.outstanding.find(({ sequence }) => sequence === claimed.sequence);
  const { state: without, result } = settle(state, claimed);
  if (!result || after === 'continue') return { state: without, result };
  if (after === 'stop') return { state: { ...without, stopped_at: claimed.sequence }, result };
  const task = parked?.task_id;
  if (task === undefined || without.parked_tasks.includes(task)) return { state: without, result };
  return { state: { ...without, parked_tasks: [...without.parked_tasks, task] }, result };
}

/** A dead letter is handed out again, with all its tries before it. `false`: it is under way already. */
export function replay(state: GroupState, event: EventPlace): Change<boolean> {
  const { outstanding } = state;
  if (outstanding.some(({ sequence }) => sequence === event.sequence)) return { state, result: false };
  const later = outstanding.findIndex(({ sequence }) => sequence > event.sequence);
  const index = later < 0 ? outstanding.length : later;
  return {
    state: { ...state, outstanding: outstanding.toSpliced(index, 0, { ...begun(event), replayed: true }) },
    result: true,
  };
}

/** A dead letter is gone; `taskFreed`: it was the last one of that task. What it held up goes on. */
export function release(state: GroupState, sequence: number, taskFreed: string | undefined): Change<boolean> {
  const { stopped_at, parked_tasks, ...rest } = state;
  const stopped = stopped_at === sequence;
  const freed = taskFreed !== undefined && parked_tasks.includes(taskFreed);
  if (!stopped && !freed) return { state, result: false };
  return {
    state: {
      ...rest,
      ...(stopped_at !== undefined && !stopped && { stopped_at }),
      parked_tasks: freed ? parked_tasks.filter((task) => task !== taskFreed) : parked_tasks,
    },
    result: true,
  };
}
