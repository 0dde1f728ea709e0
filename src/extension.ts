import path from 'node:path';
import type * as vscode from 'vscode';
import { loadBundle } from './load-bundle.ts';
import type * as Window from './window.ts';

let window: typeof Window | undefined;

/** VS Code calls this once per window. */
export function activate(context: vscode.ExtensionContext): ReturnType<typeof Window.activate> {
  const loaded = loadBundle(
    context.asAbsolutePath('dist/window.cjs'),
    path.join(context.globalStorageUri.fsPath, 'window.code'),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from that file together with this one
  window = loaded as typeof Window;
  return window.activate(context);
}

/** VS Code waits for this a few seconds when a window closes. */
export async function deactivate(): Promise<void> {
  await window?.deactivate();
}
