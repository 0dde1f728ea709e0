import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import manifest from '../../../package.json' with { type: 'json' };
import type { LineclearApi } from '../../../src/vscode/activate.ts';

/** The folder of the checkout: the tests run from out/suite. */
export const checkout = path.resolve(__dirname, '../..');

/** What the extension exports, when it is ready. */
export async function activated(): Promise<LineclearApi> {
  const id = `${manifest.publisher}.${manifest.name}`;
  const extension = vscode.extensions.getExtension<LineclearApi>(id);
  assert.ok(extension, 'VS Code does not know the extension');
  const api = await extension.activate();
  await api.whenReady;
  return api;
}

/** The folder that the window has open. */
export function workspaceRoot(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return folder.uri.fsPath;
}

/** The command line as another process: what it prints. */
export async function cli(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(checkout, 'dist/cli.cjs'), '--root', workspaceRoot(), ...args],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  );
  return stdout;
}

/** Waits until there is something; fails with what was there last. */
export async function eventually<T>(look: () => T, accept: (seen: T) => boolean, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const seen = look();
    if (accept(seen)) return seen;
    if (Date.now() > end) assert.fail(`not within ${ms} ms; last seen:\n${String(seen)}`);
    await delay(50);
  }
}
