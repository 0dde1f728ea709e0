import * as l10n from '@vscode/l10n';
import type { App, AppOptions, WorldChange } from '../app.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { type World, createWorld } from '../state/world.ts';

export type LogState =
  | { readonly kind: 'no-folder' }
  /** There is a folder, and nothing of ours in it yet; `refused`: why nothing could be made there. */
  | { readonly kind: 'none'; readonly root: string; readonly refused?: LineclearError | undefined }
  | { readonly kind: 'opening'; readonly root: string }
  | { readonly kind: 'open'; readonly root: string; readonly app: App }
  | { readonly kind: 'failed'; readonly root: string; readonly error: LineclearError };

/** Why the log is not open, or could not be made. */
export function problemOf(state: LogState): LineclearError | undefined {
  if (state.kind === 'none') return state.refused;
  return state.kind === 'failed' ? state.error : undefined;
}

export interface LogSessionOptions {
  /** The folder that holds or will hold `.lineclear/`; undefined when no folder is open. */
  readonly root: string | undefined;
  readonly openApp: (options: AppOptions) => Promise<App>;
  readonly overrides: () => unknown;
  readonly hasLog: (root: string) => boolean;
  readonly whyNoLog: (root: string) => LineclearError | undefined;
  /** The log was opened, or could not be, or stopped being readable. */
  readonly onState: (state: LogState) => void;
  readonly onChange: (change: WorldChange) => void;
  /** The configuration was read again while the log is open, or could not be. */
  readonly onConfig: () => void;
  /** The log was open, and cannot be followed any more. */
  readonly onBroken: (error: LineclearError) => void;
}

const EMPTY = createWorld();

const asLineclearError = (error: unknown): LineclearError =>
  error instanceof LineclearError
    ? error
    : new LineclearError('log_failed', messageOf(error), { cause: error });

/** This window's connection to the log of its workspace: opened when there is one or one is wanted, once. */
export class LogSession {
  readonly #options: LogSessionOptions;
  #state: LogState;
  #opening: Promise<App> | undefined;
  #looked = false;
  #closed = false;

  constructor(options: LogSessionOptions) {
    this.#options = options;
    const { root } = options;
    this.#state = root === undefined ? { kind: 'no-folder' } : { kind: 'none', root };
  }

  get state(): LogState {
    return this.#state;
  }

  get app(): App | undefined {
    return this.#state.kind === 'open' ? this.#state.app : undefined;
  }

  /** An empty one as long as the log is not open. */
  get world(): World {
    return this.app?.world ?? EMPTY;
  }

  hasLog(): boolean {
    const { root } = this.#options;
    return root !== undefined && this.#options.hasLog(root);
  }

  /** Looks, once, whether a log could be made where there is none. */
  look(): void {
    if (this.#state.kind !== 'none' || this.#looked) return;
    this.#looked = true;
    const { root } = this.#state;
    const refused = this.#options.whyNoLog(root);
    if (refused) this.#become({ kind: 'none', root, refused });
  }

  /** The open log; creates it when there is none. Throws `no_workspace`, or what openApp throws. */
  open(): Promise<App> {
    if (this.#state.kind === 'open') return Promise.resolve(this.#state.app);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Tries again where the server of the log was away; another failure than that is the new state. */
  async retry(): Promise<void> {
    if (!this.isAway) return;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening.catch(() => undefined);
  }

  /** Whether the log could not be opened because its server cannot be reached now. */
  get isAway(): boolean {
    return this.#state.kind === 'failed' && this.#state.error.code === 'log_unreachable';
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await this.app?.close();
  }

  async #open(): Promise<App> {
    const { root, openApp, overrides, onChange, onConfig } = this.#options;
    if (root === undefined) throw new LineclearError('no_workspace', l10n.t('No folder is open.'));
    // What is tried again and again is not shown as something new each time.
    const wasAway = this.isAway;
    if (!wasAway) this.#become({ kind: 'opening', root });
    let app: App | undefined;
    try {
      const opened = await openApp({ root, source: 'vscode', overrides });
      app = opened;
      await opened.follow(onChange, (error) => this.#fail(opened, error), onConfig);
      this.#become({ kind: 'open', root, app: opened });
      return opened;
    } catch (cause) {
      const error = asLineclearError(cause);
      if (!wasAway || error.code !== 'log_unreachable') this.#become({ kind: 'failed', root, error });
      await app?.close().catch(() => undefined);
      throw error;
    }
  }

  #fail(app: App, cause: unknown): void {
    const { root, onBroken } = this.#options;
    if (root === undefined || this.app !== app || this.#closed) return;
    const error = asLineclearError(cause);
    this.#become({ kind: 'failed', root, error });
    onBroken(error);
    void app.close().catch(() => undefined);
  }

  #become(state: LogState): void {
    this.#state = state;
    if (!this.#closed) this.#options.onState(state);
  }
}
