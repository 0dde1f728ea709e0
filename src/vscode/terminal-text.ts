import * as l10n from '@vscode/l10n';
import type { EventData } from '../contract/catalog.ts';

type Output = EventData<'agent.output'>;

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is taken out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Only these come from us: what an agent prints cannot move the cursor, set a title or answer for the person. */
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

const headings: Readonly<Record<Output['stream'], string>> = {
  message: l10n.t('says'),
  thought: l10n.t('thinks'),
  stderr: l10n.t('prints as an error'),
};

/** Turns the output of one agent, piece by piece, into what a terminal may be given. */
export class TerminalText {
  #stream: Output['stream'] | undefined;
  #isInLine = false;

  add({ stream, text, truncated }: Output): string {
    const lines = text.replaceAll('\r\n', '\n').replaceAll(CONTROL, '').replaceAll('\n', '\r\n');
    const cut = truncated
      ? `\r\n${DIM}${l10n.t('… {0} characters are left out', truncated)}${PLAIN}\r\n`
      : '';
    const head = stream === this.#stream ? '' : this.#heading(headings[stream]);
    this.#stream = stream;
    const body = stream === 'thought' ? `${DIM}${lines}${PLAIN}` : lines;
    this.#isInLine = cut === '' && lines !== '' && !lines.endsWith('\n');
    return `${head}${body}${cut}`;
  }

  /** A line of our own between what the agent printed. */
  note(words: string): string {
    this.#stream = undefined;
    return this.#heading(words);
  }

  #heading(words: string): string {
    const start = this.#isInLine ? '\r\n' : '';
    this.#isInLine = false;
    return `${start}${DIM}── ${words} ──${PLAIN}\r\n`;
  }
}
