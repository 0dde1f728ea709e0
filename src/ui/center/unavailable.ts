// oxlint-disable-next-line import/no-unassigned-import -- it defines the element that the templates name
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { type TemplateResult, html } from 'lit';
import { legible } from '../legible.ts';
import type { CenterMessage, Remedy } from './protocol.ts';

type Unavailable = Omit<Extract<CenterMessage, { type: 'unavailable' }>, 'type'>;

const remedies: Readonly<Record<Remedy, string>> = {
  create_task: 'Create Task',
  open_folder: 'Open Folder',
  reopen_log: 'Open the Log Again',
  show_output: 'Show Output',
};

const states: Readonly<
  Record<Unavailable['reason'], { readonly words: string; readonly remedies: readonly Remedy[] }>
> = {
  opening: { words: 'Reading the log …', remedies: [] },
  no_folder: {
    words: 'Lineclear keeps the log of your agents in the folder that you work in.',
    remedies: ['open_folder'],
  },
  no_log: {
    words: 'Nothing has happened here yet: agents appear when a task is worked on.',
    remedies: ['create_task'],
  },
  failed: { words: 'The log cannot be read.', remedies: ['reopen_log', 'show_output'] },
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
