import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { MadeDocuments } from './made-documents.ts';

const SCHEME = 'lineclear-instructions';

/** Instruction files as they would be with the section that the notes make, beside those that are there. */
export class InstructionDocuments implements vscode.Disposable {
  readonly #app: () => App | undefined;
  readonly #documents: MadeDocuments;

  constructor(app: () => App | undefined) {
    this.#app = app;
    this.#documents = new MadeDocuments(SCHEME, async ({ fsPath }) => {
      const open = app();
      if (!open) return '';
      const file = path.relative(open.root, fsPath).replaceAll(path.sep, '/');
      return (await open.instructions.compare(file)).wanted;
    });
  }

  /** What would be written, before it is. */
  async preview(paths: readonly string[]): Promise<void> {
    const resources = paths.map((file) => {
      const now = this.#fileOf(file);
      return [now, now, this.#wantedOf(file)];
    });
    await vscode.commands.executeCommand('vscode.changes', l10n.t('Instruction files'), resources);
  }

  /** What somebody made of a file; of one that is gone, what it would be. */
  async show(file: string, exists: boolean): Promise<void> {
    const title = l10n.t('{0}: as the notes say, and as it is', file);
    const wanted = this.#wantedOf(file);
    if (exists) await vscode.commands.executeCommand('vscode.diff', wanted, this.#fileOf(file), title);
    else await vscode.commands.executeCommand('vscode.open', wanted);
  }

  /** What is open shows what the notes say now. */
  worldChanged(): void {
    this.#documents.openChanged();
  }

  dispose(): void {
    this.#documents.dispose();
  }

  #fileOf(file: string): vscode.Uri {
    return vscode.Uri.file(path.join(this.#app()?.root ?? '', file));
  }

  #wantedOf(file: string): vscode.Uri {
    // With the path of the file, so that the editor does not take it for another one.
    const uri = this.#fileOf(file).with({ scheme: SCHEME });
    this.#documents.changed(uri);
    return uri;
  }
}
