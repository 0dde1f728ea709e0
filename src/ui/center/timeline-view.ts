import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { type LaneNameActions, laneName } from './lane-names.ts';
import { type LaneRow, laneRows } from './lane-rows.ts';
import type { Mark } from './lane.ts';
import { AXIS_HEIGHT, type Palette, ROW_HEIGHT, paintLanes } from './paint-lanes.ts';
import { onThemeChange, paletteOf } from './palette.ts';
import type { LaneView } from './protocol.ts';
import type { Pointed, SteeredTimeline } from './steered-timeline.ts';
import { type TimeRange, following, zoomed } from './time-view.ts';
import { onTimelineKey } from './timeline-keys.ts';
import { type Place, perPixel, yOf } from './timeline-place.ts';
import { TimelinePointer } from './timeline-pointer.ts';
import { timelineStyles } from './timeline-styles.ts';
import { clockTime, timelineTip } from './timeline-tip.ts';
import type { Timeline } from './timeline.ts';

/** What the person does with the timeline, for the page around it. */
export interface TimelineActions extends LaneNameActions {
  /** The range that is seen changed; `follows` says that it ends now. */
  seen(range: TimeRange, follows: boolean): void;
  open(mark: Mark): void;
}

/** One lane per agent over time, drawn on a canvas of the size of what is in sight. */
export class TimelineView extends LitElement implements SteeredTimeline {
  static override styles = timelineStyles;

  readonly #timeline: Timeline;
  readonly #actions: TimelineActions;
  #views: ReadonlyMap<string, LaneView> = new Map();
  #rows: readonly LaneRow[] = [];
  #range: TimeRange = following(Date.now(), 10 * 60_000);
  #follows = true;
  #pointed: Pointed | undefined;
  #pointedBy: 'mouse' | 'keys' = 'mouse';
  #spoken = '';
  readonly #pointer = new TimelinePointer(this);
  #palette: Palette | undefined;
  /** Whether it is drawn with the next frame. */
  #isDue = false;
  #tick: ReturnType<typeof setTimeout> | undefined;
  #stopWatching: (() => void)[] = [];

  constructor(timeline: Timeline, actions: TimelineActions) {
    super();
    this.#timeline = timeline;
    this.#actions = actions;
  }

  get range(): TimeRange {
    return this.#range;
  }

  get pointed(): Pointed | undefined {
    return this.#pointed;
  }

  get lanes(): Timeline['lanes'] {
    return this.#timeline.lanes;
  }

