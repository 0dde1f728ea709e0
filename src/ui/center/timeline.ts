import { Lane } from './lane.ts';
import type { TimelineItem } from './protocol.ts';

/** Events that a page keeps at most; while more come, the oldest go. */
const LIMIT = 50_000;

/** All events that the page has, in lanes. No DOM. */
export class Timeline {
  /** In the order of the log. */
  #items: TimelineItem[] = [];
  #lanes = new Map<string, Lane>();
  /** The time of the oldest and the newest event. */
  #from = Infinity;
  #until = -Infinity;
  hasOlder = false;

  get lanes(): ReadonlyMap<string, Lane> {
    return this.#lanes;
  }

  get size(): number {
    return this.#items.length;
  }

  get isFull(): boolean {
    return this.#items.length >= LIMIT;
  }

  /** Undefined as long as there are no events. */
  get range(): { readonly from: number; readonly until: number } | undefined {
    return this.#items.length === 0 ? undefined : { from: this.#from, until: this.#until };
  }

  reset(): void {
    this.#begin([]);
    this.hasOlder = false;
  }

  /** The newest events, oldest first. */
  append(items: readonly TimelineItem[]): void {
    for (const item of items) {
      this.#items.push(item);
      this.#fold(item);
    }
    if (this.#items.length <= LIMIT) return;
    this.hasOlder = true;
    this.#begin(this.#items.slice(-LIMIT * 0.9));
  }

  /** Events before all others, oldest first. */
  prepend(items: readonly TimelineItem[]): void {
    // What they begin may end in those that are there: everything is folded anew.
    this.#begin([...items, ...this.#items]);
  }

  /** Events between two times, newest first. */
  *between(from: number, until: number): Generator<TimelineItem> {
    for (let index = this.#items.length - 1; index >= 0; index -= 1) {
      const item = this.#items[index];
      if (item?.mark && item.at >= from && item.at <= until) yield item;
    }
  }

  #begin(items: TimelineItem[]): void {
    this.#items = items;
    this.#lanes = new Map();
    this.#from = Infinity;
    this.#until = -Infinity;
    for (const item of items) this.#fold(item);
  }

  #fold(item: TimelineItem): void {
    this.#from = Math.min(this.#from, item.at);
    this.#until = Math.max(this.#until, item.at);
    const lane = this.#lanes.get(item.lane) ?? new Lane();
    this.#lanes.set(item.lane, lane);
    lane.add(item);
    const { span } = item;
    if (!span) return;
    // A person's decision ends what waits in the lane of an agent.
    if (span.is === 'settled' || span.is === 'task_over')
      for (const other of this.#lanes.values()) other.apply(span, item);
    else lane.apply(span, item);
  }
}
