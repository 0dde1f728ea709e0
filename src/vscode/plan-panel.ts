import crypto from 'node:crypto';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { UserCommand } from '../state/user-command.ts';
import { removedWords } from '../state/history-words.ts';
import { planViewOf } from '../ui/plan/plan-view-of.ts';
import { type PlanIntent, planIntent } from '../ui/plan/intent.ts';
import { planPageState } from '../ui/plan/page-state.ts';
import type { PlanMessage } from '../ui/plan/protocol.ts';
import { pageHtml } from './page-html.ts';

export interface PlanPanelsDeps {
  readonly extensionUri: vscode.Uri;
  /** Undefined until the workspace's log is open. */
  readonly app: () => App | undefined;
  /** Carries a command out and shows its errors itself. */
  readonly execute: (command: UserCommand) => Promise<void>;
  readonly openFile: (path: string) => Promise<void>;
  readonly output: vscode.LogOutputChannel;
}

/** A panel as it is open, and the last message that its page has. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  posted: string;
}

/** The plans that are open beside the code, one panel per task. Restores them after the window was reloaded. */
export class PlanPanels implements vscode.Disposable {
  static readonly viewType = 'lineclear.plan';

  readonly #deps: PlanPanelsDeps;
  readonly #pages: vscode.Uri;
  readonly #panels = new Map<string, OpenPanel>();
  readonly #disposables: vscode.Disposable[];

  constructor(deps: PlanPanelsDeps) {
    this.#deps = deps;
    this.#pages = vscode.Uri.joinPath(deps.extensionUri, 'dist', 'ui');
    this.#disposables = [
      vscode.window.registerWebviewPanelSerializer(PlanPanels.viewType, {
        deserializeWebviewPanel: async (panel, saved: unknown) => this.#restore(panel, saved),
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.worldChanged()),
    ];
  }

  open(taskId: string): void {
    const open = this.#panels.get(taskId);
    if (open) {
      open.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      PlanPanels.viewType,
      l10n.t('Plan'),
      vscode.ViewColumn.Active,
      this.#options(),
    );
    this.#adopt(taskId, panel);
  }

  /** Whether it can be seen in an editor of this window. */
  isInSight(taskId: string): boolean {
    return this.#panels.get(taskId)?.panel.visible ?? false;
  }

  /** Sends every page its new snapshot, if there is something new in it. */
  worldChanged(): void {
    for (const [taskId, open] of this.#panels) this.#post(taskId, open);
  }

  dispose(): void {
    for (const { panel } of this.#panels.values()) panel.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.#pages] };
  }

  #restore(panel: vscode.WebviewPanel, saved: unknown): void {
    const state = planPageState.safeParse(saved);
    if (!state.success || this.#panels.has(state.data.task_id)) {
      panel.dispose();
      return;
    }
    panel.webview.options = this.#options();
    this.#adopt(state.data.task_id, panel);
  }

  #adopt(taskId: string, panel: vscode.WebviewPanel): void {
    const open: OpenPanel = { panel, posted: '' };
    this.#panels.set(taskId, open);
    panel.iconPath = new vscode.ThemeIcon('checklist');
    panel.onDidDispose(() => this.#panels.delete(taskId));
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(taskId, open, message));
    panel.title = this.#titleOf(taskId);
    panel.webview.html = pageHtml({
      title: l10n.t('Plan'),
      data: { 'task-id': taskId },
      strings: vscode.l10n.bundle,
      language: vscode.env.language,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#pages, 'plan.js')).toString(),
      cspSource: panel.webview.cspSource,
      nonce: crypto.randomBytes(16).toString('base64'),
    });
  }

  #receive(taskId: string, open: OpenPanel, message: unknown): void {
    const intent = planIntent.safeParse(message);
    if (!intent.success) {
      this.#deps.output.warn(`The plan page of ${taskId} sent what is no intent: ${intent.error.message}`);
      return;
    }
    this.#perform(taskId, open, intent.data).catch((error: unknown) =>
      this.#deps.output.error(`The plan page of ${taskId}: ${intent.data.type} failed`, error),
    );
  }

  async #perform(taskId: string, open: OpenPanel, intent: PlanIntent): Promise<void> {
    switch (intent.type) {
      case 'ready':
        // A page that was hidden begins anew and knows nothing.
        open.posted = '';
        this.#post(taskId, open);
        return;
      case 'open_file':
        return this.#deps.openFile(intent.path);
      case 'approve':
      case 'request_changes':
      case 'reject':
      case 'retry':
        try {
          if (vscode.workspace.isTrusted) await this.#deps.execute(commandOf(taskId, intent));
        } finally {
          this.#post(taskId, open);
          this.#send(open, { type: 'settled' });
        }
    }
  }

  #post(taskId: string, open: OpenPanel): void {
    const message = this.#messageFor(taskId);
    const posted = JSON.stringify(message);
    // A hidden page gets nothing; it asks when it is shown again.
    if (posted === open.posted || !open.panel.visible) return;
    open.posted = posted;
    open.panel.title = this.#titleOf(taskId);
    this.#send(open, message);
  }

  #send({ panel }: OpenPanel, message: PlanMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's: VS Code's takes no origin
    panel.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#deps.output.warn('A plan page could not be reached', error);
    });
  }

  #messageFor(taskId: string): PlanMessage {
    const app = this.#deps.app();
    if (!app) return { type: 'unavailable', reason: 'opening' };
    const viewer = { userId: app.userId, trusted: vscode.workspace.isTrusted };
    const { world } = app;
    const removed = world.archive.get(taskId)?.removed;
    if (removed) return { type: 'removed', text: removedWords(removed) };
    if (world.archive.has(taskId) && !world.tasks.has(taskId)) {
      // It ended long ago, maybe while its panel was open: its events tell the whole of it.
      app.recall(taskId).then(
        () => this.worldChanged(),
        (error: unknown) => this.#deps.output.error(`The plan of ${taskId} could not be read`, error),
      );
      return { type: 'unavailable', reason: 'opening' };
    }
    const view = planViewOf(world, taskId, viewer);
    return view ? { type: 'snapshot', view } : { type: 'unavailable', reason: 'missing' };
  }

  #titleOf(taskId: string): string {
    const title = this.#deps.app()?.world.tasks.get(taskId)?.title;
    return title === undefined ? l10n.t('Plan') : l10n.t('Plan: {0}', title);
  }
}

function commandOf(
  task_id: string,
  intent: Exclude<PlanIntent, { type: 'ready' | 'open_file' }>,
): UserCommand {
  switch (intent.type) {
    case 'approve':
      return { command: 'approve_plan', task_id, revision: intent.revision, comment: intent.comment };
    case 'request_changes': {
      const { revision, comment, chunk_comments, paragraph_comments } = intent;
      const said = { comment, chunk_comments, paragraph_comments };
      return { command: 'reject_plan', task_id, revision, verdict: 'changes', ...said };
    }
    case 'reject': {
      const { revision, comment } = intent;
      return { command: 'reject_plan', task_id, revision, verdict: 'rejected', comment };
    }
    case 'retry':
      return { command: 'retry_task', task_id };
  }
}
