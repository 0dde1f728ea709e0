// oxlint-disable-next-line import/no-unassigned-import -- it defines the element that the templates name
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { commentField } from '../comment-field.ts';
import { legible } from '../legible.ts';
import type { CenterSession } from './center-session.ts';

export interface ComposerActions {
  readonly choose: (target: string) => void;
  readonly chooseAction: (action: string) => void;
  readonly write: (words: string) => void;
  readonly send: () => void;
}

const isSelect = (target: EventTarget | null): target is HTMLSelectElement =>
  target instanceof HTMLSelectElement;

const choice = (
  label: string,
  options: readonly { readonly id: string; readonly words: string }[],
  chosen: string,
  choose: (id: string) => void,
): TemplateResult =>
  html`<label>
    <span class="visually-hidden">${label}</span>
    <select @change=${(event: Event) => isSelect(event.currentTarget) && choose(event.currentTarget.value)}>
      ${options.map(({ id, words }) => html`<option value=${id} ?selected=${id === chosen}>${legible(words)}</option>`)}
    </select>
  </label>`;

/** What a person asks for, of whom: everything that is possible now. */
export function composer(session: CenterSession, actions: ComposerActions): TemplateResult {
  const { target, targets, action, offered, draft, sending, error } = session;
  const label = action?.label ?? l10n.t('Send');
  return html`<section class="composer" aria-label=${l10n.t('Ask for something')}>
    <div class="choices">
      ${choice(
        l10n.t('Of whom'),
        targets.map(({ id, label: name, description }) => ({
          id,
          words: description ? `${name} — ${description}` : name,
        })),
        target,
        actions.choose,
      )}
      ${
        offered.length === 0
          ? html`<span class="quiet">${l10n.t('Nothing can be asked of it now.')}</span>`
          : choice(
              l10n.t('What'),
              offered.map(({ id, label: name }) => ({ id, words: name })),
              action?.id ?? '',
              actions.chooseAction,
            )
      }
    </div>
    ${
      action && action.words !== 'none'
        ? commentField({
            id: 'words',
            label: action.hint ?? label,
            placeholder: legible(action.hint ?? ''),
            value: draft,
            readonly: sending,
            write: actions.write,
          })
        : nothing
    }
    <div class="send">
      <vscode-button ?disabled=${!session.maySend} title="Ctrl+Enter" @click=${actions.send}>
        ${legible(sending ? l10n.t('Sending …') : label)}
      </vscode-button>
      <p class="bad message" role="alert">${error ? legible(error) : nothing}</p>
    </div>
  </section>`;
}
