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

/** How long an extension took to begin. */
export interface Activation {
  /** Milliseconds until `activate` had returned: its commands and views are there. */
  readonly returnedMs: number;
  /** Milliseconds until all that was recorded is known and can be shown. */
  readonly readyMs: number;
  /** Milliseconds that the extension host used of its processors meanwhile: what else the machine does matters less. */
  readonly cpuMs: number;
}

/** What was measured; 0 where it was not asked for. */
export interface Reading {
  empty: Activation;
  ours: Activation;
  rssMb: number;
  /** How late the event loop was, beyond what was asked for. */
  delayP99Ms: number;
  /** Milliseconds that the extension host used of its processors meanwhile. */
  delayCpuMs: number;
}
