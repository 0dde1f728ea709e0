import type { App } from '../../src/app.ts';
import type { LogContext } from '../../src/vscode/command-context.ts';
import type { Screen } from '../../src/vscode/screen.ts';
import { type ViewOptions, readViewOptions } from '../../src/vscode/view-options.ts';

const unused = (): never => {
  throw new Error('this command must not need that');
};

/** What a command is given that needs nothing but the log, a screen and how the views are set. */
export function logContext(app: App, screen: Screen): LogContext {
  let options = readViewOptions({ get: () => undefined, update: async () => undefined });
  return {
    app,
    screen,
    views: {
      get options() {
        return options;
      },
      change: async (change: Partial<ViewOptions>) => {
        options = { ...options, ...change };
      },
      showOlderActivity: unused,
    },
    logs: { roots: [], root: undefined, choose: unused },
    orchestrator: { start: unused, stop: unused, showLog: unused },
    reopen: unused,
    passwords: { serverOf: () => undefined, enter: unused, forget: unused },
    checkHealth: unused,
    retainLog: unused,
  };
}
