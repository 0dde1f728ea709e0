import path from 'node:path';
import * as vscode from 'vscode';
import type { App, AppOptions, WorldChange } from '../app.ts';
import type { ErrorCode, LineclearError } from '../contract/errors.ts';
import { LogSession, type LogState, problemOf } from './log-session.ts';
import type { Memory } from './view-options.ts';

/** What keeps a log from being opened until the configuration is changed. */
const MENDED_BY_CONFIG: readonly ErrorCode[] = [
  'invalid_config',
  'log_on_network',
  'log_unreachable',
  'log_denied',
];
const CHOSEN = 'lineclear.log';

export interface WorkspaceSessionDeps {
  readonly openApp: (options: AppOptions) => Promise<App>;
  readonly findRoot: (folder: string) => string;
  readonly logFileOf: (root: string) => string;
  /** Where it is remembered which log of several the person chose. */
  readonly memory: Memory;
  readonly overrides: () => unknown;
  readonly hasLog: (root: string) => boolean;
  readonly whyNoLog: (root: string) => LineclearError | undefined;
  readonly onState: (state: LogState) => void;
  readonly onChange: (change: WorldChange) => void;
  /** The configuration of the open log was read again, or could not be. */
  readonly onConfig: () => void;
  /** Tells the person. */
  readonly report: (what: string, error: unknown) => void;
}

/** Folders on a disk: the others have no place for a log. */
export const folderPaths = (): string[] =>
  (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);

const patternOf = (file: string) =>
  new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), path.basename(file));

/**
 * The session of the folders that are open now: of the one that the person chose, else of the first that has a log, else
 * of the first. Folders of one git repository, its worktrees included, share a log. Opens a log as soon as
 * there is one, whoever makes it, and as soon as a mistake in the configuration is mended.
 */
export class WorkspaceSession implements vscode.Disposable {
  readonly #deps: WorkspaceSessionDeps;
  readonly #folders: vscode.Disposable;
  #session: LogSession;
  #root: string | undefined;
  #watcher: vscode.Disposable | undefined;

  constructor(deps: WorkspaceSessionDeps) {
    this.#deps = deps;
    this.#root = this.#chooseRoot();
    this.#session = this.#begin();
    this.#folders = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      if (this.#chooseRoot() !== this.#root) void this.restart();
    });
  }

  /** The folders that hold or would hold a log of a folder that is open; more than one only in a multi-root window. */
  get roots(): readonly string[] {
    return [...new Set(folderPaths().map((folder) => this.#deps.findRoot(folder)))];
  }

  get root(): string | undefined {
    return this.#root;
  }

  /** Shows the log of another root, also when the window is opened again. */
  async choose(root: string): Promise<void> {
    await this.#deps.memory.update(CHOSEN, root);
    if (root !== this.#root) await this.restart();
  }

  get current(): LogSession {
    return this.#session;
  }

  /**
   * Opens the log if there is one, again if its server was away; else looks whether there could be one. Errors are the
   * session's state, which views show.
   */
  async openExisting(): Promise<void> {
    const session = this.#session;
    if (session.isAway) return await session.retry();
    if (session.state.kind !== 'none') return;
    if (!session.hasLog()) return session.look();
    await session.open().catch((error: unknown) => this.#deps.report('The log could not be opened', error));
  }

  /** Begins anew: with other folders, other settings, or after an error. */
  async restart(): Promise<void> {
    const old = this.#session;
    this.#root = this.#chooseRoot();
    this.#session = this.#begin();
    this.#deps.onState(this.#session.state);
    await old.close().catch((error: unknown) => this.#deps.report('The log could not be closed', error));
    await this.openExisting();
  }

  /** Settings or a file of the configuration were changed: the open log takes them over, or one that is not opens. */
  readConfig(): void {
    const { state } = this.#session;
    if (state.kind === 'open') state.app.readConfig();
    else if (MENDED_BY_CONFIG.some((code) => code === problemOf(state)?.code)) void this.restart();
    else void this.openExisting();
  }

  dispose(): void {
    this.#folders.dispose();
    this.#watcher?.dispose();
  }

  async close(): Promise<void> {
    this.dispose();
    await this.#session.close();
  }

  #chooseRoot(): string | undefined {
    const { roots } = this;
    const chosen = roots.find((root) => root === this.#deps.memory.get(CHOSEN));
    return chosen ?? roots.find((root) => this.#deps.hasLog(root)) ?? roots[0];
  }

  #begin(): LogSession {
    const root = this.#root;
    const { openApp, overrides, hasLog, whyNoLog, onState, onChange, onConfig, report } = this.#deps;
    this.#watcher?.dispose();
    this.#watcher = root === undefined ? undefined : this.#watch(root);
    const onBroken = (error: unknown) => report('The log cannot be followed any more', error);
    return new LogSession({
      root,
      openApp,
      overrides,
      hasLog,
      whyNoLog,
      onState,
      onChange,
      onConfig,
      onBroken,
    });
  }

  #watch(root: string): vscode.Disposable {
    const logFile = this.#deps.logFileOf(root);
    const log = vscode.workspace.createFileSystemWatcher(patternOf(logFile), false, true, true);
    const configuration = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(root), '.lineclear/config.toml'),
    );
    // An open log looks at its files itself; one that a mistake keeps from being opened does not yet.
    const changed = () => this.readConfig();
    log.onDidCreate(() => void this.openExisting());
    configuration.onDidCreate(changed);
    configuration.onDidChange(changed);
    configuration.onDidDelete(changed);
    return vscode.Disposable.from(log, configuration);
  }
}
