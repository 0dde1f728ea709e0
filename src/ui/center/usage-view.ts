import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing } from 'lit';
import uPlot from 'uplot';
import { cost, cpu, joined, memory, percent, thousands, tokens } from '../../state/wording.ts';
import { legible } from '../legible.ts';
import { onThemeChange } from './palette.ts';
import type { LaneView } from './protocol.ts';
import type { TimeRange } from './time-view.ts';
import type { Timeline } from './timeline.ts';
import { type AgentSeries, type Measure, measureNames, usageIn } from './usage-series.ts';
import { usageStyles } from './usage-styles.ts';

interface MeasureWords {
  readonly title: string;
  readonly show: (value: number) => string;
  /** On the axis, under the title: shorter. */
  readonly tick: (value: number) => string;
  /** What the axis is rounded to, and the least that it reaches to. */
  readonly step: number;
}

const measures = {
  cpu_percent: { title: l10n.t('CPU'), show: cpu, tick: percent, step: 1 },
  memory_mb: { title: l10n.t('Memory'), show: memory, tick: memory, step: 1 },
  tokens: { title: l10n.t('Tokens in this stretch of time'), show: tokens, tick: thousands, step: 1 },
  cost_usd: { title: l10n.t('Cost in this stretch of time'), show: cost, tick: cost, step: 0.01 },
} as const satisfies Record<Measure, MeasureWords>;

/** Lines differ in colour and in dashes: a theme need not have every colour, such as the high-contrast ones orange. */
const strokes = [
  { color: '--vscode-charts-blue', dash: [] },
  { color: '--vscode-charts-orange', dash: [6, 3] },
  { color: '--vscode-charts-green', dash: [2, 2] },
  { color: '--vscode-charts-purple', dash: [8, 3, 2, 3] },
  { color: '--vscode-charts-red', dash: [4, 2] },
  { color: '--vscode-foreground', dash: [1, 3] },
] as const;

const strokeOf = (index: number) => strokes[index % strokes.length] ?? strokes[0];

const HEIGHT = 76;
/** Charts follow the timeline, but not at every frame. */
const DRAW_MS = 120;

const latestOf = ({ series }: AgentSeries, measure: Measure): string | undefined => {
  const value = series[measure].values.at(-1);
  return value === undefined ? undefined : measures[measure].show(value);
};

const isAlone = (values: uPlot.AlignedData[number] | undefined): boolean =>
  [...(values ?? [])].filter((value) => value !== null && value !== undefined).length === 1;

/** CPU, memory, tokens and cost per agent as small charts over the time that the timeline shows. */
export class UsageView extends LitElement {
  static override styles = usageStyles;

  readonly #timeline: Timeline;
  readonly #plots = new Map<Measure, uPlot>();
  #agents: readonly AgentSeries[] = [];
  #others = 0;
  #views: ReadonlyMap<string, LaneView> = new Map();
  #range: TimeRange = { from: 0, until: 1 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopWatching: (() => void)[] = [];

  constructor(timeline: Timeline) {
    super();
    this.#timeline = timeline;
  }

  show(range: TimeRange, views: ReadonlyMap<string, LaneView>): void {
    this.#range = range;
    this.#views = views;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const cells = Math.max(40, Math.floor(this.clientWidth / 6));
      const { agents, others } = usageIn(this.#timeline.lanes, this.#range, cells);
      this.#agents = agents;
      this.#others = others;
      this.requestUpdate();
    }, DRAW_MS);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const resized = new ResizeObserver(() => this.#redrawAll());
    resized.observe(this);
    this.#stopWatching = [() => resized.disconnect(), onThemeChange(() => this.#redrawAll())];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    for (const stop of this.#stopWatching) stop();
    this.#forgetPlots();
  }

