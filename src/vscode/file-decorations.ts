import path from 'node:path';
import * as vscode from 'vscode';
import { type Decoration, decorationsOf } from './decorations-model.ts';
import type { World } from '../state/world.ts';

export interface FileDecorationsDeps {
  readonly isOn: () => boolean;
  /** The state, and the folder that its paths start in; undefined while there is none. */
  readonly shown: () => { readonly world: World; readonly root: string } | undefined;
}

/** Marks files in the Explorer that agents changed or are at. Only what has changed is asked for again. */
export class FileDecorations implements vscode.Disposable {
  readonly #deps: FileDecorationsDeps;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #registration: vscode.Disposable;
  #decorations = new Map<string, Decoration>();

  constructor(deps: FileDecorationsDeps) {
    this.#deps = deps;
    this.#registration = vscode.window.registerFileDecorationProvider({
      onDidChangeFileDecorations: this.#changed.event,
      provideFileDecoration: ({ scheme, fsPath }) => {
        const found = scheme === 'file' ? this.#decorations.get(fsPath) : undefined;
        if (!found) return undefined;
        const color = found.color === undefined ? undefined : new vscode.ThemeColor(found.color);
        return new vscode.FileDecoration(found.badge, found.tooltip, color);
      },
    });
  }

  refresh(): void {
    const before = this.#decorations;
    this.#decorations = this.#look();
    const files = new Set([...before.keys(), ...this.#decorations.keys()]);
    const changed = [...files].filter((file) => !isSame(before.get(file), this.#decorations.get(file)));
    if (changed.length > 0) this.#changed.fire(changed.map((file) => vscode.Uri.file(file)));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #look(): Map<string, Decoration> {
    const shown = this.#deps.isOn() ? this.#deps.shown() : undefined;
    if (!shown) return new Map();
    const found = decorationsOf(shown.world, { now: Date.now() });
    return new Map([...found].map(([file, decoration]) => [path.resolve(shown.root, file), decoration]));
  }
}

const isSame = (a: Decoration | undefined, b: Decoration | undefined): boolean =>
  a?.badge === b?.badge && a?.tooltip === b?.tooltip && a?.color === b?.color;
