import * as vscode from 'vscode';
import type { Status } from './status.ts';

/** An entry in the status bar. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor(id: string, name: string, priority: number) {
    this.#item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
    this.#item.name = name;
  }

  show(status: Status | undefined): void {
    if (!status) return this.#item.hide();
    this.#item.text = status.text;
    this.#item.tooltip = new vscode.MarkdownString(status.tooltip);
    this.#item.accessibilityInformation = { label: status.spoken };
    this.#item.command = status.command;
    this.#item.backgroundColor =
      status.severity === 'none'
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${status.severity}Background`);
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
