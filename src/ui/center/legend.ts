import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, svg } from 'lit';
import type { MarkKind } from './protocol.ts';
import { markKinds, shapes } from './shapes.ts';

/** The shapes of shapes.ts once more, as they stand beside words. */
const outlines: Readonly<Record<MarkKind, TemplateResult>> = {
  step: svg`<circle cx="6" cy="6" r="2.2" />`,
  life: svg`<path d="M6 1v10" />`,
  file: svg`<rect x="2.5" y="2.5" width="7" height="7" />`,
  done: svg`<circle cx="6" cy="6" r="4.2" />`,
  decision: svg`<path d="M6 1.2 10.6 9.6H1.4z" />`,
  ask: svg`<path d="M6 .8 11.2 6 6 11.2.8 6z" />`,
  problem: svg`<path d="M2 2 10 10M10 2 2 10" />`,
};

/** What the shapes of the timeline mean. */
export const legend = (): TemplateResult =>
  html`<ul class="legend" aria-label=${l10n.t('Shapes')}>
    ${markKinds.map((kind) => {
      const { words, color, filled } = shapes[kind];
      return html`<li>
        <svg
          width="12"
          height="12"
          viewBox="0 0 12 12"
          fill=${filled ? `var(${color})` : 'none'}
          stroke=${filled ? 'none' : `var(${color})`}
          stroke-width="1.75"
          aria-hidden="true"
        >
          ${outlines[kind]}
        </svg>
        ${words}
      </li>`;
    })}
    <li><span class="swatch turn"></span>${l10n.t('turn')}</li>
    <li><span class="swatch waits"></span>${l10n.t('waits for you')}</li>
  </ul>`;
