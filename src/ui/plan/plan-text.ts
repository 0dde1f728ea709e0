import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { shortenToWords } from '../../state/shorten.ts';
import { counted } from '../../state/wording.ts';
import { icon } from '../icon.ts';
import { legible } from '../legible.ts';
import { type MarkdownBlock, renderMarkdown } from '../render-markdown.ts';
import { commentField } from '../comment-field.ts';
import type { PlanComparison } from './compare-plans.ts';
import type { PlacedComments } from './earlier-comments.ts';
import type { PlanActions } from './plan-actions.ts';
import type { PlanSession } from './plan-session.ts';
import { personOf } from './plan-status.ts';
import type { PlanView, RevisionView } from './protocol.ts';
import { saidBefore } from './said-before.ts';

/** Markdown, rendered again only when it changed. `renderMarkdown` makes it safe. */
export const markdownBlock = (text: string): TemplateResult =>
  html`<div class="markdown">${guard([text], () => unsafeHTML(renderMarkdown(text)))}</div>`;

interface PlanText {
  readonly session: PlanSession;
  readonly view: PlanView;
  readonly shown: RevisionView;
  readonly blocks: readonly MarkdownBlock[];
  readonly earlier: PlacedComments | undefined;
  /** Quotes of paragraphs whose comment field was revealed. */
  readonly revealed: ReadonlySet<string>;
  readonly actions: PlanActions;
  readonly now: number;
}

const paragraphFieldId = (index: number): string => `on-paragraph-${index}`;
export const paragraphButtonId = (index: number): string => `comment-on-paragraph-${index}`;

/** The plan, and beside each paragraph what was said about it and a way to say something. */
export function planText(text: PlanText): TemplateResult {
  const { comparison } = text.session;
  const seen = new Set<string>();
  return html`${comparison ? changes(comparison) : nothing}
    <div class="markdown">
      ${text.blocks.map((block, index) => {
        // Of paragraphs with the same words, the first one stands for all.
        const isFirst = block.quote !== '' && !seen.has(block.quote);
        seen.add(block.quote);
        return html`<div class="block">
          ${guard([block.html], () => unsafeHTML(block.html))}
          ${isFirst ? remarks(text, block.quote, index) : nothing}
        </div>`;
      })}
    </div>`;
}

/** What was said about a paragraph, and the field or the button for saying something. */
function remarks(
  { session, view, shown, earlier, revealed, actions, now }: PlanText,
  quote: string,
  index: number,
) {
  const value = session.draft.paragraphs[quote] ?? '';
  const isOpen = value !== '' || (session.mayDecide && revealed.has(quote));
  const { decision } = shown;
  const said = (decision?.paragraph_comments ?? []).filter((comment) => comment.quote === quote);
  const about = legible(shortenToWords(quote, 60));
  return html`${saidBefore(earlier?.paragraphs.get(quote) ?? [], view, now)}
  ${said.map(
    ({ comment }) =>
      html`<p class="said">
        <strong>${personOf(decision?.user_id ?? '', view)}:</strong>
        <span class="message">${legible(comment)}</span>
      </p>`,
  )}
  ${
    isOpen
      ? commentField({
          id: paragraphFieldId(index),
          label: session.mayDecide
            ? l10n.t('Comment on “{0}”', about)
            : l10n.t('Unsent comment on “{0}”', about),
          placeholder: l10n.t('What should be different here?'),
          value,
          readonly: !session.mayDecide || session.sending,
          write: (comment) => actions.writeParagraph(quote, comment),
        })
      : session.mayDecide
        ? html`<button
            type="button"
            class="discreet beside"
            id=${paragraphButtonId(index)}
            aria-label=${l10n.t('Comment on “{0}”', about)}
            title=${l10n.t('Comment on this')}
            @click=${() => actions.beginParagraph(quote, paragraphFieldId(index))}
          >
            ${icon('comment')}
          </button>`
        : nothing
  }`;
}

function changes({ against, changedLines, removedLines, marks, removedChunks }: PlanComparison) {
  const count = (wanted: string) => marks.filter((mark) => mark === wanted).length;
  const parts = [
    changedLines.size > 0 ? l10n.t('{0} new or changed', counted(changedLines.size, 'line')) : '',
    count('added') > 0 ? l10n.t('{0} added', counted(count('added'), 'chunk')) : '',
    count('changed') > 0 ? l10n.t('{0} changed', counted(count('changed'), 'chunk')) : '',
    removedChunks.length > 0 ? l10n.t('{0} removed', counted(removedChunks.length, 'chunk')) : '',
  ].filter((part) => part !== '');
  const words = parts.length > 0 ? parts.join(', ') : l10n.t('the same text and chunks');
  return html`<div class="changes">
    <p>
      <span class="legend" aria-hidden="true"></span
      >${l10n.t('Compared with revision {0}: {1}.', against, words)}
    </p>
    ${
      removedLines.length === 0
        ? nothing
        : html`<details>
            <summary>${l10n.t('{0} gone', counted(removedLines.length, 'line'))}</summary>
            <del>${legible(removedLines.join('\n'))}</del>
          </details>`
    }
  </div>`;
}
