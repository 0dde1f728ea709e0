import { type TemplateResult, html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { counted } from '../../state/wording.ts';
import { legible } from '../legible.ts';
import { renderMarkdown } from '../render-markdown.ts';
import type { PlanComparison } from './compare-plans.ts';
import type { RevisionView } from './protocol.ts';

/** Markdown, rendered again only when it changed. `renderMarkdown` makes it safe. */
export const markdownBlock = (text: string, changedLines?: ReadonlySet<number>): TemplateResult =>
  html`<div class="markdown">
    ${guard([text, [...(changedLines ?? [])].join()], () => unsafeHTML(renderMarkdown(text, changedLines)))}
  </div>`;

export function planText(shown: RevisionView, comparison: PlanComparison | undefined): TemplateResult {
  return html`${comparison ? changes(comparison) : nothing}
  ${markdownBlock(shown.plan, comparison?.changedLines)}`;
}

function changes({ against, changedLines, removedLines, marks, removedChunks }: PlanComparison) {
  const count = (wanted: string) => marks.filter((mark) => mark === wanted).length;
  const parts = [
    changedLines.size > 0 ? `${counted(changedLines.size, 'line')} new or changed` : '',
    count('added') > 0 ? `${counted(count('added'), 'chunk')} added` : '',
    count('changed') > 0 ? `${counted(count('changed'), 'chunk')} changed` : '',
    removedChunks.length > 0 ? `${counted(removedChunks.length, 'chunk')} removed` : '',
  ].filter((part) => part !== '');
  const words = parts.length > 0 ? parts.join(', ') : 'the same text and chunks';
  return html`<div class="changes">
    <p><span class="legend" aria-hidden="true"></span>Compared with revision ${against}: ${words}.</p>
    ${
      removedLines.length === 0
        ? nothing
        : html`<details>
            <summary>${counted(removedLines.length, 'line')} gone</summary>
            <del>${legible(removedLines.join('\n'))}</del>
          </details>`
    }
  </div>`;
}
