import type { App, AppOptions, LogServer } from '../app.ts';
import type { LineclearError } from '../contract/errors.ts';
import type { HealthLine } from '../state/health.ts';
import type { CommandContext } from './command-context.ts';

/** What the composition root gives this door. */
export interface Composition {
  readonly openApp: (options: AppOptions) => Promise<App>;
  readonly checkHealth: (options: {
    readonly root: string;
    readonly overrides: unknown;
  }) => Promise<readonly HealthLine[]>;
  readonly retainLog: (
    options: Parameters<CommandContext['retainLog']>[0] & {
      readonly root: string;
      readonly overrides: unknown;
      readonly source: 'vscode';
      readonly mode: 'archive';
      readonly thorough: false;
    },
  ) => ReturnType<CommandContext['retainLog']>;
  readonly findRoot: (folder: string) => string;
  readonly logFileOf: (root: string) => string;
  readonly findLogServer: (options: {
    readonly root: string;
    readonly overrides: unknown;
  }) => LogServer | undefined;
  /** What waits in the folder until its log can be reached. */
  readonly outboxStatus: (root: string) => Pick<App['outbox'], 'waiting' | 'refused'>;
  readonly ensureUserConfigFile: () => string;
  readonly hasLog: (options: {
    readonly root: string;
    readonly overrides: unknown;
    readonly mayConnect: boolean;
  }) => boolean;
  readonly whyNoLog: (options: {
    readonly root: string;
    readonly overrides: unknown;
  }) => LineclearError | undefined;
}
