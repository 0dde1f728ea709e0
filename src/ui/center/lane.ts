import type { MarkKind, Sample, Span, TimelineItem } from './protocol.ts';

/** An event that is drawn. */
export interface Mark extends TimelineItem {
  readonly mark: MarkKind;
}

/** A stretch of time; without an end it lasts. In milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  until?: number;
  readonly label: string;
}

interface TimedSample extends Sample {
  readonly at: number;
}

/** Puts a value where its time is: nearly always at the end. */
function insertByTime<T extends { readonly at: number }>(values: T[], value: T): void {
  let at = values.length;
  while (at > 0 && (values[at - 1]?.at ?? 0) > value.at) at -= 1;
  if (at === values.length) values.push(value);
  else values.splice(at, 0, value);
}

/** The index of the first value at or after a time. */
export function firstFrom(values: readonly { readonly at: number }[], time: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle]?.at ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isMark = (item: TimelineItem): item is Mark => item.mark !== undefined;

/** What happened to one agent: its events by time, its turns, and when it waited for a person. */
export class Lane {
  readonly marks: Mark[] = [];
  readonly samples: TimedSample[] = [];
  readonly turns: Stretch[] = [];
  readonly waits: Stretch[] = [];
  readonly #waiting = new Map<string, Stretch>();

  add(item: TimelineItem): void {
    if (isMark(item)) insertByTime(this.marks, item);
    if (item.sample) insertByTime(this.samples, { at: item.at, ...item.sample });
  }

  /** What an event begins or ends here; in the order of the log. */
  apply(span: Span, { at, task_id = '' }: TimelineItem): void {
    switch (span.is) {
      case 'turn':
        this.#endTurn(at);
        this.turns.push({ from: at, label: span.label });
        return;
      case 'idle':
        return this.#endTurn(at);
      case 'waits': {
        const wait = { from: at, label: span.key };
        this.waits.push(wait);
        this.#waiting.set(span.key, wait);
        return;
      }
      case 'settled':
        return this.#settle((key) => key === span.key, at);
      case 'agent_over':
        this.#endTurn(at);
        // A plan waits also when its planner has finished.
        return this.#settle((key) => !key.startsWith('plan:'), at);
      case 'task_over':
        return this.#settle((key) => key.split(':', 2)[1] === task_id, at);
    }
  }

  #endTurn(at: number): void {
    const last = this.turns.at(-1);
    if (last && last.until === undefined) last.until = at;
  }

  #settle(fits: (key: string) => boolean, at: number): void {
    for (const [key, wait] of this.#waiting) {
      if (!fits(key)) continue;
      wait.until = at;
      this.#waiting.delete(key);
    }
  }
}
