import * as vscode from 'vscode';
import { z } from 'zod';
import type { App } from '../app.ts';
import { SHOWN_EVENTS, eventsText } from './event-lines.ts';
import type { EventsQuery } from './screen.ts';

const SCHEME = 'lineclear-events';
/** How often an open document follows the log at most. */
const REFRESH_MS = 1000;

const querySchema = z.object({
  task_id: z.string().optional(),
  sequence: z.int().min(1).optional(),
  format: z.enum(['lines', 'json']),
  title: z.string(),
});

function uriOf(query: EventsQuery): vscode.Uri {
  const name = query.title.replaceAll(/[\\/:*?"<>|#%]/g, ' ').trim() || 'events';
  const extension = query.format === 'json' ? 'json' : 'log';
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}.${extension}`, query: JSON.stringify(query) });
}

/** Events as read-only documents; those of a task or of all follow the log while they are open. */
export class EventsDocuments implements vscode.Disposable {
  readonly #app: () => App | undefined;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(app: () => App | undefined) {
    this.#app = app;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: (uri) => this.#textOf(uri),
    });
  }

  async open(query: EventsQuery): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(query));
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    if (query.sequence !== undefined) return;
    // The newest is last.
    const end = document.lineAt(document.lineCount - 1).range;
    editor.revealRange(end);
  }

  worldChanged(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const { uri } of vscode.workspace.textDocuments) {
        if (uri.scheme === SCHEME && !uri.query.includes('"sequence"')) this.#changed.fire(uri);
      }
    }, REFRESH_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #textOf(uri: vscode.Uri): Promise<string> {
    const app = this.#app();
    if (!app) return 'The log is not open.\n';
    const query = querySchema.parse(JSON.parse(uri.query));
    const { task_id: taskId, sequence } = query;
    const { world } = app;
    if (sequence !== undefined) {
      return await eventsText(app.events({ after: sequence - 1, until: sequence }), query, world);
    }
    // Of all tasks, only the newest are read: sequences have no gaps.
    const older = taskId === undefined ? Math.max(0, world.position - SHOWN_EVENTS) : 0;
    return await eventsText(app.events({ taskId, after: older }), { ...query, older }, world);
  }
}
