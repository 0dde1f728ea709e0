import path from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import * as vscode from 'vscode';
import { inSlices } from '../slices.ts';
import * as l10n from '@vscode/l10n';
import { AgentTerminals } from './agent-terminals.ts';
import { CenterPanel } from './center-panel.ts';
import { CommandRunner } from './command-runner.ts';
import { commandTitles } from './command-titles.ts';
import { commandIds } from './commands.ts';
import type { Composition } from './composition.ts';
import { ConfigNotice } from './config-notice.ts';
import { contextKeys } from './context-keys.ts';
import { readonlyNotice } from './error-notice.ts';
import { createDocuments } from './documents.ts';
import { FileDecorations } from './file-decorations.ts';
import { LogPasswords } from './log-passwords.ts';
import { MemoryFeed } from './memory-feed.ts';
import { Notifier } from './notifier.ts';
import { problemLine } from '../state/file-reason.ts';
import { isConflict } from '../state/inbox.ts';
import { isConfiguration, openConfiguration } from './open-configuration.ts';
import { OrchestratorProcess } from './orchestrator-process.ts';
import { PlanPanels } from './plan-panel.ts';
import { environmentOf, overridesOf, readSettings } from './settings.ts';
import { problemStatusOf, statusOf } from './status.ts';
import { createContextSender } from './send-contexts.ts';
import { StatusItem } from './status-item.ts';
import { WALKTHROUGH } from './walkthrough.ts';
import { driftNodes } from './trees/instructions-model.ts';
import { Trailing } from './trailing.ts';
import { Views } from './views.ts';
import { createScreen } from './vscode-screen.ts';
import { WorkspaceSession, folderPaths } from './workspace-session.ts';

/** What the extension gives others: the tests inside the extension host look through it. */
export interface LineclearApi {
  /** A view (`inbox`, `agents`, `tasks`, `deadLetters`, `activity`) as indented text. */
  treeText(view: string): string;
  /** Resolves when the log has been read, or it is certain that there is none. */
  readonly whenReady: Promise<void>;
}

/** Drawing waits for more to come for so long; and relative times are looked at so often. */
const DRAW_MS = 50;
const TICK_MS = 10_000;

function settings() {
  const all = vscode.workspace.getConfiguration();
  return readSettings((key) => all.get(key));
}

