import * as z from 'zod';
import { definitionOf, isEventType } from '../contract/catalog.ts';
import { type StoredEvent, decodeEvent, encodeEvent } from '../contract/decode.ts';
import { LineclearError } from '../contract/errors.ts';
import { type AgentEvent, type EventDraft, storedEnvelopeSchema } from '../contract/event.ts';
import { type ParkReason, parkReasonSchema } from '../contract/events/workspace.ts';
import { firstIssue } from '../contract/issue.ts';
import { redact } from '../contract/redact.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { LogBackend, StoredDocument } from '../log/log.ts';
import { GroupDocument } from './group-document.ts';
import { type Attempt, MAX_OUTSTANDING, attemptSchema, release, replay } from './group-state.ts';

const letterSchema = z.object({
  group: z.string(),
  event_id: z.string(),
  sequence: z.int().min(1),
  task_id: z.string().optional(),
  /** As it was stored; missing when it is lost. */
  event: storedEnvelopeSchema.optional(),
  /** The data that a person put in place of the event's own. */
  edited_data: z.unknown().optional(),
  reason: parkReasonSchema,
  /** Every try there was, also those before a replay. */
  attempts: z.array(attemptSchema),
  /** How often it was parked. */
  parked: z.int().min(1),
  /** ISO 8601. */
  parked_at: z.string(),
  /** When it was handed out again; it stays here until that succeeded. */
  replayed_at: z.string().optional(),
});

/** An event that a group could not handle, and all that is known about it. */
export type DeadLetter = z.infer<typeof letterSchema>;

export interface DeadLetterFilter {
  readonly group?: string | undefined;
  readonly reason?: ParkReason | undefined;
  readonly type?: string | undefined;
  readonly taskId?: string | undefined;
}

/** What is parked, with the tries since it came into the group or was replayed. */
interface Parked {
  readonly sequence: number;
  readonly event_id: string;
  readonly task_id?: string | undefined;
  readonly failures: readonly Attempt[];
}

/** Who does it: for the envelopes of the events about it. */
export interface Actor {
  readonly source: string;
  /** The id of an agent, or `user:<name>`. */
  readonly id: string;
}

const PREFIX = 'dead/';
/** In the order of the log: what waits for an earlier letter of its task is handed out after that. */
const keyOf = (group: string, sequence: number): string =>
  `${PREFIX}${group}/${String(sequence).padStart(15, '0')}`;
const parse = ({ value }: StoredDocument): DeadLetter => letterSchema.parse(JSON.parse(value));

/** The event of a letter as a handler gets it: with the data that a person put in, if one did. */
export function eventOf({ event, edited_data }: DeadLetter): AgentEvent | undefined {
  return event && decodeEvent(edited_data === undefined ? event : { ...event, data: edited_data });
}

const matches = (letter: DeadLetter, { reason, type, taskId }: DeadLetterFilter): boolean =>
  (reason === undefined || letter.reason === reason) &&
  (type === undefined || letter.event?.type === type) &&
  (taskId === undefined || letter.task_id === taskId);

/** Makes a valid form of edited data, or says what is wrong with it. */
function checkEdited(event: StoredEvent, data: unknown): unknown {
  if (!isEventType(event.type)) {
    throw new LineclearError('unknown_event_type', `'${event.type}' is not in the catalog.`, {
      field: 'type',
    });
  }
  const result = definitionOf(event.type).data.safeParse(redact(data));
  if (result.success) return result.data;
  const { field, text } = firstIssue(result.error, ['data']);
  throw new LineclearError('invalid_event', `${event.type}: ${text}`, { field });
}

type Said = { [K in SaidType]: Pick<EventDraft<K>, 'type' | 'data'> }[SaidType];
type SaidType = 'delivery.parked' | 'delivery.replayed' | 'delivery.settled';

/** What the groups of a log could not handle: looked at, edited, handed out again or deleted by people. */
export class DeadLetters {
  readonly #backend: LogBackend;
  readonly #actor: Actor;

  constructor(backend: LogBackend, actor: Actor) {
    this.#backend = backend;
    this.#actor = actor;
  }

