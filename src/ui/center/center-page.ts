// oxlint-disable-next-line import/no-unassigned-import -- it defines the element that the templates name
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { LitElement, type PropertyValues, html, nothing } from 'lit';
import type { Host } from '../host.ts';
import { centerPageStyles } from './center-page-styles.ts';
import { CenterSession } from './center-session.ts';
import { composer } from './composer.ts';
import { eventsList } from './events-list.ts';
import { figures } from './figures.ts';
import { legend } from './legend.ts';
import type { CenterIntent } from './intent.ts';
import type { CenterMessage, CenterPageState } from './protocol.ts';
import { type TimeRange, fitting } from './time-view.ts';
import { toolButton } from './tool-button.ts';
import { TimelineView } from './timeline-view.ts';
import { unavailable } from './unavailable.ts';
import { UsageView } from './usage-view.ts';

/** How often what is being looked at is kept: it changes with every frame of a drag. */
const SAVE_MS = 300;
const ZOOM_STEP = 1.5;

/** The command center: numbers, a lane per agent, charts, and a composer for what a person asks. */
export class CenterPage extends LitElement {
  static override styles = centerPageStyles;

  readonly #host: Host<CenterIntent, CenterPageState>;
  readonly #session: CenterSession;
  readonly #timeline: TimelineView;
  readonly #usage: UsageView;
  #follows: boolean;
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host<CenterIntent, CenterPageState>) {
    super();
    this.#host = host;
    this.#session = new CenterSession(host.load());
    this.#follows = this.#session.seenUntil === undefined;
    this.#usage = new UsageView(this.#session.timeline);
    this.#timeline = new TimelineView(this.#session.timeline, {
      seen: (range, follows) => this.#seen(range, follows),
      open: ({ sequence, task_id }) => this.#host.send({ type: 'open_event', sequence, task_id }),
      chooseLane: (laneId) => this.#chooseLane(laneId),
      fold: (section) => {
        this.#session.fold(section);
        this.#changed();
      },
    });
    const { span } = this.#session.state;
    const until = this.#session.seenUntil ?? Date.now();
    this.#timeline.see({ from: until - span, until }, this.#follows);
    this.#save();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey, { capture: true });
    clearTimeout(this.#saving);
  }

  receive(message: CenterMessage): void {
    const targetBefore = this.#session.target;
    this.#session.receive(message);
    if (this.#session.target !== targetBefore) this.#host.send(this.#session.choose(this.#session.target));
    if (message.type === 'items') {
      this.#timeline.redraw();
      this.#usage.show(this.#timeline.range, this.#session.lanes);
      // Scrolled back further than what has come: the next page.
      this.#askForOlder();
      this.requestUpdate();
      return;
    }
    this.#changed();
  }

  protected override render() {
    const missing = this.#session.unavailable;
    if (missing) return unavailable(missing, (remedy) => this.#host.send({ type: 'remedy', remedy }));
    const { numbers, trusted, state } = this.#session;
    return html`<main>
      <h1 class="visually-hidden">${l10n.t('Command Center')}</h1>
      ${numbers ? figures(numbers) : nothing}
      <section aria-label=${l10n.t('Agents over time')}>
        ${this.#toolbar(state.as_list)}
        ${
          state.as_list
            ? eventsList(this.#session, this.#timeline.range, ({ sequence, task_id }) =>
                this.#host.send({ type: 'open_event', sequence, task_id }),
              )
            : this.#timeline
        }
        ${legend()}
      </section>
      <section aria-label=${l10n.t('Use of resources')}>${this.#usage}</section>
      ${
        trusted
          ? composer(this.#session, this.#composerActions)
          : html`<p class="quiet">${l10n.t('In Restricted Mode nothing can be asked for.')}</p>`
      }
    </main>`;
  }

  protected override updated(changes: PropertyValues<this>): void {
    super.updated(changes);
    // An option that is chosen by attribute is not chosen again when the options change.
    for (const select of this.renderRoot.querySelectorAll('select')) {
      const chosen = select.querySelector<HTMLOptionElement>('option[selected]');
      if (chosen && select.value !== chosen.value) select.value = chosen.value;
    }
  }

  #toolbar(asList: boolean) {
    return html`<div class="toolbar" role="toolbar" aria-label=${l10n.t('Time')}>
      ${toolButton(l10n.t('Zoom in'), '+', () => this.#timeline.zoom(1 / ZOOM_STEP))}
      ${toolButton(l10n.t('Zoom out'), '−', () => this.#timeline.zoom(ZOOM_STEP))}
      ${toolButton(l10n.t('Show all that is loaded'), l10n.t('All'), () => this.#showAll())}
      ${toolButton(
        l10n.t('Follow now'),
        l10n.t('Follow now'),
        () => this.#timeline.see(this.#timeline.range, !this.#follows),
        this.#follows,
      )}
      ${toolButton(l10n.t('Show as a list'), l10n.t('List'), () => this.#showList(!asList), asList)}
      <span class="quiet loaded">${this.#loaded()}</span>
    </div>`;
  }

  #loaded(): string {
    const { range, size, hasOlder, isFull } = this.#session.timeline;
    if (!range) return l10n.t('No events yet');
    const count = size.toLocaleString('en');
    if (isFull) return l10n.t('{0} events, older ones in Show Events', count);
    return hasOlder ? l10n.t('{0} events, drag back for more', count) : l10n.t('{0} events', count);
  }

  #showAll(): void {
    const { range } = this.#session.timeline;
    if (range) this.#timeline.see(fitting(range), false);
  }

  #showList(asList: boolean): void {
    this.#session.showList(asList);
    this.#changed();
  }

  readonly #composerActions = {
    choose: (target: string) => {
      this.#host.send(this.#session.choose(target));
      this.#changed();
    },
    chooseAction: (action: string) => {
      this.#session.chooseAction(action);
      this.#changed();
    },
    write: (words: string) => {
      this.#session.write(words);
      this.#changed();
    },
    send: () => {
      const intent = this.#session.send();
      if (intent) this.#host.send(intent);
      this.#changed();
    },
  };

  #chooseLane(laneId: string): void {
    const target = `agent:${laneId}`;
    if (this.#session.targets.some(({ id }) => id === target)) this.#composerActions.choose(target);
  }

  #seen(range: TimeRange, follows: boolean): void {
    const turned = follows !== this.#follows;
    this.#follows = follows;
    this.#usage.show(range, this.#session.lanes);
    const intent = this.#session.see(range, follows);
    if (intent) this.#host.send(intent);
    this.#saveSoon();
    if (turned || this.#session.state.as_list) this.requestUpdate();
  }

  #askForOlder(): void {
    const intent = this.#session.see(this.#timeline.range, this.#follows);
    if (intent) this.#host.send(intent);
  }

  #changed(): void {
    this.#timeline.show(this.#session.lanes, this.#session.folded);
    this.#usage.show(this.#timeline.range, this.#session.lanes);
    this.#saveSoon();
    this.requestUpdate();
  }

  #saveSoon(): void {
    this.#saving ??= setTimeout(() => this.#save(), SAVE_MS);
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#host.save(this.#session.state);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.#composerActions.send();
  };
}

customElements.define('lineclear-center', CenterPage);
