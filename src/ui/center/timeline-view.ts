import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { icon } from '../icon.ts';
import { legible } from '../legible.ts';
import { nearestTo } from './clusters.ts';
import { type LaneRow, groupIcons, laneRows } from './lane-rows.ts';
import type { Lane, Mark } from './lane.ts';
import { AXIS_HEIGHT, type Palette, ROW_HEIGHT, paintLanes } from './paint-lanes.ts';
import { onThemeChange, paletteOf } from './palette.ts';
import type { LaneView } from './protocol.ts';
import { type TimeRange, following, including, moved, zoomed } from './time-view.ts';
import type { Timeline } from './timeline.ts';
import { timelineStyles } from './timeline-styles.ts';

/** An event that the mouse or the keyboard points at. */
interface Pointed {
  readonly laneId: string;
  readonly mark: Mark;
  readonly others: number;
}

/** What the person does with the timeline, for the page around it. */
export interface TimelineActions {
  /** The range that is seen changed; `follows` says that it ends now. */
  seen(range: TimeRange, follows: boolean): void;
  open(mark: Mark): void;
  chooseLane(laneId: string): void;
  fold(section: string): void;
}

const NEAR_PX = 9;
const ZOOM_STEP = 1.5;
/** A press that moves less is a click. */
const CLICK_PX = 4;

/** One lane per agent over time, drawn on a canvas of the size of what is in sight. */
export class TimelineView extends LitElement {
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
  #press: { readonly x: number; readonly range: TimeRange; dragged: boolean } | undefined;
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