  /** Those that fit, by group and in the order of the log. */
  async *list(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter, void, void> {
    const prefix = filter.group === undefined ? PREFIX : `${PREFIX}${filter.group}/`;
    for await (const stored of this.#backend.documents.list(prefix)) {
      const letter = parse(stored);
      if (matches(letter, filter)) yield letter;
    }
  }

  async get(group: string, sequence: number): Promise<DeadLetter | undefined> {
    const stored = await this.#backend.documents.get(keyOf(group, sequence));
    return stored && parse(stored);
  }

  /** Parks an event; one that was parked before stays one entry. */
  async put(
    group: string,
    delivery: Parked,
    reason: ParkReason,
    event: AgentEvent | undefined,
  ): Promise<void> {
    const { sequence, event_id, task_id, failures } = delivery;
    const parkedAt = this.#backend.now().toISOString();
    const letter = await this.#change(group, sequence, (before): DeadLetter => {
      // Parked by this very delivery already, before its worker died.
      if (before && before.replayed_at === undefined) return before;
      return {
        group,
        event_id,
        sequence,
        ...(task_id !== undefined && { task_id }),
        ...(event && { event: encodeEvent(event) }),
        // What was edited and failed again is what the person goes on editing.
        ...(before && { event: before.event, edited_data: before.edited_data }),
        reason,
        attempts: [...(before?.attempts ?? []), ...failures],
        parked: (before?.parked ?? 0) + 1,
        parked_at: parkedAt,
      };
    });
    const last = letter.attempts.at(-1)?.error ?? reason;
    await this.#append(letter, `parked:${group}:${letter.parked}`, {
      type: 'delivery.parked',
      data: {
        group,
        event_id,
        event_sequence: sequence,
        ...(letter.event && { event_type: letter.event.type }),
        reason,
        attempts: letter.attempts.length,
        error_message: last,
      },
    });
  }

  /** Puts other data in place of the event's own, for the next replay. Throws `invalid_event`, `not_waiting`. */
  async edit(group: string, sequence: number, data: unknown): Promise<DeadLetter> {
    return await this.#change(group, sequence, (letter) => {
      if (!letter) return gone(group, sequence);
      if (!letter.event) return lost(letter);
      return { ...letter, edited_data: checkEdited(letter.event, data) };
    });
  }

  /**
   * Hands it out again, to its group alone, as if it had never been tried. It stays a dead letter until that
   * succeeded. `false` when it is under way already. Throws `not_waiting`.
   */
  async replay(group: string, sequence: number): Promise<boolean> {
    const replayedAt = this.#backend.now().toISOString();
    const letter = await this.#change(group, sequence, (before) => {
      if (!before) return gone(group, sequence);
      if (!before.event) return lost(before);
      return { ...before, replayed_at: before.replayed_at ?? replayedAt };
    });
    const { event_id, task_id } = letter;
    const handedOut = await this.#group(group).update((state) =>
      replay(state, { id: event_id, sequence, task_id }),
    );
    // The event is also what wakes the workers up.
    await this.#append(letter, `replayed:${group}:${letter.parked}`, {
      type: 'delivery.replayed',
      data: { group, event_id },
    });
    return handedOut;
  }

  /** Takes it away; whether there was one. What it held up goes on. Safe to repeat. */
  async settle(group: string, sequence: number, how: 'handled' | 'deleted'): Promise<boolean> {
    const { documents } = this.#backend;
    for (;;) {
      const stored = await documents.get(keyOf(group, sequence));
      if (!stored) return false;
      const letter = parse(stored);
      // First said and then done: what was done and not said would be shown for ever.
      await this.#append(letter, `settled:${group}:${letter.parked}`, {
        type: 'delivery.settled',
        data: { group, event_id: letter.event_id, how },
      });
      // Before the letter goes: without it nobody knows what it held up.
      const areLeft = await this.#release(letter);
      if (!(await documents.delete(stored.key, stored.revision))) continue;
      // The others may be on their way out at this very moment, and have met this one.
      if (areLeft) await this.#release(letter);
      return true;
    }
  }

  /**
   * Hands out those that fit and are not under way, as many as their groups can take now: all, or `false` when some
   * must wait until the workers have taken the first. Calls `onEach` before each. Done again it goes on.
   */
  async replayAll(
    filter: DeadLetterFilter,
    onEach: (letter: DeadLetter) => void,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const room = new Map<string, number>();
    for await (const letter of this.list(filter)) {
      signal?.throwIfAborted();
      if (letter.replayed_at !== undefined || !letter.event) continue;
      const { group, sequence } = letter;
      const left = room.get(group) ?? MAX_OUTSTANDING - (await this.#group(group).read()).outstanding.length;
      if (left <= 0) return false;
      onEach(letter);
      await this.replay(group, sequence);
      room.set(group, left - 1);
    }
    return true;
  }

  /** How many there are, by group and reason. */
  async counts(): Promise<ReadonlyMap<string, ReadonlyMap<ParkReason, number>>> {
    const counts = new Map<string, Map<ParkReason, number>>();
    for await (const { group, reason } of this.list()) {
      const ofGroup = counts.get(group) ?? new Map<ParkReason, number>();
      counts.set(group, ofGroup.set(reason, (ofGroup.get(reason) ?? 0) + 1));
    }
    return counts;
  }

  #group(group: string): GroupDocument {
    return new GroupDocument(this.#backend.documents, group);
  }

  /** Lets go on what this one alone holds up; whether others of its task are left. */
  async #release({ group, sequence, task_id }: DeadLetter): Promise<boolean> {
    let left = false;
    if (task_id !== undefined) {
      for await (const other of this.list({ group, taskId: task_id })) left ||= other.sequence !== sequence;
    }
    await this.#group(group).update((state) => release(state, sequence, left ? undefined : task_id));
    return left;
  }

  async #change(
    group: string,
    sequence: number,
    change: (before: DeadLetter | undefined) => DeadLetter,
  ): Promise<DeadLetter> {
    const { documents } = this.#backend;
    for (;;) {
      const stored = await documents.get(keyOf(group, sequence));
      const before = stored && parse(stored);
      const letter = change(before);
      if (letter === before) return letter;
      const value = JSON.stringify(letter);
      if ((await documents.put(keyOf(group, sequence), value, stored?.revision)) !== undefined) return letter;
    }
  }

  async #append({ event_id, event, task_id }: DeadLetter, label: string, what: Said): Promise<void> {
    const { source, id } = this.#actor;
    await this.#backend.log.append([
      {
        ...what,
        id: derivedEventId(event_id, label),
        ...(task_id !== undefined && { task_id }),
        source,
        source_agent_id: id,
        call_chain: [id],
        correlation_id: event?.correlation_id ?? event_id,
        causation_id: event_id,
      },
    ]);
  }
}

function gone(group: string, sequence: number): never {
  throw new LineclearError('not_waiting', `Group '${group}' has no dead letter of event ${sequence}.`);
}

function lost({ group, event_id }: DeadLetter): never {
  throw new LineclearError(
    'not_waiting',
    `Event ${event_id} of group '${group}' is lost: it was deleted from the log before it was handled. Its dead letter can only be deleted.`,
  );
}
