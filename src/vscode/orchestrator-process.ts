import { spawn } from 'node:child_process';
import fs from 'node:fs';
import * as l10n from '@vscode/l10n';
import type { App } from '../app.ts';
import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import { groupOf } from '../state/agent-group.ts';
import type { OrchestratorControl } from './command-context.ts';
import { errorNotice } from './error-notice.ts';
import { lastLines } from './last-lines.ts';
import type { Screen } from './screen.ts';

/** One that lives as long as this came up well: what happens later is not a failure to start. */
const SETTLED_AFTER_MS = 10_000;
/** How long to wait after each failure to start, one after the other. */
const PAUSES_MS = [5_000, 30_000, 120_000, 600_000] as const;

export interface OrchestratorProcessDeps {
  /** The bundled command line. */
  readonly cli: string;
  readonly app: () => App | undefined;
  /** Whether it may be started without being asked: the workspace is trusted and the setting is on. */
  readonly isAllowed: () => boolean;
  /** Variables that carry this window's settings. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly screen: Pick<Screen, 'notify' | 'flash' | 'confirm' | 'openFile'>;
  readonly note: (line: string) => void;
}

/** What VS Code puts into its own processes' environment does not belong into others; nor does the mark of an agent's tree. */
export const environmentFor = (
  own: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(own).filter(([name]) => !/^(?:VSCODE_|ELECTRON_|LINECLEAR_AGENT_TREE$)/.test(name)),
  ),
  ...more,
  // Makes Electron behave as Node; Node itself takes no notice.
  ELECTRON_RUN_AS_NODE: '1',
});

/**
 * The orchestrator as this window sees it: started detached when there is work and none in this folder does it, so that it
 * survives the window. Never two from one window; of two from two windows the first one lives.
 */
export class OrchestratorProcess implements OrchestratorControl {
  readonly #deps: OrchestratorProcessDeps;
  /** From the decision to start one until it has ended. */
  #isOurs = false;
  #failures = 0;
  /** By the clock that no one puts back, as all times here. */
  #notBefore = 0;
  /** Set when the person stopped it: it does not come back by itself. */
  #isStopped = false;

  constructor(deps: OrchestratorProcessDeps) {
    this.#deps = deps;
  }

