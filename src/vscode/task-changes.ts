import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { LineclearError } from '../contract/errors.ts';
import { oneLine } from './inert-text.ts';
import { MadeDocuments } from './made-documents.ts';

const SCHEME = 'lineclear-task';

const querySchema = z.object({ task_id: z.string(), side: z.enum(['before', 'now']) });
type Query = z.infer<typeof querySchema>;

const uriOf = (file: string, query: Query): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/${file}`, query: JSON.stringify(query) });

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
    const { files } = await app.changes(taskId);
    if (files.length === 0)
      throw new LineclearError(
        'not_waiting',
        l10n.t('Nothing has changed in the worktree of “{0}”.', task.title),
      );
    const resources = files.map(({ file_path, operation }) => {
      const before = uriOf(file_path, { task_id: taskId, side: 'before' });
      // Not the file of the worktree: the comparison outlives it.
      const now = uriOf(file_path, { task_id: taskId, side: 'now' });
      for (const uri of [before, now]) this.#documents.changed(uri);
      return [
        vscode.Uri.file(path.join(app.root, file_path)),
        operation === 'create' ? undefined : before,
        operation === 'delete' ? undefined : now,
      ];
    });
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
    const { task_id, side } = querySchema.parse(JSON.parse(uri.query));
    return await (await app.changes(task_id)).text(side, uri.path.slice(1));
  }
}
