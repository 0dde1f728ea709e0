import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { LineclearError } from '../contract/errors.ts';
import { noticeText, oneLine, pickText } from './inert-text.ts';
import type { Choice, Question, Screen } from './screen.ts';
import { findFile } from './workspace-files.ts';

/** What other parts of the extension open. */
type Elsewhere = Pick<
  Screen,
  | 'openPlan'
  | 'comparePlans'
  | 'openOutput'
  | 'openCommandCenter'
  | 'openChange'
  | 'openMerge'
  | 'acceptMerge'
  | 'openTaskChanges'
  | 'previewInstructions'
  | 'openInstructionChange'
  | 'openEvents'
  | 'openDeadLetter'
  | 'editDeadLetter'
  | 'openConfiguration'
>;

export interface VscodeScreenDeps extends Elsewhere {
  readonly output: vscode.LogOutputChannel;
  /** The folders whose files may be opened; paths that are not absolute start in the first. */
  readonly folders: () => readonly string[];
  /** As `publisher.extension#walkthrough`. */
  readonly walkthrough: string;
}

interface ValueButton<T> extends vscode.QuickInputButton {
  readonly value: T;
}

interface ValueItem<T> extends vscode.QuickPickItem {
  readonly value: T;
  readonly buttons?: readonly ValueButton<T>[];
}

function itemOf<T>({ label, description, detail, icon, value, buttons = [] }: Choice<T>): ValueItem<T> {
  return {
    label: pickText(label),
    description: description && pickText(description),
    detail: detail && pickText(detail, 400),
    iconPath: icon === undefined ? undefined : new vscode.ThemeIcon(icon),
    buttons: buttons.map((button) => ({
      iconPath: new vscode.ThemeIcon(button.icon),
      tooltip: button.tooltip,
      value: button.value,
    })),
    value,
  };
}

/** Shows a quick pick until it is answered or left. `typed` makes an item of words of the person's own. */
function ask<T>(
  choices: readonly Choice<T>[],
  { title, placeholder, stays = false }: Question,
  typed?: (words: string) => Choice<T>,
): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  const items = choices.map((choice) => itemOf(choice));
  const picker = vscode.window.createQuickPick<ValueItem<T>>();
  picker.title = oneLine(title);
  picker.placeholder = oneLine(placeholder);
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.ignoreFocusOut = stays || typed !== undefined;
  picker.items = items;
  if (typed) {
    picker.onDidChangeValue((words) => {
      const own = words.trim() === '' ? [] : [{ ...itemOf(typed(words)), alwaysShow: true }];
      picker.items = [...items, ...own];
    });
  }
  picker.onDidAccept(() => {
    const [item] = picker.selectedItems;
    // Who types fast presses Enter before the entry for the words is there.
    const words = picker.value.trim() === '' ? undefined : typed?.(picker.value);
    const chosen = item ?? words;
    if (!chosen) return;
    resolve(chosen.value);
    picker.hide();
  });
  picker.onDidTriggerItemButton(({ item, button }) => {
    const index = item.buttons?.findIndex((candidate) => candidate.tooltip === button.tooltip) ?? -1;
    resolve(item.buttons?.[index]?.value);
    picker.hide();
  });
  picker.onDidHide(() => {
    resolve(undefined);
    picker.dispose();
  });
  picker.show();
  return promise;
}

const boxOf = ({ title, prompt, placeholder }: Parameters<Screen['input']>[0]): vscode.InputBoxOptions => ({
  title: oneLine(title),
  prompt: noticeText(prompt, 1000),
  placeHolder: oneLine(placeholder),
  // What has been typed is not lost by a look at the code.
  ignoreFocusOut: true,
});

const show = {
  information: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

/** {@link Screen} in VS Code. */
export function createScreen({ output, folders, walkthrough, ...elsewhere }: VscodeScreenDeps): Screen {
  const runLater = (command: string, target: unknown) =>
    vscode.commands
      .executeCommand(command, ...(target === undefined ? [] : [target]))
      .then(undefined, (error: unknown) => output.error(`${command} failed`, error));
  return {
    ...elsewhere,
    pick: (choices, question) => ask(choices, question),
    pickOrType: (choices, question) =>
      ask(choices, question, (words) => ({
        label: question.typed(words),
        icon: 'edit',
        value: words,
      })),
    async input(question) {
      const words = await vscode.window.showInputBox(boxOf(question));
      return words?.trim() ? words : undefined;
    },
    secret: async (question) =>
      (await vscode.window.showInputBox({ ...boxOf(question), password: true })) || undefined,
    confirm: async (question, detail, answers) =>
      await vscode.window.showWarningMessage(
        noticeText(question),
        {
          modal: true,
          detail: detail
            .split('\n')
            .map((line) => noticeText(line))
            .join('\n'),
        },
        ...answers,
      ),
    notify({ severity, message, actions }) {
      show[severity](noticeText(message), ...actions.map(({ title }) => title)).then(
        (title) => {
          const action = actions.find((candidate) => candidate.title === title);
          return action && runLater(action.command, action.target);
        },
        (error: unknown) => output.error('A notification could not be shown', error),
      );
    },
    flash: (message) => void vscode.window.setStatusBarMessage(pickText(message), 5000),
    async busy(title, work) {
      const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
      return await vscode.window.withProgress(options, async (progress, token) => {
        const aborted = new AbortController();
        const listening = token.onCancellationRequested(() => aborted.abort());
        try {
          return await work(aborted.signal, (message) => progress.report({ message }));
        } finally {
          listening.dispose();
        }
      });
    },
    async saveAs(proposed) {
      const [folder] = folders();
      const uri = await vscode.window.showSaveDialog({
        defaultUri: folder === undefined ? undefined : vscode.Uri.file(path.join(folder, proposed)),
        filters: { [l10n.t('JSON lines')]: ['jsonl'] },
        title: l10n.t('Export Events'),
      });
      return uri?.fsPath;
    },
    async showDeadLetters() {
      await vscode.commands.executeCommand('lineclear.deadLetters.focus');
    },
    async openFile(named, folder) {
      const found = await findFile(folders(), folder === undefined ? named : path.resolve(folder, named));
      if (found.kind === 'inside') {
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(found.path));
        return;
      }
      const name = oneLine(named);
      const why =
        found.kind === 'missing'
          ? l10n.t('{0} is not there any more, so it is not opened.', name)
          : l10n.t('{0} is outside the workspace, so it is not opened.', name);
      throw new LineclearError('invalid_input', why);
    },
    openWalkthrough: async () => {
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
    },
    showOutput: () => output.show(),
  };
}
