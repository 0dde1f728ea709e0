import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { blobRef } from '../contract/events/define.ts';
import { MadeDocuments } from './made-documents.ts';
import type { ShownChange } from './screen.ts';

const SCHEME = 'lineclear-content';

/** Without a reference: the side of a change on which there was no file. */
const querySchema = z.object({ ref: blobRef.optional() });

/** Only a name for the tab and for the language of the text: nothing is read from there. */
export const contentUri = (path: string, ref: ShownChange['before']): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/${path.replace(/^\/+/, '')}`, query: JSON.stringify({ ref }) });

/** Texts that were kept beside the log, as read-only documents. */
export class KeptContents implements vscode.Disposable {
  readonly #documents: MadeDocuments;

  constructor(app: () => App | undefined) {
    this.#documents = new MadeDocuments(SCHEME, async ({ query }) => {
      const { ref } = querySchema.parse(JSON.parse(query));
      if (ref === undefined) return '';
      const text = await app()?.content(ref);
      return text ?? `${l10n.t('This content is not in the log of this workspace.')}\n`;
    });
  }

  async openChange({ path, before, after, title }: ShownChange): Promise<void> {
    const sides = [contentUri(path, before), contentUri(path, after)];
    await vscode.commands.executeCommand('vscode.diff', ...sides, title, { preview: true });
  }

  dispose(): void {
    this.#documents.dispose();
  }
}
