import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LogSession } from './log-session.ts';

/** Whether a file is one of those that configure Lineclear: the user's or a workspace's. */
export const isConfiguration = (file: string): boolean => /[\\/]\.?lineclear[\\/]config\.toml$/.test(file);

/** Opens the workspace's config.toml; creates it with every key as a comment when it is missing. */
export async function openConfiguration(session: LogSession): Promise<void> {
  const { state } = session;
  const present = state.kind === 'no-folder' ? undefined : path.join(state.root, '.lineclear', 'config.toml');
  // One with a mistake keeps the log from being opened, and is opened all the same.
  const file =
    present !== undefined && fs.existsSync(present) ? present : (await session.open()).ensureConfigFile();
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
