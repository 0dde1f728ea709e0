import { nearestTo } from './clusters.ts';
import type { Lane, Mark } from './lane.ts';
import type { SteeredTimeline } from './steered-timeline.ts';
import { including, moved } from './time-view.ts';

const ZOOM_STEP = 1.5;

interface FilledLane {
  readonly laneId: string;
  readonly lane: Lane;
}

/** Lanes with events, in the order of the rows. */
const filledLanes = ({ place, lanes }: SteeredTimeline): readonly FilledLane[] =>
  place.rows.flatMap((row) => {
    const lane = row.kind === 'lane' ? lanes.get(row.lane.id) : undefined;
    return row.kind === 'lane' && lane && lane.marks.length > 0 ? [{ laneId: row.lane.id, lane }] : [];
  });

function pointAt(timeline: SteeredTimeline, laneId: string, mark: Mark): void {
  const { range } = timeline.place;
  const next = including(range, mark.at);
  if (next !== range) timeline.see(next, false);
  timeline.point({ laneId, mark, others: 0 }, 'keys');
}

/** To an event of the lane that is pointed at, or of the first one. */
function goTo(timeline: SteeredTimeline, choose: (lane: Lane) => Mark | undefined): void {
  const lanes = filledLanes(timeline);
  const current = lanes.find(({ laneId }) => laneId === timeline.pointed?.laneId) ?? lanes[0];
  const mark = current && choose(current.lane);
  if (current && mark) pointAt(timeline, current.laneId, mark);
}

function step(timeline: SteeredTimeline, by: 1 | -1): void {
  goTo(timeline, ({ marks }) => {
    const at = timeline.pointed ? marks.indexOf(timeline.pointed.mark) : -1;
    if (at === -1) return by === 1 ? marks[0] : marks.at(-1);
    return marks[at + by] ?? marks[at];
  });
}

/** To the event of the next lane that is nearest in time. */
function changeLane(timeline: SteeredTimeline, by: 1 | -1): void {
  const { pointed, place } = timeline;
  const lanes = filledLanes(timeline);
  const at = lanes.findIndex(({ laneId }) => laneId === pointed?.laneId);
  const next = lanes[at === -1 ? 0 : Math.min(lanes.length - 1, Math.max(0, at + by))];
  const mark = next && nearestTo(next.lane.marks, pointed?.mark.at ?? place.range.until, Infinity)?.mark;
  if (!next || !mark) return;
  pointAt(timeline, next.laneId, mark);
  timeline.reveal(next.laneId);
}

/** Most of what is seen, so that the edge of the one stays in sight in the other. */
function turnPage(timeline: SteeredTimeline, by: 1 | -1): void {
  const { range } = timeline.place;
  timeline.see(moved(range, by * (range.until - range.from) * 0.8), false);
}

const keys: Readonly<Record<string, (timeline: SteeredTimeline) => void>> = {
  '+': (timeline) => timeline.zoom(1 / ZOOM_STEP),
  '=': (timeline) => timeline.zoom(1 / ZOOM_STEP),
  '-': (timeline) => timeline.zoom(ZOOM_STEP),
  PageUp: (timeline) => turnPage(timeline, -1),
  PageDown: (timeline) => turnPage(timeline, 1),
  ArrowLeft: (timeline) => step(timeline, -1),
  ArrowRight: (timeline) => step(timeline, 1),
  ArrowUp: (timeline) => changeLane(timeline, -1),
  ArrowDown: (timeline) => changeLane(timeline, 1),
  Home: (timeline) => goTo(timeline, ({ marks }) => marks[0]),
  End: (timeline) => goTo(timeline, ({ marks }) => marks.at(-1)),
  Enter: (timeline) => timeline.pointed && timeline.open(timeline.pointed.mark),
  Escape: (timeline) => timeline.point(undefined, 'keys'),
};

/** The keyboard on the timeline: everything that the mouse can do there. */
export function onTimelineKey(timeline: SteeredTimeline, event: KeyboardEvent): void {
  const act = keys[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(timeline);
}
