import { z } from 'zod';
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
const keyOf = (group: string, eventId: string): string => `${PREFIX}${group}/${eventId}`;
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

/** What the groups of a log could not handle: looked at, edited, handed out again or deleted by people. */
export class DeadLetters {
  readonly #backend: LogBackend;
  readonly #actor: Actor;

  constructor(backend: LogBackend, actor: Actor) {
    this.#backend = backend;
    this.#actor = actor;
  }

  /** Those that fit, by group and age. */
  async *list(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter, void, void> {
    const prefix = filter.group === undefined ? PREFIX : keyOf(filter.group, '');
    for await (const stored of this.#backend.documents.list(prefix)) {
      const letter = parse(stored);
      if (matches(letter, filter)) yield letter;
    }
  }

  async get(group: string, eventId: string): Promise<DeadLetter | undefined> {
    const stored = await this.#backend.documents.get(keyOf(group, eventId));
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
    const letter = await this.#change(group, event_id, (before): DeadLetter => {
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
        reason,
        attempts: letter.attempts.length,
        error_message: last,
      },
    });
  }

  /** Puts other data in place of the event's own, for the next replay. Throws `invalid_event`, `not_waiting`. */
  async edit(group: string, eventId: string, data: unknown): Promise<DeadLetter> {
    return await this.#change(group, eventId, (letter) => {
      if (!letter) return gone(group, eventId);
      if (!letter.event) return lost(letter);
      return { ...letter, edited_data: checkEdited(letter.event, data) };
    });
  }

  /**
   * Hands it out again, to its group alone, as if it had never been tried. It stays a dead letter until that
   * succeeded. `false` when it is under way already. Throws `not_waiting`.
   */
  async replay(group: string, eventId: string): Promise<boolean> {
    const replayedAt = this.#backend.now().toISOString();
    const letter = await this.#change(group, eventId, (before) => {
      if (!before) return gone(group, eventId);
      if (!before.event) return lost(before);
      return { ...before, replayed_at: before.replayed_at ?? replayedAt };
    });
    const { sequence, task_id } = letter;
    const handedOut = await this.#group(group).update((state) =>
      replay(state, { id: eventId, sequence, task_id }),
    );
    // The event is also what wakes the workers up.
    await this.#append(letter, `replayed:${group}:${letter.parked}`, {
      type: 'delivery.replayed',
      data: { group, event_id: eventId },
    });
    return handedOut;
  }

  /** Whether there was one. What it held up goes on. */
  async delete(group: string, eventId: string): Promise<boolean> {
    const { documents } = this.#backend;
    for (;;) {
      const stored = await documents.get(keyOf(group, eventId));
      if (!stored) return false;
      if (!(await documents.delete(stored.key, stored.revision))) continue;
      await this.#release(parse(stored));
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
      const { group, event_id } = letter;
      const left = room.get(group) ?? MAX_OUTSTANDING - (await this.#group(group).read()).outstanding.length;
      if (left <= 0) return false;
      onEach(letter);
      await this.replay(group, event_id);
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

  async #release({ group, sequence, task_id }: DeadLetter): Promise<void> {
    let left = false;
    if (task_id !== undefined) {
      for await (const _ of this.list({ group, taskId: task_id })) left = true;
    }
    await this.#group(group).update((state) => release(state, sequence, left ? undefined : task_id));
  }

  async #change(
    group: string,
    eventId: string,
    change: (before: DeadLetter | undefined) => DeadLetter,
  ): Promise<DeadLetter> {
    const { documents } = this.#backend;
    for (;;) {
      const stored = await documents.get(keyOf(group, eventId));
      const before = stored && parse(stored);
      const letter = change(before);
      if (letter === before) return letter;
      const value = JSON.stringify(letter);
      if ((await documents.put(keyOf(group, eventId), value, stored?.revision)) !== undefined) return letter;
    }
  }

  async #append(
    { event_id, event, task_id }: DeadLetter,
    label: string,
    what:
      | Pick<EventDraft<'delivery.parked'>, 'type' | 'data'>
      | Pick<EventDraft<'delivery.replayed'>, 'type' | 'data'>,
  ): Promise<void> {
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

function gone(group: string, eventId: string): never {
  throw new LineclearError('not_waiting', `Group '${group}' has no dead letter of event ${eventId}.`);
}

function lost({ group, event_id }: DeadLetter): never {
  throw new LineclearError(
    'not_waiting',
    `Event ${event_id} of group '${group}' is lost: it was deleted from the log before it was handled. Its dead letter can only be deleted.`,
  );
}