/** Puts the door together. Returns how it is taken apart again. */
export function activate(
  context: vscode.ExtensionContext,
  {
    openApp,
    checkHealth,
    retainLog,
    findRoot,
    hasLog,
    whyNoLog,
    logFileOf,
    outboxStatus,
    findLogServer,
    ensureUserConfigFile,
  }: Composition,
): { readonly api: LineclearApi; readonly close: () => Promise<void> } {
  const output = vscode.window.createOutputChannel('Lineclear', { log: true });
  const log = (what: string, error: unknown) =>
    output.error(what, error instanceof Error ? (error.stack ?? error.message) : String(error));

  const passwords = new LogPasswords({
    secrets: context.secrets,
    serverOf: (root) => findLogServer({ root, overrides: overridesOf(settings()) }),
  });
  const overrides = () => passwords.addTo(overridesOf(settings()));
  const workspace = new WorkspaceSession({
    async openApp(options) {
      await passwords.load(options.root);
      return await openApp(options);
    },
    findRoot,
    logFileOf,
    memory: context.workspaceState,
    overrides,
    // A workspace that nobody trusts does not make this machine speak to a server that it names.
    hasLog: (root) =>
      hasLog({ root, overrides: overridesOf(settings()), mayConnect: vscode.workspace.isTrusted }),
    whyNoLog: (root) => whyNoLog({ root, overrides: overridesOf(settings()) }),
    onState: (state) => {
      views.begin();
      void shared.begin(state.kind === 'open' ? state.app : undefined);
      if (state.kind === 'open') {
        notifier.start(state.app.world);
        state.app.connection?.onState(() => draw.soon());
        // A workspace that nobody trusts has nothing recorded by this window.
        if (vscode.workspace.isTrusted) state.app.keepOutboxEmpty(() => draw.soon());
        if (state.app.readonly) screen.notify(readonlyNotice(state.app.readonly));
      }
      draw.soon();
    },
    onChange: ({ events: happened, live }) => {
      views.add(happened);
      terminals.add(happened);
      if (live) notifier.heard(happened);
      draw.soon();
      documents.worldChanged();
    },
    onConfig: () => {
      configNotice.heard(app()?.configProblem);
      draw.soon();
    },
    report: (what, error) => runner.report(what, error),
  });
  const session = () => workspace.current;
  const app = () => session().app;

  const shared = new MemoryFeed({
    onChange: () => {
      draw.soon();
      documents.memoryChanged();
    },
    onRead: ({ world }) => notifier.passOver(world.inbox.filter(isConflict)),
    keepsFiles: () => vscode.workspace.isTrusted,
    onProblems: (problems) => {
      for (const { path: file, line, reason } of problems) output.warn(problemLine(file, line, reason));
    },
    report: log,
  });
  const documents = createDocuments({
    app,
    onLetterSaved: (target) =>
      screen.notify({
        severity: 'information',
        message: l10n.t('Saved for the next replay.'),
        actions: [{ title: l10n.t('Replay'), command: 'lineclear.replayDeadLetter', target }],
      }),
    onMerged: (title) => screen.flash(l10n.t('“{0}” has one version again.', title)),
  });
  const terminals = new AgentTerminals((what, error) => runner.report(what, error));
  const panels = new PlanPanels({
    extensionUri: context.extensionUri,
    app,
    execute: (command) => runner.execute(command),
    openFile: (file) => screen.openFile(file).catch((error: unknown) => runner.report('openFile', error)),
    output,
  });
  const center = new CenterPanel({
    extensionUri: context.extensionUri,
    state: () => session().state,
    openEvent: (sequence) =>
      documents.openEventAt(sequence).catch((error: unknown) => runner.report('openEvent', error)),
    output,
  });
  const screen = createScreen({
    output,
    folders: () => {
      const { state } = session();
      return state.kind === 'no-folder' ? folderPaths() : [state.root, ...folderPaths()];
    },
    walkthrough: `${context.extension.id}#${WALKTHROUGH}`,
    ...documents.opens,
    openPlan: (taskId) => panels.open(taskId),
    openOutput: (agentId) => {
      const open = app();
      if (open) terminals.show(open, agentId);
    },
    openCommandCenter: () => center.open(),
    openConfiguration: () => openConfiguration(session(), ensureUserConfigFile),
  });
  const configNotice = new ConfigNotice(screen);
  const orchestrator = new OrchestratorProcess({
    cli: context.asAbsolutePath('dist/cli.cjs'),
    app,
    isAllowed: () => vscode.workspace.isTrusted && settings().autoStart,
    environment: () => ({ ...environmentOf(settings()), ...passwords.environment }),
    screen,
    note: (line) => output.info(line),
  });
  const views = new Views({
    world: () => session().world,
    app,
    shared: () => shared.shown,
    memory: context.workspaceState,
    logName: () => (workspace.roots.length > 1 ? path.basename(workspace.root ?? '') : ''),
    onChange: () => draw.soon(),
    report: log,
  });
  const runner = new CommandRunner({
    context: {
      logs: workspace,
      screen,
      orchestrator,
      views,
      reopen: () => workspace.restart(),
      passwords,
      retainLog: async (options) => {
        const { root } = workspace;
        if (root === undefined) return undefined;
        await passwords.load(root);
        const own = {
          root,
          overrides: overrides(),
          source: 'vscode',
          mode: 'archive',
          thorough: false,
        } as const;
        return await retainLog({ ...options, ...own });
      },
      checkHealth: async () => {
        const { root } = workspace;
        if (root === undefined) return undefined;
        await passwords.load(root);
        return await checkHealth({ root, overrides: overrides() });
      },
    },
    session,
    isTrusted: () => vscode.workspace.isTrusted,
    titleOf: commandTitles(context.extension.packageJSON),
    log,
  });
  const notifier = new Notifier({
    isOn: () => settings().notifications,
    isFocused: () => vscode.window.state.focused,
    isPlanInSight: (taskId) => panels.isInSight(taskId),
    now: Date.now,
    show: (notice) => screen.notify(notice),
  });
  const decorations = new FileDecorations({
    isOn: () => settings().decorations,
    shown: () => {
      const { state, world } = session();
      return state.kind === 'open' ? { world, root: state.root } : undefined;
    },
  });
  const status = new StatusItem('lineclear.status', 'Lineclear', 50);
  const problemStatus = new StatusItem('lineclear.problem', l10n.t('Lineclear: Problem'), 49);

  const sendContexts = createContextSender();
  const parts: readonly (readonly [name: string, draw: () => void])[] = [
    [
      'The context',
      () => {
        const { state, world } = session();
        sendContexts(contextKeys(state, world, views.options, workspace.roots.length));
      },
    ],
    ...views.parts.map((part) => ['The views', part] as const),
    ['The decorations', () => decorations.refresh()],
    [
      'The status bar',
      () => {
        const { state, world } = session();
        const waiting = state.kind === 'failed' ? outboxStatus(state.root) : undefined;
        const drift = driftNodes(shared.shown?.instructions ?? []).map(({ label }) => label);
        status.show(statusOf(state, world, Date.now(), waiting, drift));
      },
    ],
    ['The status of problems', () => problemStatus.show(problemStatusOf(app()))],
    ['The plan panels', () => panels.worldChanged()],
    ['The command center', () => center.worldChanged()],
    ['The notifications', () => session().state.kind === 'open' && notifier.worldChanged(session().world)],
    ['The orchestrator', () => void orchestrator.consider()],
  ];

  /** Everything that is shown, each part from the state that is the newest then. One that fails is reported; the others go on. */
  const draw = new Trailing(DRAW_MS, () =>
    inSlices(parts, ([name, part]) => {
      if (draw.isOver) return;
      try {
        part();
      } catch (error) {
        log(`${name} failed`, error);
      }
    }),
  );

  const ticking = setInterval(() => {
    void workspace.openExisting();
    draw.soon();
  }, TICK_MS);

  context.subscriptions.push(
    output,
    ...documents.all,
    terminals,
    decorations,
    panels,
    center,
    views,
    status,
    problemStatus,
    draw,
    workspace,
    new vscode.Disposable(() => clearInterval(ticking)),
    vscode.window.onDidChangeWindowState(() => draw.soon()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void workspace.openExisting();
      void shared.begin(app());
      app()?.keepOutboxEmpty(() => draw.soon());
      draw.soon();
    }),
    context.secrets.onDidChange(({ key }) => {
      const { root } = workspace;
      if (root === undefined) return;
      const consider = async () => (await passwords.isOther(key, root)) && (await workspace.restart());
      consider().catch((error: unknown) => log('The password could not be read', error));
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const isOverride =
        change.affectsConfiguration('lineclear.agents') ||
        change.affectsConfiguration('lineclear.userName') ||
        change.affectsConfiguration('lineclear.worktree');
      draw.soon();
      if (change.affectsConfiguration('lineclear.log')) void workspace.restart();
      else if (isOverride) workspace.readConfig();
    }),
    vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
      if (isConfiguration(fileName)) workspace.readConfig();
    }),
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, (...given: unknown[]) => runner.run(id, given)),
    ),
  );
  draw.soon();
  // Other extensions wait for this one to return, and nobody for the log.
  return {
    api: {
      treeText: (view) => views.text(view),
      whenReady: yieldToOthers().then(() => workspace.openExisting()),
    },
    close: () => workspace.close(),
  };
}