  protected override render() {
    if (this.#agents.length === 0)
      return html`<p class="quiet none">
        ${l10n.t('No figures about CPU, memory, tokens or cost in this stretch of time.')}
      </p>`;
    return html`<div class="charts">${this.#measured.map((measure) => this.#chart(measure))}</div>
      <ul>
        ${this.#agents.map((agent, index) => {
          const { color, dash } = strokeOf(index);
          return html`<li>
            <svg width="18" height="8" aria-hidden="true">
              <path
                d="M0 4h18"
                stroke=${`var(${color}, currentColor)`}
                stroke-width="2"
                stroke-dasharray=${dash.join(' ')}
              />
            </svg>
            <span class="name">${this.#nameOf(agent)}</span>
            <span class="quiet">${joined(...measureNames.map((measure) => latestOf(agent, measure)))}</span>
          </li>`;
        })}
        ${this.#others > 0 ? html`<li class="quiet">${l10n.t('and {0} more', this.#others)}</li>` : nothing}
      </ul>`;
  }

  protected override updated(): void {
    for (const [measure, plot] of this.#plots) {
      if (plot.root.isConnected) continue;
      plot.destroy();
      this.#plots.delete(measure);
    }
    for (const measure of this.#measured) this.#plot(measure);
  }

  /** What no agent has figures of has no chart: an empty frame would look like zero. */
  get #measured(): readonly Measure[] {
    return measureNames.filter((measure) =>
      this.#agents.some(({ series }) => series[measure].values.length > 0),
    );
  }

  #chart(measure: Measure) {
    const { title } = measures[measure];
    const said = this.#agents.flatMap((agent) => {
      const latest = latestOf(agent, measure);
      return latest === undefined ? [] : [`${this.#nameOf(agent)} ${latest}`];
    });
    return html`<figure>
      <figcaption>${title}</figcaption>
      <div
        class="plot"
        id=${measure}
        role="img"
        aria-label=${`${title}: ${said.join(', ') || l10n.t('no figures')}`}
      ></div>
    </figure>`;
  }

  #nameOf({ laneId }: AgentSeries): string {
    const view = this.#views.get(laneId);
    return legible(view ? joined(view.name, view.task) : laneId);
  }

  #forgetPlots(): void {
    for (const plot of this.#plots.values()) plot.destroy();
    this.#plots.clear();
  }

  #redrawAll(): void {
    this.#forgetPlots();
    this.requestUpdate();
  }

  #plot(measure: Measure): void {
    const place = this.renderRoot.querySelector<HTMLElement>(`#${measure}`);
    if (!place || place.clientWidth === 0) return;
    const data = uPlot.join(
      this.#agents.map(({ series }): uPlot.AlignedData => [
        [...series[measure].times],
        [...series[measure].values],
      ]),
    );
    const known = this.#plots.get(measure);
    if (known?.series.length === this.#agents.length + 1 && known.root.parentElement === place) {
      known.setData(data, false);
      known.setScale('x', this.#seconds);
      return;
    }
    known?.destroy();
    this.#plots.set(measure, new uPlot(this.#optionsOf(measure, place.clientWidth), data, place));
  }

  get #seconds(): { min: number; max: number } {
    return { min: this.#range.from / 1000, max: this.#range.until / 1000 };
  }

  #optionsOf(measure: Measure, width: number): uPlot.Options {
    const style = getComputedStyle(this);
    const color = (name: string) => style.getPropertyValue(name).trim() || style.color;
    const { tick, step } = measures[measure];
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, auto: false, ...this.#seconds },
        y: { range: (_plot, _min, max) => [0, Math.max(step, max * 1.15)] },
      },
      axes: [
        { show: false },
        {
          stroke: color('--vscode-descriptionForeground'),
          font: `10px ${style.fontFamily}`,
          size: 52,
          splits: (_plot, _axis, _min, max) => [0, Math.round(max / 1.15 / step) * step],
          values: (_plot, values) => values.map((value) => tick(value)),
          grid: { stroke: color('--vscode-panel-border'), width: 1 },
          ticks: { show: false },
        },
      ],
      series: [
        {},
        ...this.#agents.map((_, index): uPlot.Series => {
          const { color: name, dash } = strokeOf(index);
          return {
            stroke: color(name),
            width: 1.5,
            dash: [...dash],
            spanGaps: true,
            // A line needs two; one figure alone would not be seen.
            points: { show: ({ data }, at) => isAlone(data[at]), size: 5, fill: color(name) },
          };
        }),
      ],
    };
  }
}

customElements.define('lineclear-usage', UsageView);
