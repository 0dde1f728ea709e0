// oxlint-disable-next-line import/no-unassigned-import -- it defines the element that the templates name
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { counted, timeOfDay } from '../../state/wording.ts';
import { filled } from '../filled.ts';
import { icon } from '../icon.ts';
import { legible } from '../legible.ts';
import { countComments } from './comment-drafts.ts';
import { commentField } from '../comment-field.ts';
import type { PlanActions } from './plan-actions.ts';
import type { PlanSession } from './plan-session.ts';
import { personOf } from './plan-status.ts';
import type { DecisionView, PlanView, RevisionView } from './protocol.ts';

export const overallFieldId = 'overall';
export const approveButtonId = 'approve';

const isMac = navigator.platform.startsWith('Mac');
const approveKeys = isMac ? '⌘⏎' : 'Ctrl+Enter';

function approveLabel(comments: number): string {
  if (comments === 0) return l10n.t('Approve');
  return comments === 1 ? l10n.t('Approve with comment') : l10n.t('Approve with comments');
}

interface Button {
  readonly label: string;
  readonly run: () => void;
  readonly id?: string;
  readonly disabled?: boolean;
  readonly primary?: boolean;
  readonly hint?: string;
  readonly keys?: string;
}

const button = ({ label, run, id, disabled = false, primary = false, hint, keys }: Button) =>
  html`<vscode-button
    id=${id ?? nothing}
    ?secondary=${!primary}
    ?disabled=${disabled}
    aria-disabled=${String(disabled)}
    aria-keyshortcuts=${keys ?? nothing}
    title=${hint ?? nothing}
    @click=${run}
    >${label}</vscode-button
  >`;

/** The bar at the foot: what can be decided, or who decided. */
export function decisionBar(
  session: PlanSession,
  view: PlanView,
  shown: RevisionView | undefined,
  actions: PlanActions,
  now: number,
): TemplateResult | typeof nothing {
  const content =
    shown && session.mayDecide ? composer(session, actions) : notes(session, view, actions, now);
  return content === nothing
    ? nothing
    : html`<footer aria-label=${l10n.t('Decision')} role="region">
        <div class="column">${content}</div>
      </footer>`;
}

function composer(session: PlanSession, actions: PlanActions) {
  const { draft, sending, rejecting } = session;
  const comments = countComments(draft);
  const field = commentField({
    id: overallFieldId,
    label: rejecting ? l10n.t('Reason for rejecting the plan') : l10n.t('Comment on the whole plan'),
    placeholder: rejecting
      ? l10n.t('Why is this not the way? The planner starts anew with your reason.')
      : l10n.t('Comment on the whole plan'),
    value: draft.overall,
    readonly: sending,
    write: (comment) => actions.writeOverall(comment),
  });
  const some = counted(comments, 'comment');
  const buttons = rejecting
    ? [
        button({
          label: l10n.t('Reject plan'),
          run: () => actions.reject(),
          primary: true,
          disabled: sending || comments === 0,
          hint: comments === 0 ? l10n.t('Say why first') : l10n.t('Sends {0} and starts a new plan', some),
        }),
        button({ label: l10n.t('Back'), run: () => actions.cancelReject(), disabled: sending }),
      ]
    : [
        button({
          id: approveButtonId,
          label: approveLabel(comments),
          run: () => actions.approve(),
          primary: true,
          disabled: sending,
          keys: isMac ? 'Meta+Enter' : 'Control+Enter',
          hint: approveKeys,
        }),
        button({
          label: l10n.t('Request changes'),
          run: () => actions.requestChanges(),
          disabled: sending || comments === 0,
          hint: comments === 0 ? l10n.t('Write a comment first') : l10n.t('Sends {0} to the planner', some),
        }),
        button({ label: l10n.t('Reject'), run: () => actions.beginReject(), disabled: sending }),
      ];
  const hint = comments > 0 ? l10n.t('{0} not sent yet', some) : l10n.t('{0} approves', approveKeys);
  return html`${field}
    <div class="buttons">
      ${buttons}<span class="quiet hint">${sending ? l10n.t('Sending …') : rejecting ? nothing : hint}</span>
    </div>`;
}

const verdicts = {
  approved: { icon: 'check', words: l10n.t('Approved by {0}') },
  changes: { icon: 'back', words: l10n.t('Sent back for changes by {0}') },
  rejected: { icon: 'cross', words: l10n.t('Rejected by {0}') },
} as const;

function notes(session: PlanSession, view: PlanView, actions: PlanActions, now: number) {
  const { shown, newest } = session;
  const parts: unknown[] = [];
  if (shown?.decision) parts.push(decided(shown.decision, view, now));
  if (shown && countComments(session.draft) > 0) {
    parts.push(
      html`${unsentOverall(session)}
      ${note(
        l10n.t('Your comments on revision {0} were not sent. They are kept here.', shown.revision),
        button({ label: l10n.t('Discard comments'), run: () => actions.discardComments() }),
      )}`,
    );
  }
  if (shown && newest && newest !== shown) {
    const show = {
      label: l10n.t('Show revision {0}', newest.revision),
      run: () => actions.show(newest.revision),
    };
    parts.push(note(l10n.t('Revision {0} is ready.', newest.revision), button({ ...show, primary: true })));
  }
  if (session.waits && !view.trusted) {
    parts.push(
      note(html`${icon('info')}${l10n.t('Trust this workspace to decide about plans in it.')}`, nothing),
    );
  }
  if (view.phase === 'failed') {
    const retry = {
      label: l10n.t('Retry'),
      run: () => actions.retry(),
      primary: true,
      disabled: session.sending,
    };
    parts.push(note(l10n.t('The task goes on where it failed.'), button(retry)));
  }
  return parts.length === 0 ? nothing : html`${parts}`;
}

const note = (words: unknown, action: unknown) =>
  html`<div class="note">
    <p>${words}</p>
    ${action}
  </div>`;

function decided({ verdict, user_id, at, comment }: DecisionView, view: PlanView, now: number) {
  const said = comment ? html`<p class="said"><span class="message">${legible(comment)}</span></p>` : nothing;
  const words = html`${icon(verdicts[verdict].icon)}${filled(
      verdicts[verdict].words,
      html`<strong>${personOf(user_id, view)}</strong>`,
    )} <span class="quiet">· ${timeOfDay(at, { now })}</span>`;
  return html`<div class="note"><p class="decided">${words}</p></div>
    ${said}`;
}

function unsentOverall({ draft }: PlanSession) {
  if (draft.overall.trim() === '') return nothing;
  return commentField({
    id: overallFieldId,
    label: l10n.t('Unsent comment on the whole plan'),
    value: draft.overall,
    readonly: true,
  });
}
