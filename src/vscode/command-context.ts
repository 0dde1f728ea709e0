import type { App } from '../app.ts';
import type { Screen } from './screen.ts';

/** Starts and stops the process that carries tasks out. */
export interface OrchestratorControl {
  start(): Promise<void>;
  stop(): Promise<void>;
  showLog(): Promise<void>;
}

export interface CommandContext {
  readonly screen: Screen;
  readonly orchestrator: OrchestratorControl;
  /** Opens the log anew after an error. */
  readonly reopen: () => Promise<void>;
}

/** The context of a command that needs the log. */
export interface LogContext extends CommandContext {
  readonly app: App;
}
