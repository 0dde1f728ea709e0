/** What a window is to measure. */
export interface Probe {
  /** Whether Lineclear is activated besides the empty extension. */
  readonly withOurs: boolean;
  readonly rss?: boolean;
  /** A program that appends events while the event loop is watched; ends by itself. */
  readonly writer?: readonly [string, ...string[]];
  /** File for the {@link Reading}. */
  readonly result: string;
}

/** What was measured; 0 where it was not asked for. */
export interface Reading {
  emptyMs: number;
  /** Until the log was read and the views can show it. */
  oursMs: number;
  rssMb: number;
  /** How late the event loop was, beyond what was asked for. */
  delayP99Ms: number;
}
