import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { age, counted, estimate, timeOfDay } from '../../state/wording.ts';
import { icon } from '../icon.ts';
import { legible } from '../legible.ts';
import { countComments } from './comment-drafts.ts';
import type { PlanActions } from './plan-actions.ts';
import type { PlanSession } from './plan-session.ts';
import { countDone, progressOf, statusOf } from './plan-status.ts';
import type { PlanView, RevisionView } from './protocol.ts';

export function planHeader(
  session: PlanSession,
  view: PlanView,
  actions: PlanActions,
  now: number,
): TemplateResult {
  const { shown } = session;
  const status = statusOf(view);
  return html`<header>
    <h1>${legible(view.title)}</h1>
    <p class="status ${status.tone}">
      ${icon(status.icon)}<span
        ><strong>${legible(status.words)}</strong>
        <span class="quiet" title=${timeOfDay(view.phase_since, { now })}
          >· ${age(view.phase_since, { now })}</span
        ></span
      >
    </p>
    ${progress(view)} ${outcome(view)}
    <div class="facts">
      ${shown ? revisionNav(session, view, shown, actions) : nothing}${shown ? facts(shown, now) : nothing}
    </div>
  </header>`;
}

const progress = (view: PlanView) =>
  view.phase === 'executing' || view.phase === 'reviewing'
    ? html`<progress
        aria-label=${progressOf(view)}
        .value=${countDone(view)}
        max=${Math.max(1, view.chunks.length)}
      ></progress>`
    : nothing;

function outcome(view: PlanView) {
  if (view.phase === 'failed' && view.failure) {
    const { error_message, next } = view.failure;
    return html`<section class="outcome bad" aria-label="What went wrong">
      <p><span class="message">${legible(error_message)}</span></p>
      ${next === undefined ? nothing : html`<p class="quiet">${legible(next)}</p>`}
    </section>`;
  }
  const text = view.phase === 'completed' ? view.summary : view.cancelled?.reason;
  return text === undefined || text === ''
    ? nothing
    : html`<section class="outcome" aria-label="Outcome">
        <p><span class="message">${legible(text)}</span></p>
      </section>`;
}

function facts({ planner, ready_at, estimated_cost, chunks }: RevisionView, now: number) {
  const since = age(ready_at, { now });
  const parts = [
    html`<span title=${legible(planner.id)}>planned by ${legible(planner.name)}</span>`,
    html`<span title=${timeOfDay(ready_at, { now })}
      >ready ${since}${since === l10n.t('just now') ? '' : ' ago'}</span
    >`,
    html`<span>${counted(chunks.length, 'chunk')}</span>`,
    estimated_cost === undefined
      ? nothing
      : html`<span title="Estimated by the planner">${estimate(estimated_cost)}</span>`,
  ];
  return html`<p class="quiet parts">${parts}</p>`;
}

function revisionNav(session: PlanSession, view: PlanView, shown: RevisionView, actions: PlanActions) {
  if (view.revisions.length === 1) return html`<p class="revision">Revision ${shown.revision}</p>`;
  return html`<nav class="revisions" aria-label="Revisions">
    <span aria-hidden="true">Revision</span>
    ${view.revisions.map(({ revision }) => {
      const unsent = countComments(session.draftOf(revision)) > 0 && revision !== shown.revision;
      return html`<button
        type="button"
        aria-label=${`Revision ${revision}${unsent ? ', with unsent comments' : ''}`}
        title=${unsent ? 'With unsent comments' : nothing}
        aria-current=${revision === shown.revision ? 'true' : nothing}
        @click=${() => actions.show(revision)}
      >
        ${revision}${unsent ? icon('comment') : nothing}
      </button>`;
    })}
  </nav>`;
}
