import * as l10n from '@vscode/l10n';
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
      ? l10n.t(
          '{0} on revision {1}, sent {2}',
          personOf(sent.user_id, view),
          revision,
          timeOfDay(sent.at, { now }),
        )
      : l10n.t('{0} on revision {1}, not sent', personOf(view.you, view), revision);
    return html`<p class="said earlier">
      <strong>${legible(told)}:</strong> <span class="message">${legible(comment)}</span>
    </p>`;
  });

export const saidOfGone = (comments: readonly EarlierComment[], view: PlanView, now: number) =>
  comments.length === 0
    ? nothing
    : html`<section class="gone" aria-label=${l10n.t('Comments about parts that are no longer there')}>
        <h2>${l10n.t('About parts that are no longer there')}</h2>
        ${comments.map(
          (comment) =>
            html`<blockquote>${legible(comment.about)}</blockquote>
              ${saidBefore([comment], view, now)}`,
        )}
      </section>`;
