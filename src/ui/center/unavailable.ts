// oxlint-disable-next-line import/no-unassigned-import -- it defines the element that the templates name
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { type TemplateResult, html } from 'lit';
import { legible } from '../legible.ts';
import type { Remedy } from './intent.ts';
import type { CenterMessage } from './protocol.ts';

type Unavailable = Omit<Extract<CenterMessage, { type: 'unavailable' }>, 'type'>;

const remedies: Readonly<Record<Remedy, string>> = {
  create_task: l10n.t('Create Task'),
  open_folder: l10n.t('Open Folder'),
  reopen_log: l10n.t('Open the Log Again'),
  show_output: l10n.t('Show Output'),
};

const states: Readonly<
  Record<Unavailable['reason'], { readonly words: string; readonly remedies: readonly Remedy[] }>
> = {
  opening: { words: l10n.t('Reading the log …'), remedies: [] },
  no_folder: {
    words: l10n.t('Lineclear keeps the log of your agents in the folder that you work in.'),
    remedies: ['open_folder'],
  },
  no_log: {
    words: l10n.t('Nothing has happened here yet: agents appear when a task is worked on.'),
    remedies: ['create_task'],
  },
  failed: { words: l10n.t('The log cannot be opened.'), remedies: ['reopen_log', 'show_output'] },
};

/** What stands there instead of the command center, and what to do about it. */
export function unavailable(
  { reason, message }: Unavailable,
  perform: (remedy: Remedy) => void,
): TemplateResult {
  const state = states[reason];
  return html`<main class="empty">
    <p class="quiet" role="status">${state.words}</p>
    ${message ? html`<p class="message">${legible(message)}</p>` : ''}
    <div class="remedies">
      ${state.remedies.map(
        (remedy) => html`<vscode-button @click=${() => perform(remedy)}>${remedies[remedy]}</vscode-button>`,
      )}
    </div>
  </main>`;
}
