import * as vscode from 'vscode';

export interface TextFilesOptions {
  /** Throws `FileNotFound` where there is none. */
  readonly read: (uri: vscode.Uri) => Promise<string>;
  /** What it throws is what the editor says about the failed saving. */
  readonly write: (uri: vscode.Uri, text: string) => Promise<void>;
  readonly isReadonly: () => boolean;
}

const refuse = (uri: vscode.Uri) => {
  throw vscode.FileSystemError.NoPermissions(uri);
};

/** Texts of the log as files that can be edited and saved in an editor. */
export class TextFiles implements vscode.FileSystemProvider {
  readonly #options: TextFilesOptions;
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  /** What was there when somebody looked last, and since when: the log does not say when it came to be so. */
  readonly #seen = new Map<string, { readonly content: Uint8Array; readonly since: number }>();
  readonly onDidChangeFile = this.#changes.event;

  constructor(options: TextFilesOptions) {
    this.#options = options;
  }

  /** An editor that has it open and has not changed it shows the new text. */
  changed(uri: vscode.Uri): void {
    this.#changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { content, since } = await this.#look(uri);
    return {
      type: vscode.FileType.File,
      ctime: since,
      mtime: since,
      size: content.length,
      ...(this.#isReadonly && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#look(uri)).content;
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    if (this.#isReadonly) return refuse(uri);
    await this.#options.write(uri, Buffer.from(content).toString());
    this.changed(uri);
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

  get #isReadonly(): boolean {
    return !vscode.workspace.isTrusted || this.#options.isReadonly();
  }

  async #look(uri: vscode.Uri) {
    const content = Buffer.from(await this.#options.read(uri));
    const before = this.#seen.get(uri.toString());
    if (before && content.equals(before.content)) return before;
    const seen = { content, since: Date.now() };
    this.#seen.set(uri.toString(), seen);
    return seen;
  }
}