  get place(): Place {
    const [range, rows] = [this.#range, this.#rows];
    const width = Math.max(1, this.#stage?.clientWidth ?? 1);
    return { range, rows, width, top: this.#scroller?.scrollTop ?? 0 };
  }

  see(range: TimeRange, follows: boolean): void {
    const span = range.until - range.from;
    this.#follows = follows;
    this.#range = follows ? following(Date.now(), span) : range;
    this.#actions.seen(this.#range, follows);
    this.redraw();
  }

  zoom(factor: number, anchor?: number): void {
    const { from, until } = this.#range;
    const fixed = this.#follows ? Date.now() : (anchor ?? this.#pointed?.mark.at ?? (from + until) / 2);
    this.see(zoomed(this.#range, factor, fixed), this.#follows);
  }

  /** Takes over who there is; the rows change with it. */
  show(views: ReadonlyMap<string, LaneView>, folded: ReadonlySet<string>): void {
    this.#views = views;
    this.#rows = laneRows(views.values(), folded);
    this.requestUpdate();
  }

  /** Draws with the next frame, once for all that ask before it. */
  redraw(): void {
    if (!this.hasUpdated) return;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#paint();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const resized = new ResizeObserver(() => this.redraw());
    resized.observe(this);
    this.#stopWatching = [
      () => resized.disconnect(),
      onThemeChange(() => {
        this.#palette = undefined;
        this.redraw();
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stopWatching) stop();
    clearTimeout(this.#tick);
  }

  protected override updated(): void {
    this.redraw();
  }

  protected override render() {
    const pointed = this.#pointed;
    return html`<div class="visually-hidden" role="status">${this.#spoken}</div>
      <div class="scroller" @scroll=${() => this.redraw()}>
        <div class="names">
          <div class="axis"></div>
          ${guard([this.#rows], () => this.#rows.map((row) => laneName(row, this.#actions)))}
        </div>
        <div
          class="stage"
          tabindex="0"
          role="application"
          aria-roledescription=${l10n.t('timeline')}
          aria-label=${l10n.t('Timeline. Arrow keys go from event to event and from agent to agent, plus and minus zoom, Home and End go to the first and the last event, Enter opens an event. The list says the same in a table.')}
          @keydown=${(event: KeyboardEvent) => onTimelineKey(this, event)}
          @wheel=${this.#pointer.onWheel}
          @pointerdown=${this.#pointer.onPress}
          @pointermove=${this.#pointer.onMove}
          @pointerup=${this.#pointer.onRelease}
          @pointercancel=${this.#pointer.onCancel}
          @pointerleave=${() => this.#pointedBy === 'mouse' && this.point(undefined, 'mouse')}
          @blur=${() => this.point(undefined, 'mouse')}
        >
          <canvas aria-hidden="true"></canvas>
          ${pointed ? this.#tip(pointed) : nothing}
        </div>
      </div>`;
  }

  #tip(pointed: Pointed) {
    const { laneId } = pointed;
    return timelineTip(this.place, pointed, this.lanes.get(laneId), this.#nameOf(laneId));
  }

  #nameOf(laneId: string): string {
    return this.#views.get(laneId)?.name ?? laneId;
  }

  get #stage(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.stage');
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroller');
  }

  #paint(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    this.#palette ??= paletteOf(this);
    const now = Date.now();
    if (this.#follows) {
      this.#range = following(now, this.#range.until - this.#range.from);
      this.#actions.seen(this.#range, true);
    }
    const { place } = this;
    const { width, top } = place;
    const height = this.#stage?.clientHeight ?? 0;
    const density = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
      canvas.width = Math.round(width * density);
      canvas.height = Math.round(height * density);
    }
    context.setTransform(density, 0, 0, density, 0, 0);
    const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - 1);
    const rows = this.#rows.slice(first, first + Math.ceil(height / ROW_HEIGHT) + 2).map((row, index) => ({
      y: AXIS_HEIGHT + (first + index) * ROW_HEIGHT - top,
      lane: row.kind === 'lane' ? this.#timeline.lanes.get(row.lane.id) : undefined,
    }));
    const y = this.#pointed && yOf(place, this.#pointed.laneId);
    const pointed = this.#pointed && y !== undefined ? { y, at: this.#pointed.mark.at } : undefined;
    paintLanes(context, { width, height, range: this.#range, now, rows, palette: this.#palette, pointed });
    this.#keepFollowing();
  }

  /** While it follows, it is drawn again when the present has moved by a pixel. */
  #keepFollowing(): void {
    clearTimeout(this.#tick);
    if (!this.#follows || document.hidden) return;
    this.#tick = setTimeout(() => this.redraw(), Math.min(1000, Math.max(30, perPixel(this.place))));
  }

  point(pointed: Pointed | undefined, by: 'mouse' | 'keys'): void {
    if (pointed?.mark === this.#pointed?.mark) return;
    this.#pointed = pointed;
    this.#pointedBy = by;
    if (pointed && by === 'keys') {
      const { laneId, mark } = pointed;
      this.#spoken = `${this.#nameOf(laneId)}, ${clockTime(mark.at)}: ${mark.text}`;
    }
    this.requestUpdate();
    this.redraw();
  }

  open(mark: Mark): void {
    this.#actions.open(mark);
  }

  reveal(laneId: string): void {
    const [y, scroller] = [yOf(this.place, laneId), this.#scroller];
    if (y === undefined || !scroller) return;
    if (y < AXIS_HEIGHT) scroller.scrollTop += y - AXIS_HEIGHT;
    const below = y + ROW_HEIGHT - scroller.clientHeight;
    if (below > 0) scroller.scrollTop += below;
  }
}

customElements.define('lineclear-timeline', TimelineView);
