import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { LineclearError } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import { removedWords } from '../state/history-words.ts';
import { isRemoved } from '../state/kept-types.ts';
import type { World } from '../state/world.ts';
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
  archive: z.string().optional(),
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
  readonly #following: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(app: () => App | undefined) {
    this.#app = app;
    this.#documents = new MadeDocuments(SCHEME, (uri) => this.#textOf(uri));
    this.#following = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme !== SCHEME) return;
      for (const editor of vscode.window.visibleTextEditors)
        if (editor.document === document && isPastEnd(editor)) showEnd(editor);
    });
  }

  async open(query: EventsQuery): Promise<void> {
    const removed = removedOf(query, this.#app()?.world);
    const archive = query.archive ?? (removed?.file && path.posix.basename(removed.file));
    const document = await vscode.workspace.openTextDocument(uriOf({ ...query, archive }));
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    // The newest is last.
    if (query.sequence === undefined) showEnd(editor);
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
      this.#documents.openChanged(({ query }) => !/"(?:sequence|archive)":/.test(query));
    }, REFRESH_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#documents.dispose();
    this.#following.dispose();
  }

  async #textOf(uri: vscode.Uri): Promise<string> {
    const app = this.#app();
    if (!app) return `${l10n.t('The log is not open.')}\n`;
    const query = querySchema.parse(JSON.parse(uri.query));
    const { task_id: taskId, sequence, until, archive } = query;
    const { world } = app;
    if (archive !== undefined) return await archivedText(app, { ...query, archive });
    const removed = removedOf(query, world);
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
    const left = only(events, (event) => !isRemoved(world, event));
    return await eventsText(left, { ...query, older, isTruncated }, world);
  }
}

const removedOf = ({ task_id }: EventsQuery | DocumentQuery, world: World | undefined) =>
  world?.archive.get(task_id ?? '')?.removed;

async function* only(events: AsyncIterable<AgentEvent>, fits: (event: AgentEvent) => boolean) {
  for await (const event of events) if (fits(event)) yield event;
}

/** What an archive has, of one task or of all in it. */
async function archivedText(app: App, query: DocumentQuery & { readonly archive: string }): Promise<string> {
  const { world } = app;
  const { archive, task_id: taskId } = query;
  const events = only(app.archive(archive), ({ task_id }) => taskId === undefined || task_id === taskId);
  const removed = removedOf(query, world);
  const intro = removed && removedWords(removed);
  try {
    return await eventsText(events, { ...query, intro }, world);
  } catch (error) {
    if (!(error instanceof LineclearError)) throw error;
    return [intro, error.message, ''].filter((line) => line !== undefined).join('\n');
  }
}

const lastLine = ({ document }: vscode.TextEditor): number => document.lineCount - 1;

/** Whether all that was on the screen is gone: a text that gets much shorter leaves its last, empty line at the top. */
const isPastEnd = (editor: vscode.TextEditor): boolean =>
  (editor.visibleRanges[0]?.start.line ?? 0) >= lastLine(editor);

function showEnd(editor: vscode.TextEditor): void {
  // From above, so that the end comes to the bottom of the screen.
  for (const line of [0, lastLine(editor)]) editor.revealRange(new vscode.Range(line, 0, line, 0));
}

/** The line on which an event stands; every line of events begins with its sequence. */
function lineOf(document: vscode.TextDocument, sequence: number): number | undefined {
  for (let line = document.lineCount - 1; line >= 0; line -= 1)
    if (Number.parseInt(document.lineAt(line).text, 10) === sequence) return line;
  return undefined;
}
