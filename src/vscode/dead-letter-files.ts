import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App, DeadLetter } from '../app.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { LetterPlace } from './screen.ts';

export const DATA_SCHEME = 'lineclear-letter-data';

/** The tab of the editor says the number of the event, what is above the text also its group. */
export const letterUri = (scheme: string, { group, sequence }: LetterPlace, name: string): vscode.Uri =>
  vscode.Uri.from({ scheme, path: `/${group}/${sequence} ${name}` });

function placeOf(uri: vscode.Uri): LetterPlace {
  const [, group, sequence] = /^\/([^/]+)\/(\d+) /.exec(uri.path) ?? [];
  if (group === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  return { group, sequence: Number(sequence) };
}

export async function letterOf(app: App | undefined, uri: vscode.Uri): Promise<DeadLetter | undefined> {
  const { group, sequence } = placeOf(uri);
  return await app?.deadLetters.get(group, sequence);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LineclearError('invalid_event', l10n.t('This is not JSON: {0}', messageOf(error)));
  }
}

const refuse = (uri: vscode.Uri) => {
  throw vscode.FileSystemError.NoPermissions(uri);
};

/** The data of dead letters as files: saving one puts it in place of the event's own, for the next replay. */
export class DeadLetterFiles implements vscode.FileSystemProvider {
  readonly #app: () => App | undefined;
  readonly #onSaved: (letter: LetterPlace) => void;
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  /** What was there when somebody looked last, and since when: a letter does not say when it was edited. */
  readonly #seen = new Map<string, { readonly content: Uint8Array; readonly since: number }>();
  readonly onDidChangeFile = this.#changes.event;

  constructor(app: () => App | undefined, onSaved: (letter: LetterPlace) => void) {
    this.#app = app;
    this.#onSaved = onSaved;
  }

  /** Also the CLI edits and deletes. */
  changed(uri: vscode.Uri): void {
    this.#changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { content, since } = await this.#look(uri);
    const isWritable = vscode.workspace.isTrusted && !this.#app()?.readonly;
    return {
      type: vscode.FileType.File,
      ctime: since,
      mtime: since,
      size: content.length,
      ...(!isWritable && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#look(uri)).content;
  }

  /** The error of data that does not fit is what the editor says about the failed saving. */
  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const app = this.#app();
    if (!app || !vscode.workspace.isTrusted) return refuse(uri);
    const { group, sequence } = placeOf(uri);
    await app.deadLetters.edit(group, sequence, parse(Buffer.from(content).toString()));
    this.changed(uri);
    this.#onSaved({ group, sequence });
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory = refuse;
  createDirectory = refuse;
  delete = refuse;
  rename = refuse;

  dispose(): void {
    this.#changes.dispose();
  }

  async #look(uri: vscode.Uri) {
    const letter = await letterOf(this.#app(), uri);
    if (!letter?.event) throw vscode.FileSystemError.FileNotFound(uri);
    const data = letter.edited_data ?? letter.event.data;
    const content = Buffer.from(`${JSON.stringify(data, undefined, 2)}\n`);
    const before = this.#seen.get(uri.toString());
    if (before && content.equals(before.content)) return before;
    const seen = { content, since: Date.now() };
    this.#seen.set(uri.toString(), seen);
    return seen;
  }
}
