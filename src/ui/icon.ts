import { type TemplateResult, html, svg } from 'lit';

const shapes = {
  check: svg`<path d="M3.5 8.5 6.5 11.5 12.5 4.5" />`,
  circle: svg`<circle cx="8" cy="8" r="4.5" />`,
  dot: svg`<circle cx="8" cy="8" r="4.5" /><circle cx="8" cy="8" r="2" fill="currentColor" />`,
  cross: svg`<path d="M4 4 12 12M12 4 4 12" />`,
  dash: svg`<circle cx="8" cy="8" r="4.5" /><path d="M5.5 8h5" />`,
  clock: svg`<circle cx="8" cy="8" r="5.5" /><path d="M8 4.75V8l2.25 1.5" />`,
  back: svg`<path d="M6.5 4 3 7.5 6.5 11M3 7.5h6.5a3 3 0 0 1 0 6H8" />`,
  comment: svg`<path d="M2.5 3.5h11v7.5H7l-3 2.5v-2.5H2.5z" />`,
  alert: svg`<path d="M8 2.75 14 13.25H2zM8 6.75v3M8 11.25v.25" />`,
  person: svg`<circle cx="8" cy="5.25" r="2.5" /><path d="M3 13.5a5 5 0 0 1 10 0" />`,
  chevron: svg`<path d="M5.5 3.5 10 8l-4.5 4.5" />`,
  info: svg`<circle cx="8" cy="8" r="5.5" /><path d="M8 7.25v3.5M8 5v.5" />`,
} as const;

export type IconName = keyof typeof shapes;

/** A decoration: the word beside it says the same. */
export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shapes[name]}
  </svg>`;
}
