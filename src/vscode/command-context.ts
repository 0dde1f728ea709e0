import type { App } from '../app.ts';
import type { HealthLine } from '../state/health.ts';
import type { LogPasswords } from './log-passwords.ts';
import type { Screen } from './screen.ts';
import type { ViewOptions } from './view-options.ts';

/** Starts and stops the process that carries tasks out. */
export interface OrchestratorControl {
  start(): Promise<void>;
  stop(): Promise<void>;
  showLog(): Promise<void>;
}

/** How the views are looked at; remembered with the workspace. */
export interface ViewControl {
  readonly options: ViewOptions;
  change(options: Partial<ViewOptions>): Promise<void>;
  /** Shows older activity, or stops looking for it. */
  showOlderActivity(): void;
}

/** The logs of this window's folders, of which one is shown. */
interface LogChoice {
  readonly roots: readonly string[];
  readonly root: string | undefined;
  choose(root: string): Promise<void>;
}

export interface CommandContext {
  readonly logs: LogChoice;
  readonly screen: Screen;
  readonly orchestrator: OrchestratorControl;
  readonly views: ViewControl;
  readonly passwords: Pick<LogPasswords, 'serverOf' | 'enter' | 'forget'>;
  /** Opens the log anew after an error. */
  readonly reopen: () => Promise<void>;
  /** Archives what is old in the log of the shown folder, or only looks what could be; undefined without a folder. */
  readonly retainLog: (options: {
    readonly dryRun: boolean;
    readonly signal: AbortSignal;
    readonly onProgress?: (done: { readonly events: number; readonly tasks: number }) => void;
  }) => Promise<
    | { readonly tasks: number; readonly events: number; readonly bytes: number; readonly days: number }
    | undefined
  >;
  /** Looks at all that the work of the shown folder depends on; undefined without a folder. */
  readonly checkHealth: () => Promise<readonly HealthLine[] | undefined>;
}

/** The context of a command that needs the log. */
export interface LogContext extends CommandContext {
  readonly app: App;
}
