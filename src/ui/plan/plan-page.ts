import * as l10n from '@vscode/l10n';
import { LitElement, html } from 'lit';
import type { Host } from '../host.ts';
import { chunkList, commentButtonId, commentFieldId } from './chunk-list.ts';
import { countComments } from './comment-drafts.ts';
import { approveButtonId, decisionBar, overallFieldId } from './decision-bar.ts';
import type { PlanActions } from './plan-actions.ts';
import { planHeader } from './plan-header.ts';
import { planPageStyles } from './plan-page-styles.ts';
import { PlanSession } from './plan-session.ts';
import { type MarkdownBlock, renderBlocks } from '../render-markdown.ts';
import { saidOfGone } from './said-before.ts';
import { noPlanWords, statusOf } from './plan-status.ts';
import { paragraphButtonId, planText } from './plan-text.ts';
import type { PlanIntent } from './intent.ts';
import type { PlanPageState } from './page-state.ts';
import type { PlanMessage, PlanView, RevisionView } from './protocol.ts';

/** How often ages are drawn anew. */
const TICK = 10_000;

/** The page of one task's plan: draws the session and turns what the person does into intents. */
export class PlanPage extends LitElement {
  static override styles = planPageStyles;

  readonly #host: Host<PlanIntent, PlanPageState>;
  readonly #session: PlanSession;
  #revealed: ReadonlySet<number> = new Set();
  #revealedParagraphs: ReadonlySet<string> = new Set();
  #parsed: { readonly key: string; readonly blocks: readonly MarkdownBlock[] } | undefined;
  #announcement = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(taskId: string, host: Host<PlanIntent, PlanPageState>) {
    super();
    this.#host = host;
    this.#session = new PlanSession(taskId, host.load());
    // From the first moment on: without a state VS Code could not tell which task a restored panel shows.
    this.#save();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), TICK);
    // Before the buttons see them: on those, Enter is a click.
    window.addEventListener('keydown', this.#onKey, { capture: true });
    window.addEventListener('scrollend', this.#onScroll);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    window.removeEventListener('keydown', this.#onKey, { capture: true });
    window.removeEventListener('scrollend', this.#onScroll);
  }

  receive(message: PlanMessage): void {
    const isFirst = this.#session.view === undefined;
    const before = this.#spokenStatus();
    const shownBefore = this.#session.shown?.revision;
    this.#session.receive(message);
    if (this.#session.shown?.revision !== shownBefore) this.#closeFields();
    const after = this.#spokenStatus();
    if (!isFirst && after !== before) this.#announcement = after;
    this.#changed();
    if (isFirst && this.#session.view) {
      void this.updateComplete.then(() => window.scrollTo(0, this.#session.scroll));
    }
  }

  protected override render() {
    const { view, shown, unavailable, removed } = this.#session;
    const now = Date.now();
    return html`<div class="visually-hidden" role="status">${this.#announcement}</div>
      ${
        view
          ? html`<button type="button" class="skip" @click=${() => this.#focus(overallFieldId)}>
                ${l10n.t('Go to the decision')}
              </button>
              <main class="column">
                ${planHeader(this.#session, view, this.#actions, now)} ${this.#content(view, shown, now)}
              </main>
              ${decisionBar(this.#session, view, shown, this.#actions, now)}`
          : html`<main class="column empty">
              <p class="quiet">
                ${
                  removed ??
                  (unavailable === 'opening'
                    ? l10n.t('Reading the log …')
                    : l10n.t(
                        'This task is not in the log of this workspace. Close this tab; the sidebar lists the tasks that there are.',
                      ))
                }
              </p>
            </main>`
      }`;
  }

  /** Parsed again only when it changed: the page is drawn with each key. */
  #blocksOf(plan: string, changedLines: ReadonlySet<number> | undefined): readonly MarkdownBlock[] {
    const key = `${[...(changedLines ?? [])].join()} ${plan}`;
    if (this.#parsed?.key !== key) this.#parsed = { key, blocks: renderBlocks(plan, changedLines) };
    return this.#parsed.blocks;
  }

  #closeFields(): void {
    this.#revealed = new Set();
    this.#revealedParagraphs = new Set();
  }

  #content(view: PlanView, shown: RevisionView | undefined, now: number) {
    if (!shown) {
      return html`<p class="quiet empty">${noPlanWords(view)}</p>`;
    }
    const isCarriedOut = view.chunks.length > 0 && shown.revision === view.revision;
    const session = this.#session;
    const blocks = this.#blocksOf(shown.plan, session.comparison?.changedLines);
    const earlier = session.placedIn(blocks.map(({ quote }) => quote).filter((quote) => quote !== ''));
    const common = { session, view, shown, earlier, actions: this.#actions, now };
    const chunks = html`<section>
        <h2>${l10n.t('Chunks')}</h2>
        ${chunkList({ ...common, revealed: this.#revealed })}
      </section>
      ${saidOfGone(earlier?.gone ?? [], view, now)}`;
    const plan = planText({ ...common, blocks, revealed: this.#revealedParagraphs });
    // What is carried out is watched chunk by chunk; the plan is at hand below.
    return isCarriedOut
      ? html`${chunks}
          <details class="plan">
            <summary><h2>${l10n.t('Plan')}</h2></summary>
            ${plan}
          </details>`
      : html`<section class="plan">
            <h2 class="visually-hidden">${l10n.t('Plan')}</h2>
            ${plan}
          </section>
          ${chunks}`;
  }

  readonly #actions: PlanActions = {
    approve: () => this.#decide('approve'),
    requestChanges: () => this.#decide('request_changes'),
    reject: () => this.#decide('reject'),
    beginReject: () => {
      this.#session.rejecting = true;
      this.#changed(overallFieldId);
    },
    cancelReject: () => {
      this.#session.rejecting = false;
      this.#changed(approveButtonId);
    },
    retry: () => this.#host.send({ type: 'retry' }),
    show: (revision) => {
      this.#session.show(revision);
      this.#closeFields();
      this.#announcement = l10n.t('Revision {0} is shown', revision);
      this.#changed();
    },
    openFile: (path) => this.#host.send({ type: 'open_file', path }),
    writeOverall: (overall) => {
      this.#session.write({ overall });
      this.#changed();
    },
    beginComment: (chunk) => {
      this.#revealed = new Set([...this.#revealed, chunk]);
      this.#changed(commentFieldId(chunk));
    },
    writeComment: (chunk, comment) => {
      // An emptied field stays open until it is left.
      this.#revealed = new Set([...this.#revealed, chunk]);
      this.#session.writeChunk(chunk, comment);
      this.#changed();
    },
    beginParagraph: (quote, field) => {
      this.#revealedParagraphs = new Set([...this.#revealedParagraphs, quote]);
      this.#changed(field);
    },
    writeParagraph: (quote, comment) => {
      this.#revealedParagraphs = new Set([...this.#revealedParagraphs, quote]);
      this.#session.writeParagraph(quote, comment);
      this.#changed();
    },
    discardComments: () => {
      this.#session.discardDraft();
      this.#changed('chunks');
    },
  };

  #decide(verdict: 'approve' | 'request_changes' | 'reject'): void {
    const intent = this.#session.decide(verdict);
    if (!intent) return;
    this.#announcement = l10n.t('Sending …');
    this.#host.send(intent);
    this.#changed();
  }

  /** Draws and keeps what changed; then moves the focus, if it should go somewhere. */
  #changed(focus?: string): void {
    this.#save();
    this.requestUpdate();
    if (focus !== undefined) void this.updateComplete.then(() => this.#focus(focus));
  }

  #save(): void {
    this.#host.save(this.#session.state());
  }

  #element(id: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`#${id}`);
  }

  #focus(id: string): void {
    (this.#element(id) ?? this.#element('chunks'))?.focus();
  }

  #spokenStatus(): string {
    const { view, newest, shown } = this.#session;
    if (!view) return '';
    const ready = newest && newest !== shown ? `${l10n.t('Revision {0} is ready.', newest.revision)} ` : '';
    return `${ready}${statusOf(view).words}`;
  }

  readonly #onScroll = (): void => {
    this.#session.scroll = Math.round(window.scrollY);
    this.#save();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) this.#onSubmitKey();
    } else if (event.key === 'Escape') {
      this.#onEscape();
    } else if (event.key === ' ' && event.composedPath()[0] instanceof HTMLElement) {
      // A button of vscode-elements lets the space through, and the page would scroll.
      if (this.#focused()?.localName === 'vscode-button') event.preventDefault();
    }
  };

  #onSubmitKey(): void {
    if (!this.#session.mayDecide) return;
    if (this.#session.rejecting) return this.#decide('reject');
    // Who has just written what should be different must not approve by a slip: the second press does.
    if (countComments(this.#session.draft) > 0 && this.#focused()?.id !== approveButtonId) {
      this.#announcement = l10n.t('You have comments: press again to approve with them, or request changes');
      return this.#changed(approveButtonId);
    }
    this.#decide('approve');
  }

  #onEscape(): void {
    const focused = this.#focused();
    const chunk = /^comment-(\d+)$/.exec(focused?.id ?? '')?.[1];
    const paragraph = /^on-paragraph-(\d+)$/.exec(focused?.id ?? '')?.[1];
    if (this.#session.rejecting) {
      this.#actions.cancelReject();
    } else if (chunk !== undefined) {
      const index = Number(chunk);
      this.#revealed = new Set([...this.#revealed].filter((other) => other !== index));
      this.#changed(commentButtonId(index));
    } else if (paragraph !== undefined) {
      this.#revealedParagraphs = new Set();
      this.#changed(paragraphButtonId(Number(paragraph)));
    } else {
      this.#focus('chunks');
    }
  }

  #focused(): Element | null {
    return this.shadowRoot?.activeElement ?? null;
  }
}

customElements.define('lineclear-plan', PlanPage);
