import type { AgentEvent } from '../contract/event.ts';
import type { ParkReason } from '../contract/events/workspace.ts';

/** An event that a group could not handle and that nobody has settled yet. */
export interface DeadLetterState {
  readonly group: string;
  readonly event_id: string;
  readonly event_sequence: number;
  /** Unknown when the event is lost. */
  readonly event_type?: string | undefined;
  readonly task_id?: string | undefined;
  readonly reason: ParkReason;
  readonly attempts: number;
  readonly error_message: string;
  readonly since: string;
  /** It was handed out again, and has neither succeeded nor failed since. */
  readonly replayed: boolean;
}

/** The letters that are kept in mind; of more, those that were parked last. The log's own store has them all. */
const LIMIT = 2000;

const keyOf = ({ group, event_id }: { readonly group: string; readonly event_id: string }): string =>
  `${group}/${event_id}`;

export class DeadLettersFold {
  readonly #letters: Map<string, DeadLetterState>;
  /** The one parked last at the end; the same list until something changes. */
  all: readonly DeadLetterState[];

  constructor(letters: readonly DeadLetterState[]) {
    this.#letters = new Map(letters.map((letter) => [keyOf(letter), letter]));
    this.all = letters;
  }

  /** Whether something changed. */
  apply(event: AgentEvent): boolean {
    if (event.type === 'delivery.parked') this.#park(event.data, event);
    else if (event.type === 'delivery.replayed') this.#change(event.data, { replayed: true });
    else if (event.type === 'delivery.settled') this.#letters.delete(keyOf(event.data));
    else return false;
    this.all = [...this.#letters.values()];
    return true;
  }

  #park(
    parked: Omit<DeadLetterState, 'task_id' | 'since' | 'replayed'>,
    { task_id, timestamp: since }: AgentEvent,
  ): void {
    const { group, event_id, event_sequence, event_type, reason, attempts, error_message } = parked;
    const key = keyOf(parked);
    this.#letters.delete(key);
    this.#letters.set(key, {
      group,
      event_id,
      event_sequence,
      ...(event_type !== undefined && { event_type }),
      ...(task_id !== undefined && { task_id }),
      reason,
      attempts,
      error_message,
      since,
      replayed: false,
    });
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > LIMIT && oldest !== undefined) this.#letters.delete(oldest);
  }

  #change(
    which: { readonly group: string; readonly event_id: string },
    change: Partial<DeadLetterState>,
  ): void {
    const letter = this.#letters.get(keyOf(which));
    if (letter) this.#letters.set(keyOf(which), { ...letter, ...change });
  }
}
