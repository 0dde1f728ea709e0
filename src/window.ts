// oxlint-disable-next-line import/no-unassigned-import -- texts are looked up when the modules below are loaded
import './vscode/strings.ts';
import type * as vscode from 'vscode';
import {
  ensureUserConfigFile,
  findLogServer,
  findRoot,
  hasLog,
  logFileOf,
  openApp,
  whyNoLog,
} from './app.ts';
import { checkHealth } from './check-health.ts';
import { outboxIn } from './later.ts';
import { retainLog } from './retain-log.ts';
import { type LineclearApi, activate as open } from './vscode/activate.ts';

let close: (() => Promise<void>) | undefined;

/** VS Code calls this once per window. */
export function activate(context: vscode.ExtensionContext): LineclearApi {
  const opened = open(context, {
    openApp,
    checkHealth,
    retainLog,
    findRoot,
    hasLog,
    whyNoLog,
    findLogServer,
    logFileOf,
    outboxStatus: (root) => outboxIn(root).status(),
    ensureUserConfigFile,
  });
  close = opened.close;
  return opened.api;
}

/** VS Code waits for this a few seconds when a window closes. */
export async function deactivate(): Promise<void> {
  await close?.();
}