  /** Starts one if there is something to do and nobody who does it. Never throws. */
  async consider(): Promise<void> {
    const app = this.#deps.app();
    if (!app || this.#isOurs || this.#isStopped || performance.now() < this.#notBefore) return;
    if (!this.#deps.isAllowed() || !app.hasWork()) return;
    try {
      await this.#startUnlessRunning(app);
    } catch (error) {
      // That the server of the log is away is said elsewhere, and passes.
      if (!hasCode(error, 'log_unreachable')) this.#failed(messageOf(error));
    }
  }

  async start(): Promise<void> {
    const app = this.#open();
    this.#isStopped = false;
    this.#notBefore = 0;
    this.#failures = 0;
    const running = await app.orchestrator();
    if (this.#isOurs || (running?.isHere && !running.isOlder))
      throw new LineclearError('orchestrator_running', l10n.t('The orchestrator is running already.'));
    await this.#startUnlessRunning(app);
    this.#deps.screen.flash(
      l10n.t('Started the orchestrator. It ends by itself when there is nothing to do.'),
    );
  }

  async stop(): Promise<void> {
    const app = this.#open();
    const holder = await app.orchestrator();
    if (!holder) throw new LineclearError('not_waiting', l10n.t('The orchestrator is not running.'));
    if (!holder.isHere) {
      throw new LineclearError(
        'invalid_input',
        l10n.t(
          'The orchestrator runs on {0}, as process {1}: stop it there.',
          holder.host,
          String(holder.pid),
        ),
      );
    }
    const working = [...app.world.agents.values()].filter((agent) => groupOf(app.world, agent) === 'working');
    if (working.length > 0) {
      const sure = await this.#deps.screen.confirm(
        l10n.t('Stop the orchestrator?'),
        working.length === 1
          ? l10n.t('1 agent at work will be stopped. The tasks go on when it is started again.')
          : l10n.t(
              '{0} agents at work will be stopped. The tasks go on when it is started again.',
              working.length,
            ),
        [l10n.t('Stop Orchestrator')],
      );
      if (sure === undefined) return;
    }
    this.#isStopped = true;
    try {
      process.kill(holder.pid, 'SIGTERM');
    } catch (error) {
      throw new LineclearError(
        'not_waiting',
        l10n.t('Process {0} could not be ended: {1}.', String(holder.pid), messageOf(error)),
        { cause: error },
      );
    }
    this.#deps.screen.notify({
      severity: 'information',
      message: l10n.t('Stopped the orchestrator. This window does not start it again by itself.'),
      actions: [{ title: l10n.t('Start Orchestrator'), command: 'lineclear.startOrchestrator' }],
    });
  }

  async showLog(): Promise<void> {
    await this.#deps.screen.openFile(this.#open().orchestratorLog);
  }

  #open(): App {
    const app = this.#deps.app();
    if (!app) throw new LineclearError('no_task', l10n.t('Nothing has been recorded in this folder yet.'));
    return app;
  }

  async #startUnlessRunning(app: App): Promise<void> {
    this.#isOurs = true;
    try {
      // One of an older version ends for ours, after its current turns.
      const running = await app.orchestrator();
      if (running?.isHere && !running.isOlder) this.#isOurs = false;
      else this.#spawn(app);
    } catch (error) {
      this.#isOurs = false;
      throw error;
    }
  }

  #spawn(app: App): void {
    const { cli, environment, note } = this.#deps;
    const log = fs.openSync(app.orchestratorLog, 'a');
    const began = performance.now();
    const size = fs.fstatSync(log).size;
    try {
      const child = spawn(process.execPath, [cli, 'serve', '--no-wait', '--root', app.root], {
        cwd: app.root,
        detached: true,
        windowsHide: true,
        env: environmentFor(process.env, environment()),
        stdio: ['ignore', log, log],
      });
      note(`started the orchestrator as process ${child.pid ?? '?'}`);
      child.once('error', (error) => this.#ended(app, began, size, messageOf(error)));
      child.once('exit', (code, signal) =>
        this.#ended(
          app,
          began,
          size,
          code === 0
            ? undefined
            : signal === null
              ? l10n.t('it ended with code {0}', String(code))
              : l10n.t('it ended with {0}', signal),
        ),
      );
      child.unref();
    } finally {
      fs.closeSync(log);
    }
  }

  /** `problem` is undefined when it ended well. */
  #ended(app: App, began: number, size: number, problem: string | undefined): void {
    this.#isOurs = false;
    this.#deps.note(`the orchestrator ended${problem === undefined ? '' : `: ${problem}`}`);
    if (problem === undefined || this.#isStopped || performance.now() - began > SETTLED_AFTER_MS) {
      this.#failures = 0;
      this.#notBefore = performance.now() + PAUSES_MS[0];
      return;
    }
    // Whoever came second has nothing to complain about.
    app.orchestrator().then(
      (holder) => holder ?? this.#failed([problem, ...lastLines(app.orchestratorLog, size)].join('\n')),
      (error: unknown) =>
        hasCode(error, 'log_closed') || hasCode(error, 'log_unreachable') || this.#failed(messageOf(error)),
    );
  }

  #failed(problem: string): void {
    this.#notBefore = performance.now() + (PAUSES_MS[this.#failures] ?? PAUSES_MS[PAUSES_MS.length - 1] ?? 0);
    this.#failures += 1;
    this.#deps.note(`the orchestrator could not be started: ${problem}`);
    // Told once: it is tried again, and the log has every attempt.
    if (this.#failures > 1) return;
    const error = new LineclearError(
      'orchestrator_not_startable',
      l10n.t('The orchestrator could not be started: {0}.', problem.replaceAll('\n', ' — ')),
    );
    this.#deps.screen.notify({
      ...errorNotice(error),
      message: error.message,
      actions: [
        { title: l10n.t('Show Log'), command: 'lineclear.showOrchestratorLog' },
        { title: l10n.t('Try Again'), command: 'lineclear.startOrchestrator' },
      ],
    });
  }
}
