import crypto from 'node:crypto';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { messageOf } from '../contract/errors.ts';
import { actionsFor } from '../state/actions.ts';
import { actionViewsOf, lanesOf, numbersOf, targetFrom, targetsOf } from '../ui/center/overview-of.ts';
import { type CenterIntent, type Remedy, centerIntent } from '../ui/center/intent.ts';
import type { CenterMessage } from '../ui/center/protocol.ts';
import { CenterFeed } from './center-feed.ts';
import type { CommandId } from './commands.ts';
import { errorNotice } from './error-notice.ts';
import { type LogState, problemOf } from './log-session.ts';
import { pageHtml } from './page-html.ts';
import type { BuiltInCommand } from './screen.ts';
import { Trailing } from './trailing.ts';

export interface CenterPanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly state: () => LogState;
  readonly openEvent: (sequence: number) => Promise<void>;
  readonly output: vscode.LogOutputChannel;
}

/** New events are sent at most so often; who works and what it costs is looked at a bit less often. */
const EVENTS_MS = 100;
const OVERVIEW_MS = 500;
/** How often the overview is looked at when nothing happens: what happened in the last minute still changes. */
const TICK_MS = 2000;

const remedies: Readonly<Record<Remedy, CommandId | BuiltInCommand>> = {
  create_task: 'lineclear.createTask',
  open_folder: 'workbench.action.files.openFolder',
  reopen_log: 'lineclear.reopenLog',
  show_output: 'lineclear.showOutput',
};

/** After a reload a tab in the background has no page before somebody looks at it: another one takes its place. */
const unrevivedTabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(CenterPanel.viewType),
    );

/** The command center as it is open, at most once per window. Restored after the window was reloaded. */
export class CenterPanel implements vscode.Disposable {
  static readonly viewType = 'lineclear.center';

  readonly #deps: CenterPanelDeps;
  readonly #pages: vscode.Uri;
  readonly #disposables: vscode.Disposable[];
  readonly #pull = new Trailing(EVENTS_MS, () => void this.#feed?.pull());
  readonly #look = new Trailing(OVERVIEW_MS, () => this.#sendOverview());
  #panel: vscode.WebviewPanel | undefined;
  #tick: NodeJS.Timeout | undefined;
  #feed: CenterFeed | undefined;
  /** Whose log the page shows. */
  #app: App | undefined;
  #target = '';
  /** What the page has, so that only what is new is sent. */
  #sent = new Map<string, string>();

