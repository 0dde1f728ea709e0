import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { MadeDocuments } from './made-documents.ts';
import { planDocument } from './plan-document.ts';
import type { ComparedPlans } from './screen.ts';

const SCHEME = 'lineclear-plan';

const querySchema = z.object({ task_id: z.string(), revision: z.int().min(1) });

const uriOf = (query: z.infer<typeof querySchema>): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/revision ${query.revision}.md`, query: JSON.stringify(query) });

/** Revisions of plans as read-only Markdown, to be compared. A revision never changes. */
export class PlanDocuments implements vscode.Disposable {
  readonly #documents: MadeDocuments;

  constructor(app: () => App | undefined) {
    this.#documents = new MadeDocuments(SCHEME, ({ query }) => {
      const { task_id, revision } = querySchema.parse(JSON.parse(query));
      const plan = app()
        ?.world.tasks.get(task_id)
        ?.plans.find((other) => other.revision === revision);
      return plan ? planDocument(plan) : `${l10n.t('This revision is not in the log of this workspace.')}\n`;
    });
  }

  async compare({ task_id, before, after, title }: ComparedPlans): Promise<void> {
    const sides = [before, after].map((revision) => uriOf({ task_id, revision }));
    await vscode.commands.executeCommand('vscode.diff', ...sides, title, { preview: true });
  }

  dispose(): void {
    this.#documents.dispose();
  }
}
