import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { age, ago, counted, estimate, timeOfDay } from '../../state/wording.ts';
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
    return html`<section class="outcome bad" aria-label=${l10n.t('What went wrong')}>
      <p><span class="message">${legible(error_message)}</span></p>
      ${next === undefined ? nothing : html`<p class="quiet">${legible(next)}</p>`}
    </section>`;
  }
  const text = view.phase === 'completed' ? view.summary : view.cancelled?.reason;
  return text === undefined || text === ''
    ? nothing
    : html`<section class="outcome" aria-label=${l10n.t('Outcome')}>
        <p><span class="message">${legible(text)}</span></p>
      </section>`;
}

function facts({ planner, ready_at, estimated_cost, chunks }: RevisionView, now: number) {
  const parts = [
    html`<span title=${legible(planner.id)}>${l10n.t('planned by {0}', legible(planner.name))}</span>`,
    html`<span title=${timeOfDay(ready_at, { now })}>${l10n.t('ready {0}', ago(ready_at, { now }))}</span>`,
    html`<span>${counted(chunks.length, 'chunk')}</span>`,
    estimated_cost === undefined
      ? nothing
      : html`<span title=${l10n.t('Estimated by the planner')}>${estimate(estimated_cost)}</span>`,
  ];
  return html`<p class="quiet parts">${parts}</p>`;
}

function revisionNav(session: PlanSession, view: PlanView, shown: RevisionView, actions: PlanActions) {
  if (view.revisions.length === 1)
    return html`<p class="revision">${l10n.t('Revision {0}', shown.revision)}</p>`;
  return html`<nav class="revisions" aria-label=${l10n.t('Revisions')}>
    <span aria-hidden="true">${l10n.t('Revision')}</span>
    ${view.revisions.map(({ revision }) => {
      const unsent = countComments(session.draftOf(revision)) > 0 && revision !== shown.revision;
      return html`<button
        type="button"
        aria-label=${unsent ? l10n.t('Revision {0}, with unsent comments', revision) : l10n.t('Revision {0}', revision)}
        title=${unsent ? l10n.t('With unsent comments') : nothing}
        aria-current=${revision === shown.revision ? 'true' : nothing}
        @click=${() => actions.show(revision)}
      >
        ${revision}${unsent ? icon('comment') : nothing}
      </button>`;
    })}
  </nav>`;
}
