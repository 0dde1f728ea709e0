import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { removedWords } from '../state/history-words.ts';
import { SHOWN_EVENTS, eventsText } from './event-lines.ts';
import { MadeDocuments } from './made-documents.ts';
import type { EventsQuery } from './screen.ts';

const SCHEME = 'lineclear-events';
/** How often an open document follows the log at most. */
const REFRESH_MS = 1000;

/** Events that are shown after one that was asked for. */
const AFTER = 500;

const querySchema = z.object({
  task_id: z.string().optional(),
  sequence: z.int().min(1).optional(),
  /** The last one to show; default: the newest, and those that come. */
  until: z.int().min(1).optional(),
  format: z.enum(['lines', 'json']),
  title: z.string(),
});

type DocumentQuery = z.infer<typeof querySchema>;

function uriOf(query: EventsQuery | DocumentQuery): vscode.Uri {
  const name = query.title.replaceAll(/[\\/:*?"<>|#%]/g, ' ').trim() || 'events';
  const extension = query.format === 'json' ? 'json' : 'log';
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}.${extension}`, query: JSON.stringify(query) });
}

/** Events as read-only documents; those of a task or of all follow the log while they are open. */
export class EventsDocuments implements vscode.Disposable {
  readonly #app: () => App | undefined;
  readonly #documents: MadeDocuments;
  #timer: NodeJS.Timeout | undefined;

  constructor(app: () => App | undefined) {
    this.#app = app;
    this.#documents = new MadeDocuments(SCHEME, (uri) => this.#textOf(uri));
  }

  async open(query: EventsQuery): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(query));
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    if (query.sequence !== undefined) return;
    // The newest is last.
    const end = document.lineAt(document.lineCount - 1).range;
    editor.revealRange(end);
  }

  /** Shows an event among all others, beside what is open. */
  async openAt(sequence: number): Promise<void> {
    const newest = this.#app()?.world.position ?? 0;
    const all = { title: l10n.t('All events'), format: 'lines' } as const;
    const isRecent = sequence > newest - SHOWN_EVENTS;
    const query = isRecent
      ? all
      : { ...all, title: l10n.t('Events around {0}', sequence), until: sequence + AFTER };
    const document = await vscode.workspace.openTextDocument(uriOf(query));
    const line = lineOf(document, sequence);
    // What is open may be a moment old.
    if (line === undefined)
      return await this.open({ sequence, format: 'json', title: l10n.t('Event {0}', sequence) });
    const editor = await vscode.window.showTextDocument(document, {
      preview: true,
      viewColumn: vscode.ViewColumn.Beside,
    });
    const { range } = document.lineAt(line);
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  }

  worldChanged(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#documents.openChanged(({ query }) => !query.includes('"sequence"'));
    }, REFRESH_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#documents.dispose();
  }

  async #textOf(uri: vscode.Uri): Promise<string> {
    const app = this.#app();
    if (!app) return `${l10n.t('The log is not open.')}\n`;
    const query = querySchema.parse(JSON.parse(uri.query));
    const { task_id: taskId, sequence, until } = query;
    const { world } = app;
    const removed = world.archive.get(taskId ?? '')?.removed;
    if (removed) return `${removedWords(removed)}\n`;
    if (sequence !== undefined) {
      const one = app.events({ after: sequence - 1, until: sequence, truncatedAt: sequence });
      return await eventsText(one, query, world);
    }
    // Of all tasks, only the newest are read: sequences have no gaps.
    const older = taskId === undefined ? Math.max(0, (until ?? world.position) - SHOWN_EVENTS) : 0;
    const isTruncated = (await app.truncatedAt()) > 0;
    // What is left; the text says what is not. It may become less while it is read.
    const range = { taskId, after: older, truncatedAt: Infinity };
    const events = app.events({ ...range, ...(until === undefined ? {} : { until }) });
    return await eventsText(events, { ...query, older, isTruncated }, world);
  }
}

/** The line on which an event stands; every line of events begins with its sequence. */
function lineOf(document: vscode.TextDocument, sequence: number): number | undefined {
  for (let line = document.lineCount - 1; line >= 0; line -= 1)
    if (Number.parseInt(document.lineAt(line).text, 10) === sequence) return line;
  return undefined;
}
