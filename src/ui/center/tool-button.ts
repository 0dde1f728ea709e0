import { type TemplateResult, html, nothing } from 'lit';

/** A small button of a toolbar; with `pressed` it is a switch. */
export const toolButton = (
  label: string,
  words: string,
  act: () => void,
  pressed?: boolean,
): TemplateResult =>
  html`<button
    type="button"
    class="tool"
    title=${label}
    aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${act}
  >
    ${words}
  </button>`;
