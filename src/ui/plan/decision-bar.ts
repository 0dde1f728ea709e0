// oxlint-disable-next-line import/no-unassigned-import -- it defines the element that the templates name
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { type TemplateResult, html, nothing } from 'lit';
import { capitalized, counted, timeOfDay, verdictWords } from '../../state/wording.ts';
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
    : html`<footer aria-label="Decision" role="region"><div class="column">${content}</div></footer>`;
}

function composer(session: PlanSession, actions: PlanActions) {
  const { draft, sending, rejecting } = session;
  const comments = countComments(draft);
  const field = commentField({
    id: overallFieldId,
    label: rejecting ? 'Reason for rejecting the plan' : 'Comment on the whole plan',
    placeholder: rejecting
      ? 'Why is this not the way? The planner starts anew with your reason.'
      : 'Comment on the whole plan',
    value: draft.overall,
    readonly: sending,
    write: (comment) => actions.writeOverall(comment),
  });
  const some = counted(comments, 'comment');
  const buttons = rejecting
    ? [
        button({
          label: 'Reject plan',
          run: () => actions.reject(),
          primary: true,
          disabled: sending || comments === 0,
          hint: comments === 0 ? 'Say why first' : `Sends ${some} and starts a new plan`,
        }),
        button({ label: 'Back', run: () => actions.cancelReject(), disabled: sending }),
      ]
    : [
        button({
          id: approveButtonId,
          label:
            comments === 0 ? 'Approve' : comments === 1 ? 'Approve with comment' : 'Approve with comments',
          run: () => actions.approve(),
          primary: true,
          disabled: sending,
          keys: isMac ? 'Meta+Enter' : 'Control+Enter',
          hint: isMac ? '⌘⏎' : 'Ctrl+Enter',
        }),
        button({
          label: 'Request changes',
          run: () => actions.requestChanges(),
          disabled: sending || comments === 0,
          hint: comments === 0 ? 'Write a comment first' : `Sends ${some} to the planner`,
        }),
        button({ label: 'Reject', run: () => actions.beginReject(), disabled: sending }),
      ];
  const hint = comments > 0 ? `${some} not sent yet` : isMac ? '⌘⏎ approves' : 'Ctrl+Enter approves';
  return html`${field}
    <div class="buttons">
      ${buttons}<span class="quiet hint">${sending ? 'Sending …' : rejecting ? nothing : hint}</span>
    </div>`;
}

const VERDICT_ICONS = { approved: 'check', changes: 'back', rejected: 'cross' } as const;

function notes(session: PlanSession, view: PlanView, actions: PlanActions, now: number) {
  const { shown, newest } = session;
  const parts: unknown[] = [];
  if (shown?.decision) parts.push(decided(shown.decision, view, now));
  if (shown && countComments(session.draft) > 0) {
    parts.push(
      html`${unsentOverall(session)}
      ${note(
        html`Your comments on revision ${shown.revision} were not sent. They are kept here.`,
        button({ label: 'Discard comments', run: () => actions.discardComments() }),
      )}`,
    );
  }
  if (shown && newest && newest !== shown) {
    const show = { label: `Show revision ${newest.revision}`, run: () => actions.show(newest.revision) };
    parts.push(note(html`Revision ${newest.revision} is ready.`, button({ ...show, primary: true })));
  }
  if (session.waits && !view.trusted) {
    parts.push(note(html`${icon('info')}Trust this workspace to decide about plans in it.`, nothing));
  }
  if (view.phase === 'failed') {
    const retry = { label: 'Retry', run: () => actions.retry(), primary: true, disabled: session.sending };
    parts.push(note(html`The task goes on where it failed.`, button(retry)));
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
  const words = html`${icon(VERDICT_ICONS[verdict])}${capitalized(verdictWords[verdict])} by
    <strong>${personOf(user_id, view)}</strong>
    <span class="quiet">· ${timeOfDay(at, { now })}</span>`;
  return html`<div class="note"><p class="decided">${words}</p></div>
    ${said}`;
}

function unsentOverall({ draft }: PlanSession) {
  if (draft.overall.trim() === '') return nothing;
  return commentField({
    id: overallFieldId,
    label: 'Unsent comment on the whole plan',
    value: draft.overall,
    readonly: true,
  });
}
