import { nearestTo } from './clusters.ts';
import type { Pointed, SteeredTimeline } from './steered-timeline.ts';
import { type TimeRange, moved } from './time-view.ts';
import { laneAt, perPixel, timeAt } from './timeline-place.ts';

const NEAR_PX = 9;
/** A press that moves less is a click. */
const CLICK_PX = 4;

/** The mouse on the timeline: the wheel zooms and moves, dragging moves, hovering points, a click opens. */
export class TimelinePointer {
  readonly #timeline: SteeredTimeline;
  #press: { readonly x: number; readonly range: TimeRange; dragged: boolean } | undefined;

  constructor(timeline: SteeredTimeline) {
    this.#timeline = timeline;
  }

  readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { place } = this.#timeline;
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
      return this.#timeline.see(moved(place.range, sideways * perPixel(place)), false);
    this.#timeline.zoom(Math.exp(event.deltaY * 0.0015), timeAt(place, event.offsetX));
  };

  readonly onPress = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    this.#press = { x: event.clientX, range: this.#timeline.place.range, dragged: false };
  };

  readonly onMove = (event: PointerEvent): void => {
    const press = this.#press;
    if (!press) return this.#timeline.point(this.#nearest(event.offsetX, event.offsetY), 'mouse');
    const by = event.clientX - press.x;
    if (Math.abs(by) > CLICK_PX) press.dragged = true;
    if (!press.dragged) return;
    const step = perPixel({ ...this.#timeline.place, range: press.range });
    this.#timeline.see(moved(press.range, -by * step), false);
  };

  readonly onRelease = (event: PointerEvent): void => {
    const press = this.#press;
    this.#press = undefined;
    if (!press || press.dragged) return;
    const pointed = this.#nearest(event.offsetX, event.offsetY);
    if (pointed) this.#timeline.open(pointed.mark);
  };

  readonly onCancel = (): void => {
    this.#press = undefined;
  };

  #nearest(x: number, y: number): Pointed | undefined {
    const { place, lanes } = this.#timeline;
    const laneId = laneAt(place, y);
    const lane = laneId === undefined ? undefined : lanes.get(laneId);
    if (laneId === undefined || !lane) return undefined;
    const near = nearestTo(lane.marks, timeAt(place, x), NEAR_PX * perPixel(place));
    return near && { laneId, ...near };
  }
}
