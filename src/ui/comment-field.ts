import { type TemplateResult, css, html } from 'lit';
import { VscodeTextarea } from '@vscode-elements/elements/dist/vscode-textarea/index.js';

/** VS Code's text area with room around the text; it grows with it. */
class CommentField extends VscodeTextarea {
  static override styles = [
    VscodeTextarea.styles,
    css`
      :host {
        width: 100%;
      }

      textarea {
        field-sizing: content;
        min-height: calc(var(--min-lines, 1) * 1.45em + 10px);
        max-height: 12em;
        padding: 4px 8px;
        line-height: 1.45;
      }
    `,
  ];
}

customElements.define('lineclear-comment', CommentField);

interface CommentFieldOptions {
  readonly id: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly readonly?: boolean;
  readonly write?: (value: string) => void;
}

export function commentField(field: CommentFieldOptions): TemplateResult {
  return html`<lineclear-comment
    id=${field.id}
    class="comment-field"
    .label=${field.label}
    placeholder=${field.placeholder ?? ''}
    resize="none"
    spellcheck
    ?readonly=${field.readonly ?? false}
    .value=${field.value}
    @input=${(event: Event) => {
      if (event.currentTarget instanceof CommentField) field.write?.(event.currentTarget.value);
    }}
  ></lineclear-comment>`;
}
