import { type TemplateResult, html, nothing } from 'lit';
import { timeOfDay } from '../../state/wording.ts';
import { legible } from '../legible.ts';
import type { EarlierComment } from './earlier-comments.ts';
import { personOf } from './plan-status.ts';
import type { PlanView } from './protocol.ts';

/** Comments on earlier revisions, at what they are about: who said it, when, and whether the planner was told. */
export const saidBefore = (
  comments: readonly EarlierComment[],
  view: PlanView,
  now: number,
): TemplateResult[] =>
  comments.map(({ revision, comment, sent }) => {
    const told = sent
      ? `${personOf(sent.user_id, view)} on revision ${revision}, sent ${timeOfDay(sent.at, { now })}`
      : `${personOf(view.you, view)} on revision ${revision}, not sent`;
    return html`<p class="said earlier">
      <strong>${legible(told)}:</strong> <span class="message">${legible(comment)}</span>
    </p>`;
  });

export const saidOfGone = (comments: readonly EarlierComment[], view: PlanView, now: number) =>
  comments.length === 0
    ? nothing
    : html`<section class="gone" aria-label="Comments about parts that are no longer there">
        <h2>About parts that are no longer there</h2>
        ${comments.map(
          (comment) =>
            html`<blockquote>${legible(comment.about)}</blockquote>
              ${saidBefore([comment], view, now)}`,
        )}
      </section>`;
