import * as vscode from 'vscode';

/** Read-only documents of one scheme, whose text is made when VS Code asks for it. */
export class MadeDocuments implements vscode.Disposable {
  readonly #scheme: string;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  constructor(scheme: string, textOf: (uri: vscode.Uri) => string | Promise<string>) {
    this.#scheme = scheme;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: textOf,
    });
  }

  /** One that is open, or was a moment ago, is made again. */
  changed(uri: vscode.Uri): void {
    this.#changed.fire(uri);
  }

  /** All that are open, or those that the condition holds for, are made again. */
  openChanged(condition: (uri: vscode.Uri) => boolean = () => true): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === this.#scheme && condition(uri)) this.#changed.fire(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