  /** Shows another stretch of time; with `follows` it goes on with the clock. */
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
          ${guard([this.#rows], () =>
            this.#rows.map((row) => (row.kind === 'heading' ? this.#heading(row) : this.#name(row.lane))),
          )}
        </div>
        <div
          class="stage"
          tabindex="0"
          role="application"
          aria-roledescription=${l10n.t('timeline')}
          aria-label=${l10n.t('Timeline. Arrow keys go from event to event and from agent to agent, plus and minus zoom, Home and End go to the first and the last event, Enter opens an event. The list says the same in a table.')}
          @keydown=${this.#onKey}
          @wheel=${this.#onWheel}
          @pointerdown=${this.#onPress}
          @pointermove=${this.#onMove}
          @pointerup=${this.#onRelease}
          @pointercancel=${() => (this.#press = undefined)}
          @pointerleave=${() => this.#pointedBy === 'mouse' && this.#point(undefined)}
          @blur=${() => this.#point(undefined)}
        >
          <canvas aria-hidden="true"></canvas>
          ${pointed ? this.#tip(pointed) : nothing}
        </div>
      </div>`;
  }

  #heading({ section, label, count, folded }: Extract<LaneRow, { kind: 'heading' }>) {
    return html`<button
      type="button"
      class="row heading"
      aria-expanded=${folded ? 'false' : 'true'}
      @click=${() => this.#actions.fold(section)}
    >
      <span class=${folded ? 'turn' : 'turn open'}>${icon('chevron')}</span>
      <span>${label}</span> <span class="quiet">${count}</span>
    </button>`;
  }

  #name({ id, name, task, group, status }: LaneView) {
    const about = [task, status].filter(Boolean).join(' · ');
    return html`<button
      type="button"
      class=${`row lane ${group}`}
      title=${legible(`${name}${about ? `\n${about}` : ''}`)}
      @click=${() => this.#actions.chooseLane(id)}
    >
      ${icon(groupIcons[group])}
      <span class="words">
        <span class="name">${legible(name)}</span>
        ${about ? html`<span class="about quiet">${legible(about)}</span>` : nothing}
      </span>
    </button>`;
  }

  #tip({ laneId, mark, others }: Pointed) {
    const x = this.#xOf(mark.at);
    const y = this.#yOf(laneId);
    if (y === undefined || x < 0 || x > this.#width) return nothing;
    const side = x > this.#width / 2 ? `right: ${this.#width - x + 12}px` : `left: ${x + 12}px`;
    const turn = this.#timeline.lanes
      .get(laneId)
      ?.turns.findLast(({ from, until = Infinity }) => from <= mark.at && mark.at <= until);
    const lane = this.#views.get(laneId);
    return html`<div class="tip" .style=${`${side}; top: ${Math.max(AXIS_HEIGHT, y)}px`}>
      <div class="quiet">
        ${new Date(mark.at).toLocaleTimeString('en-GB')} · ${legible(lane?.name ?? laneId)}
        ${turn ? html` · ${turn.label}` : nothing}
      </div>
      <div class="message">${legible(mark.text)}</div>
      ${others > 0 ? html`<div class="quiet">${l10n.t('and {0} more here: zoom in', others)}</div>` : nothing}
    </div>`;
  }

  get #stage(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.stage');
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroller');
  }

  get #width(): number {
    return Math.max(1, this.#stage?.clientWidth ?? 1);
  }

  #xOf(at: number): number {
    const { from, until } = this.#range;
    return ((at - from) / (until - from)) * this.#width;
  }

  #timeAt(x: number): number {
    const { from, until } = this.#range;
    return from + (x / this.#width) * (until - from);
  }

  /** Where the row of a lane begins, from the top of what is in sight. */
  #yOf(laneId: string): number | undefined {
    const index = this.#rows.findIndex((row) => row.kind === 'lane' && row.lane.id === laneId);
    return index === -1 ? undefined : AXIS_HEIGHT + index * ROW_HEIGHT - (this.#scroller?.scrollTop ?? 0);
  }

  #laneAt(y: number): string | undefined {
    if (y < AXIS_HEIGHT) return undefined;
    const index = Math.floor((y - AXIS_HEIGHT + (this.#scroller?.scrollTop ?? 0)) / ROW_HEIGHT);
    const row = this.#rows[index];
    return row?.kind === 'lane' ? row.lane.id : undefined;
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
    const [width, height] = [this.#width, this.#stage?.clientHeight ?? 0];
    const density = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
      canvas.width = Math.round(width * density);
      canvas.height = Math.round(height * density);
    }
    context.setTransform(density, 0, 0, density, 0, 0);
    const top = this.#scroller?.scrollTop ?? 0;
    const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - 1);
    const rows = this.#rows.slice(first, first + Math.ceil(height / ROW_HEIGHT) + 2).map((row, index) => ({
      y: AXIS_HEIGHT + (first + index) * ROW_HEIGHT - top,
      lane: row.kind === 'lane' ? this.#timeline.lanes.get(row.lane.id) : undefined,
    }));
    const y = this.#pointed && this.#yOf(this.#pointed.laneId);
    const pointed = this.#pointed && y !== undefined ? { y, at: this.#pointed.mark.at } : undefined;
    paintLanes(context, { width, height, range: this.#range, now, rows, palette: this.#palette, pointed });
    this.#keepFollowing();
  }

  /** While it follows, it is drawn again when the present has moved by a pixel. */
  #keepFollowing(): void {
    clearTimeout(this.#tick);
    if (!this.#follows || document.hidden) return;
    const perPixel = (this.#range.until - this.#range.from) / this.#width;
    this.#tick = setTimeout(() => this.redraw(), Math.min(1000, Math.max(30, perPixel)));
  }

  #point(pointed: Pointed | undefined, by: 'mouse' | 'keys' = 'mouse'): void {
    if (pointed?.mark === this.#pointed?.mark) return;
    this.#pointed = pointed;
    this.#pointedBy = by;
    if (pointed && by === 'keys') {
      const name = this.#views.get(pointed.laneId)?.name ?? pointed.laneId;
      this.#spoken = `${name}, ${new Date(pointed.mark.at).toLocaleTimeString('en-GB')}: ${pointed.mark.text}`;
    }
    this.requestUpdate();
    this.redraw();
  }

  #nearest(x: number, y: number): Pointed | undefined {
    const laneId = this.#laneAt(y);
    const lane = laneId === undefined ? undefined : this.#timeline.lanes.get(laneId);
    if (laneId === undefined || !lane) return undefined;
    const perPixel = (this.#range.until - this.#range.from) / this.#width;
    const near = nearestTo(lane.marks, this.#timeAt(x), NEAR_PX * perPixel);
    return near && { laneId, ...near };
  }

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    const perPixel = (this.#range.until - this.#range.from) / this.#width;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
      return this.see(moved(this.#range, sideways * perPixel), false);
    this.zoom(Math.exp(event.deltaY * 0.0015), this.#timeAt(event.offsetX));
  };

  readonly #onPress = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#stage?.setPointerCapture(event.pointerId);
    this.#press = { x: event.clientX, range: this.#range, dragged: false };
  };

  readonly #onMove = (event: PointerEvent): void => {
    const press = this.#press;
    if (!press) return this.#point(this.#nearest(event.offsetX, event.offsetY));
    const by = event.clientX - press.x;
    if (Math.abs(by) > CLICK_PX) press.dragged = true;
    if (!press.dragged) return;
    const perPixel = (press.range.until - press.range.from) / this.#width;
    this.see(moved(press.range, -by * perPixel), false);
  };

  readonly #onRelease = (event: PointerEvent): void => {
    const press = this.#press;
    this.#press = undefined;
    if (!press || press.dragged) return;
    const pointed = this.#nearest(event.offsetX, event.offsetY);
    if (pointed) this.#actions.open(pointed.mark);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, until } = this.#range;
    const keys: Readonly<Record<string, () => void>> = {
      '+': () => this.zoom(1 / ZOOM_STEP),
      '=': () => this.zoom(1 / ZOOM_STEP),
      '-': () => this.zoom(ZOOM_STEP),
      PageUp: () => this.see(moved(this.#range, (from - until) * 0.8), false),
      PageDown: () => this.see(moved(this.#range, (until - from) * 0.8), false),
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      ArrowUp: () => this.#changeLane(-1),
      ArrowDown: () => this.#changeLane(1),
      Home: () => this.#goTo((lane) => lane.marks[0]),
      End: () => this.#goTo((lane) => lane.marks.at(-1)),
      Enter: () => this.#pointed && this.#actions.open(this.#pointed.mark),
      Escape: () => this.#point(undefined),
    };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  /** Lanes with events, in the order of the rows. */
  #filledLanes(): readonly { readonly laneId: string; readonly lane: Lane }[] {
    return this.#rows.flatMap((row) => {
      const lane = row.kind === 'lane' ? this.#timeline.lanes.get(row.lane.id) : undefined;
      return row.kind === 'lane' && lane && lane.marks.length > 0 ? [{ laneId: row.lane.id, lane }] : [];
    });
  }

  #current(): { readonly laneId: string; readonly lane: Lane } | undefined {
    const lanes = this.#filledLanes();
    return lanes.find(({ laneId }) => laneId === this.#pointed?.laneId) ?? lanes[0];
  }

  #goTo(choose: (lane: Lane) => Mark | undefined): void {
    const current = this.#current();
    const mark = current && choose(current.lane);
    if (!current || !mark) return;
    const next = including(this.#range, mark.at);
    if (next !== this.#range) this.see(next, false);
    this.#point({ laneId: current.laneId, mark, others: 0 }, 'keys');
  }

  #step(by: 1 | -1): void {
    this.#goTo(({ marks }) => {
      const at = this.#pointed ? marks.indexOf(this.#pointed.mark) : -1;
      if (at === -1) return by === 1 ? marks[0] : marks.at(-1);
      return marks[at + by] ?? marks[at];
    });
  }

  #changeLane(by: 1 | -1): void {
    const lanes = this.#filledLanes();
    const at = lanes.findIndex(({ laneId }) => laneId === this.#pointed?.laneId);
    const next = lanes[at === -1 ? 0 : Math.min(lanes.length - 1, Math.max(0, at + by))];
    if (!next) return;
    const time = this.#pointed?.mark.at ?? this.#range.until;
    const mark = nearestTo(next.lane.marks, time, Infinity)?.mark;
    if (!mark) return;
    this.#point({ laneId: next.laneId, mark, others: 0 }, 'keys');
    this.#reveal(next.laneId);
    const range = including(this.#range, mark.at);
    if (range !== this.#range) this.see(range, false);
  }

  #reveal(laneId: string): void {
    const [y, scroller] = [this.#yOf(laneId), this.#scroller];
    if (y === undefined || !scroller) return;
    if (y < AXIS_HEIGHT) scroller.scrollTop += y - AXIS_HEIGHT;
    const below = y + ROW_HEIGHT - scroller.clientHeight;
    if (below > 0) scroller.scrollTop += below;
  }
}

customElements.define('lineclear-timeline', TimelineView);
