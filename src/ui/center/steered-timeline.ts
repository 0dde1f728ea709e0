import type { Lane, Mark } from './lane.ts';
import type { TimeRange } from './time-view.ts';
import type { Place } from './timeline-place.ts';

/** An event that the mouse or the keyboard points at. */
export interface Pointed {
  readonly laneId: string;
  readonly mark: Mark;
  /** Events at the same place that cannot be told apart from it there. */
  readonly others: number;
}

/** The timeline as the mouse and the keyboard steer it. */
export interface SteeredTimeline {
  readonly place: Place;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly pointed: Pointed | undefined;
  /** Shows another stretch of time; with `follows` it goes on with the clock. */
  see(range: TimeRange, follows: boolean): void;
  /** Around the time `anchor`, or around what is pointed at. */
  zoom(factor: number, anchor?: number): void;
  point(pointed: Pointed | undefined, by: 'mouse' | 'keys'): void;
  /** Scrolls as little as possible so that a lane is in sight. */
  reveal(laneId: string): void;
  open(mark: Mark): void;
}
