import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { LineclearError } from '../contract/errors.ts';
import { oneLine } from './inert-text.ts';
import { MadeDocuments } from './made-documents.ts';

const SCHEME = 'lineclear-task';

/** A tree of git and nothing else: links to such documents may come from anywhere. */
const querySchema = z.object({ tree: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/) });

/** It names what never changes: the worktree may go while VS Code still loads the comparison. */
const uriOf = (file: string, tree: string): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/${file}`, query: JSON.stringify({ tree }) });

/** What a task did in its worktree, as read-only documents beside each other in VS Code's editor for many changes. */
export class TaskChangesDocuments implements vscode.Disposable {
  readonly #app: () => App | undefined;
  readonly #documents: MadeDocuments;

  constructor(app: () => App | undefined) {
    this.#app = app;
    this.#documents = new MadeDocuments(SCHEME, (uri) => this.#textOf(uri));
  }

  /** Throws `not_waiting` when there is nothing to show. */
  async show(taskId: string): Promise<void> {
    const app = this.#app();
    const task = app?.world.tasks.get(taskId);
    if (!app || !task) throw new LineclearError('task_not_found', l10n.t("There is no task '{0}'.", taskId));
    const { files, before, now } = await app.changes(taskId);
    if (files.length === 0)
      throw new LineclearError(
        'not_waiting',
        l10n.t('Nothing has changed in the worktree of “{0}”.', task.title),
      );
    const resources = files.map(({ file_path, operation }) => [
      vscode.Uri.file(path.join(app.root, file_path)),
      operation === 'create' ? undefined : uriOf(file_path, before),
      operation === 'delete' ? undefined : uriOf(file_path, now),
    ]);
    await vscode.commands.executeCommand(
      'vscode.changes',
      l10n.t('Changes: {0}', oneLine(task.title, 60)),
      resources,
    );
  }

  dispose(): void {
    this.#documents.dispose();
  }

  async #textOf(uri: vscode.Uri): Promise<string> {
    const app = this.#app();
    if (!app) return '';
    const { tree } = querySchema.parse(JSON.parse(uri.query));
    return await app.textInTree(tree, uri.path.slice(1));
  }
}
