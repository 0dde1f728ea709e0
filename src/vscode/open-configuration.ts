import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Place } from '../contract/errors.ts';
import { type LogSession, problemOf } from './log-session.ts';

/** Whether a file is one of those that configure Lineclear: the user's or a workspace's. */
export const isConfiguration = (file: string): boolean => /[\\/]\.?lineclear[\\/]config\.toml$/.test(file);

/** Where a mistake is, else the file in which a person mends what is wrong, created when it is missing. */
async function placeToOpen(session: LogSession, ensureUserConfigFile: () => string): Promise<Place> {
  const { state } = session;
  const problem = problemOf(state) ?? session.app?.configProblem;
  if (problem?.place) return problem.place;
  // Only the person's own says where logs are kept.
  if (problem?.code === 'log_on_network') return { file: ensureUserConfigFile() };
  const present = state.kind === 'no-folder' ? undefined : path.join(state.root, '.lineclear', 'config.toml');
  // A mistake that is in no file keeps the log from being opened, and the file is opened all the same.
  const exists = present !== undefined && fs.existsSync(present);
  return { file: exists ? present : (await session.open()).ensureConfigFile() };
}

/** Opens the configuration: the file that is wrong, at its mistake, else the workspace's. */
export async function openConfiguration(
  session: LogSession,
  ensureUserConfigFile: () => string,
): Promise<void> {
  const { file, line } = await placeToOpen(session, ensureUserConfigFile);
  const start = line === undefined ? undefined : new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    ...(start && { selection: new vscode.Range(start, start) }),
  });
}
