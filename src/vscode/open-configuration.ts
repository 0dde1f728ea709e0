import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LogSession } from './log-session.ts';

/** Whether a file is one of those that configure Lineclear: the user's or a workspace's. */
export const isConfiguration = (file: string): boolean => /[\\/]\.?lineclear[\\/]config\.toml$/.test(file);

/** The file in which a person mends what is wrong, created when it is missing. */
async function configurationOf(session: LogSession, ensureUserConfigFile: () => string): Promise<string> {
  const { state } = session;
  // Only the person's own says where logs are kept.
  if (state.kind === 'failed' && state.error.code === 'log_on_network') return ensureUserConfigFile();
  const present = state.kind === 'no-folder' ? undefined : path.join(state.root, '.lineclear', 'config.toml');
  // One with a mistake keeps the log from being opened, and is opened all the same.
  return present !== undefined && fs.existsSync(present)
    ? present
    : (await session.open()).ensureConfigFile();
}

/** Opens config.toml: the workspace's, but where only the person's own can help. */
export async function openConfiguration(
  session: LogSession,
  ensureUserConfigFile: () => string,
): Promise<void> {
  const file = await configurationOf(session, ensureUserConfigFile);
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
