import path from 'node:path';
import * as vscode from 'vscode';
import { formatTime } from '../state/time-format.ts';
import type { World } from '../state/world.ts';
import { type FileMarks, decorationOf, fingerprintOf, markedFiles } from './decorations-model.ts';

export interface FileDecorationsDeps {
  readonly isOn: () => boolean;
  /** The state, and the folder that its paths start in; undefined while there is none. */
  readonly shown: () => { readonly world: World; readonly root: string } | undefined;
}

interface SeenFile {
  readonly marks: FileMarks;
  readonly fingerprint: string;
}

/** Marks files in the Explorer that agents changed or are at. Only what has changed is asked for again. */
export class FileDecorations implements vscode.Disposable {
  readonly #deps: FileDecorationsDeps;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #registration: vscode.Disposable;
  #seen = new Map<string, SeenFile>();

  constructor(deps: FileDecorationsDeps) {
    this.#deps = deps;
    this.#registration = vscode.window.registerFileDecorationProvider({
      onDidChangeFileDecorations: this.#changed.event,
      provideFileDecoration: ({ scheme, fsPath }) =>
        scheme === 'file' ? this.#decoration(fsPath) : undefined,
    });
  }

  refresh(): void {
    const before = this.#seen;
    this.#seen = this.#look();
    const files = new Set([...before.keys(), ...this.#seen.keys()]);
    const isSame = (file: string) => before.get(file)?.fingerprint === this.#seen.get(file)?.fingerprint;
    const changed = [...files].filter((file) => !isSame(file));
    if (changed.length > 0) this.#changed.fire(changed.map((file) => vscode.Uri.file(file)));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  get #shown(): ReturnType<FileDecorationsDeps['shown']> {
    return this.#deps.isOn() ? this.#deps.shown() : undefined;
  }

  #look(): Map<string, SeenFile> {
    const shown = this.#shown;
    if (!shown) return new Map();
    const { world, root } = shown;
    const today = formatTime(Date.now(), 'day');
    const see = (marks: FileMarks): SeenFile => ({
      marks,
      fingerprint: `${today}\n${fingerprintOf(world, marks)}`,
    });
    return new Map([...markedFiles(world)].map(([file, marks]) => [path.resolve(root, file), see(marks)]));
  }

  #decoration(file: string): vscode.FileDecoration | undefined {
    const { marks } = this.#seen.get(file) ?? {};
    const { world } = this.#shown ?? {};
    const found = marks && world && decorationOf(world, marks, { now: Date.now() });
    if (!found) return undefined;
    const color = found.color === undefined ? undefined : new vscode.ThemeColor(found.color);
    return new vscode.FileDecoration(found.badge, found.tooltip, color);
  }
}
