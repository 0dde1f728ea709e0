import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App, Memory, NoteConflict } from '../app.ts';
import { LineclearError } from '../contract/errors.ts';
import { memberName } from '../state/inbox-words.ts';
import { type NoteVersion, textRefOf } from '../state/notes.ts';
import { oneLine } from './inert-text.ts';
import { contentUri } from './kept-contents.ts';
import { MERGE_SCHEME, mergeQuery } from './target.ts';
import { TextFiles } from './text-files.ts';

/** The note is named by the query: the path is what the tab says, and the language of the text. */
const uriOf = (note_id: string, path: string): vscode.Uri =>
  vscode.Uri.from({ scheme: MERGE_SCHEME, path: `/${path}`, query: JSON.stringify({ note_id }) });

const noteIdOf = (uri: vscode.Uri): string => mergeQuery.parse(uri.query).note_id;

/**
 * Two versions of a note that could not be merged, as one text that a person edits, beside what each of them has. Saving
 * it settles the note, as soon as nothing is there twice any more.
 */
export class NoteMerges implements vscode.Disposable {
  readonly #app: () => App | undefined;
  readonly #files: TextFiles;
  readonly #registration: vscode.Disposable;
  /** What was settled here stays to be read in its editor. */
  readonly #settled = new Map<string, string>();

  constructor(app: () => App | undefined, onSettled: (title: string) => void) {
    this.#app = app;
    this.#files = new TextFiles({
      read: (uri) => this.#read(uri),
      write: async (uri, text) => onSettled(await this.#settle(uri, text)),
      isReadonly: () => app()?.readonly !== undefined || app() === undefined,
    });
    this.#registration = vscode.workspace.registerFileSystemProvider(MERGE_SCHEME, this.#files, {
      isCaseSensitive: true,
    });
  }

  /** Throws `note_not_found`, `not_waiting`. */
  async open(noteId: string): Promise<void> {
    const { note, other } = await this.#conflict(noteId);
    const name = `${note.domain}/${note.slug}.md`;
    const merged = uriOf(noteId, name);
    this.#settled.delete(merged.toString());
    this.#files.changed(merged);
    const beside = async (side: NoteVersion, words: string, viewColumn: vscode.ViewColumn) => {
      const title = l10n.t('{0}: {1} and merged', oneLine(note.title, 40), words);
      const options = { viewColumn, preview: false };
      await vscode.commands.executeCommand(
        'vscode.diff',
        contentUri(name, textRefOf(side)),
        merged,
        title,
        options,
      );
    };
    await beside(note, memberName(note.agent_id), vscode.ViewColumn.Active);
    await beside(other, memberName(other.agent_id), vscode.ViewColumn.Beside);
  }

  /** Takes the text as it is in the editor. Throws what saving it throws. */
  async accept(noteId: string): Promise<void> {
    const documents = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === MERGE_SCHEME);
    const document = documents.find(({ uri }) => noteIdOf(uri) === noteId);
    if (!document) throw new LineclearError('not_waiting', l10n.t('This was settled already.'));
    // What goes wrong with saving is told by the editor.
    if (document.isDirty) await document.save();
    else await this.#files.writeFile(document.uri, Buffer.from(document.getText()));
  }

  /** The memory has changed: texts that nobody has edited follow. */
  memoryChanged(): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === MERGE_SCHEME) this.#files.changed(uri);
  }

  async #conflict(noteId: string): Promise<{ memory: Memory } & NoteConflict> {
    const memory = await this.#app()?.memory();
    if (!memory) throw new LineclearError('no_log', l10n.t('The log is not open.'));
    return { memory, ...(await memory.conflict(noteId)) };
  }

  async #read(uri: vscode.Uri): Promise<string> {
    return this.#settled.get(uri.toString()) ?? (await this.#conflict(noteIdOf(uri))).merged;
  }

  /** Returns the title of the note. */
  async #settle(uri: vscode.Uri, text: string): Promise<string> {
    const { memory, note, other } = await this.#conflict(noteIdOf(uri));
    const author = this.#app()?.author();
    if (author) await memory.resolve(note.note_id, other.event_id, { text }, author);
    this.#settled.set(uri.toString(), text);
    return note.title;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#files.dispose();
  }
}
