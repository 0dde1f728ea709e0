import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { DeadLetterState } from '../state/dead-letters.ts';
import { DATA_SCHEME, createLetterFiles, letterOf, letterUri } from './dead-letter-files.ts';
import { deadLetterText } from './dead-letter-text.ts';
import { MadeDocuments } from './made-documents.ts';
import type { LetterPlace } from './screen.ts';
import type { TextFiles } from './text-files.ts';

const SCHEME = 'lineclear-letter';

/** Dead letters in editors: read with every attempt, and their data edited. */
export class DeadLetterDocuments implements vscode.Disposable {
  readonly #app: () => App | undefined;
  readonly #documents: MadeDocuments;
  readonly #files: TextFiles;
  readonly #parts: vscode.Disposable;
  #shown: readonly DeadLetterState[] = [];

  constructor(app: () => App | undefined, onSaved: (letter: LetterPlace) => void) {
    this.#app = app;
    this.#documents = new MadeDocuments(SCHEME, (uri) => this.#textOf(uri));
    this.#files = createLetterFiles(app, onSaved);
    this.#parts = vscode.Disposable.from(
      this.#documents,
      this.#files,
      vscode.workspace.registerFileSystemProvider(DATA_SCHEME, this.#files, { isCaseSensitive: true }),
    );
  }

  async open(letter: LetterPlace): Promise<void> {
    await vscode.window.showTextDocument(letterUri(SCHEME, letter, l10n.t('dead letter') + '.txt'), {
      preview: true,
    });
  }

  async edit(letter: LetterPlace): Promise<void> {
    await vscode.window.showTextDocument(letterUri(DATA_SCHEME, letter, l10n.t('data') + '.json'), {
      preview: false,
    });
  }

  /** Documents that are open follow what becomes of their letters. */
  worldChanged(): void {
    const letters = this.#app()?.world.deadLetters ?? [];
    if (letters === this.#shown) return;
    this.#shown = letters;
    this.#documents.openChanged();
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === DATA_SCHEME) this.#files.changed(uri);
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #textOf(uri: vscode.Uri): Promise<string> {
    const letter = await letterOf(this.#app(), uri);
    return letter ? deadLetterText(letter) : `${l10n.t('This was handled or deleted.')}\n`;
  }
}