  constructor(deps: CenterPanelDeps) {
    this.#deps = deps;
    this.#pages = vscode.Uri.joinPath(deps.extensionUri, 'dist', 'ui');
    this.#disposables = [
      this.#pull,
      this.#look,
      vscode.window.registerWebviewPanelSerializer(CenterPanel.viewType, {
        deserializeWebviewPanel: async (panel) => {
          if (this.#panel) panel.dispose();
          else this.#adopt(panel);
        },
      }),
    ];
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const unrevived = unrevivedTabs();
    this.#adopt(
      vscode.window.createWebviewPanel(
        CenterPanel.viewType,
        l10n.t('Command Center'),
        vscode.ViewColumn.Active,
        this.#options(),
      ),
    );
    void vscode.window.tabGroups.close(unrevived);
  }

  worldChanged(): void {
    if (!this.#panel?.visible) return;
    this.#pull.soon();
    this.#look.soon();
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.#pages] };
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = new vscode.ThemeIcon('pulse');
    panel.webview.options = this.#options();
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#rest();
    });
    // A hidden page is gone; it begins anew when it is shown again.
    panel.onDidChangeViewState(() => panel.visible || this.#rest());
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.webview.html = pageHtml({
      title: l10n.t('Command Center'),
      strings: vscode.l10n.bundle,
      language: vscode.env.language,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#pages, 'center.js')).toString(),
      cspSource: panel.webview.cspSource,
      nonce: crypto.randomBytes(16).toString('base64'),
    });
  }

  #rest(): void {
    clearInterval(this.#tick);
    this.#feed?.close();
    this.#feed = undefined;
    this.#app = undefined;
    this.#sent = new Map();
  }

  #begin(): void {
    this.#rest();
    this.#tick = setInterval(() => this.#sendOverview(), TICK_MS);
    this.#sendOverview();
  }

  #receive(message: unknown): void {
    const intent = centerIntent.safeParse(message);
    if (!intent.success) {
      this.#deps.output.warn(`The command center sent what is no intent: ${intent.error.message}`);
      return;
    }
    this.#perform(intent.data).catch((error: unknown) =>
      this.#deps.output.error(`The command center: ${intent.data.type} failed`, messageOf(error)),
    );
  }

  async #perform(intent: CenterIntent): Promise<void> {
    switch (intent.type) {
      case 'ready':
        return this.#begin();
      case 'older':
        return await this.#feed?.older();
      case 'open_event':
        return await this.#deps.openEvent(intent.sequence);
      case 'choose':
        this.#target = intent.target;
        this.#sent.delete('actions');
        return this.#sendOverview();
      case 'act': {
        const error = await this.#act(intent);
        this.#sendOverview();
        return this.#send({ type: 'settled', error });
      }
      case 'remedy':
        await vscode.commands.executeCommand(remedies[intent.remedy]);
    }
  }

  /** Carries out what was asked for. Returns why not, if not. */
  async #act(intent: Extract<CenterIntent, { type: 'act' }>): Promise<string | undefined> {
    const state = this.#deps.state();
    if (!vscode.workspace.isTrusted) return l10n.t('This is not possible in Restricted Mode.');
    if (state.kind !== 'open') return l10n.t('The log is not open.');
    const { app } = state;
    const target = targetFrom(intent.target);
    const action = target && actionsFor(app.world, target, Date.now()).find(({ id }) => id === intent.action);
    if (!action) return l10n.t('This is not possible any more: somebody else was faster, or it is over.');
    try {
      await app.execute(action.command(intent.words));
      return undefined;
    } catch (error) {
      return errorNotice(error).message;
    }
  }

  #sendOverview(): void {
    if (!this.#panel?.visible) return;
    const state = this.#deps.state();
    if (state.kind !== 'open') return this.#sendUnavailable(state);
    const { app } = state;
    if (this.#app !== app) this.#follow(app);
    const feed = this.#feed;
    if (!feed) return;
    const { world, attendance } = app;
    const moment = { now: Date.now(), missingFor: attendance.missingFor };
    const lanes = lanesOf(world, feed.lanes, moment).filter((lane) => this.#isNew(`lane ${lane.id}`, lane));
    const numbers = numbersOf(world, feed.figures, moment.now);
    const targets = targetsOf(world, moment);
    const trusted = vscode.workspace.isTrusted;
    const isNew = this.#isNew('overview', { numbers, targets, trusted });
    if (isNew || lanes.length > 0)
      this.#send({ type: 'overview', overview: { numbers, lanes, targets, trusted } });
    const target = targets.some(({ id }) => id === this.#target) ? this.#target : (targets[0]?.id ?? '');
    const actions = { type: 'actions', target, actions: actionViewsOf(world, target, moment.now) } as const;
    if (this.#isNew('actions', actions)) this.#send(actions);
  }

  /** A page that showed another log begins anew. */
  #follow(app: App): void {
    this.#feed?.close();
    this.#app = app;
    this.#sent = new Map();
    this.#feed = new CenterFeed({
      app,
      post: (message) => this.#send(message),
      onError: (error) => this.#deps.output.error('The command center cannot read the log', messageOf(error)),
      now: () => Date.now(),
    });
    void this.#feed.start().then(() => this.#sendOverview());
  }

  #sendUnavailable(state: Exclude<LogState, { kind: 'open' }>): void {
    this.#feed?.close();
    this.#feed = undefined;
    this.#app = undefined;
    const reasons = {
      'no-folder': 'no_folder',
      none: 'no_log',
      opening: 'opening',
      failed: 'failed',
    } as const;
    const problem = problemOf(state);
    const reason = problem ? 'failed' : reasons[state.kind];
    const unavailable = { type: 'unavailable', reason, message: problem?.message } as const;
    if (this.#isNew('overview', unavailable)) this.#send(unavailable);
  }

  /** Whether the page does not have this yet. */
  #isNew(name: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    if (this.#sent.get(name) === text) return false;
    this.#sent.set(name, text);
    return true;
  }

  #send(message: CenterMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's: VS Code's takes no origin
    this.#panel?.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#deps.output.warn('The command center could not be reached', messageOf(error));
    });
  }
}
