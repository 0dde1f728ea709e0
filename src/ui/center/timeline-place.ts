import type { LaneRow } from './lane-rows.ts';
import { AXIS_HEIGHT, ROW_HEIGHT } from './paint-lanes.ts';
import type { TimeRange } from './time-view.ts';

/** What of the timeline is in sight; lengths in pixels. */
export interface Place {
  readonly range: TimeRange;
  readonly rows: readonly LaneRow[];
  readonly width: number;
  /** How far it is scrolled down. */
  readonly top: number;
}

/** Milliseconds that a pixel is wide. */
export const perPixel = ({ range, width }: Place): number => (range.until - range.from) / width;

export const xOf = (place: Place, at: number): number => (at - place.range.from) / perPixel(place);

export const timeAt = (place: Place, x: number): number => place.range.from + x * perPixel(place);

/** Where the row of a lane begins, from the top of what is in sight. */
export function yOf({ rows, top }: Place, laneId: string): number | undefined {
  const index = rows.findIndex((row) => row.kind === 'lane' && row.lane.id === laneId);
  return index === -1 ? undefined : AXIS_HEIGHT + index * ROW_HEIGHT - top;
}

export function laneAt({ rows, top }: Place, y: number): string | undefined {
  if (y < AXIS_HEIGHT) return undefined;
  const row = rows[Math.floor((y - AXIS_HEIGHT + top) / ROW_HEIGHT)];
  return row?.kind === 'lane' ? row.lane.id : undefined;
}
