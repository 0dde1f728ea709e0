import * as vscode from 'vscode';
import type { CommandId } from './commands.ts';
import type { Status } from './status.ts';

/** The entry in the status bar. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('lineclear.status', vscode.StatusBarAlignment.Left, 50);
    this.#item.name = 'Lineclear';
  }

  show(status: Status | undefined): void {
    if (!status) return this.#item.hide();
    const command: CommandId | 'lineclear.inbox.focus' | 'lineclear.agents.focus' =
      status.severity === 'warning'
        ? 'lineclear.settle'
        : status.severity === 'error'
          ? 'lineclear.inbox.focus'
          : 'lineclear.agents.focus';
    this.#item.text = status.text;
    this.#item.tooltip = new vscode.MarkdownString(status.tooltip);
    this.#item.accessibilityInformation = { label: status.spoken };
    this.#item.command = command;
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
