import type { Config } from './config.ts';
import type { LineclearError } from './contract/errors.ts';
import { followConfig } from './follow-config.ts';
import { readConfig } from './open-workspace.ts';

/** The configuration of an opened workspace, as it was last without a mistake. */
export interface AppConfig {
  readonly current: () => Config;
  /** What is wrong in it since it was changed: as long as it is, what was read before stays in force. */
  readonly problem: LineclearError | undefined;
  /** Takes over each change of a file until the signal is aborted. Call it once. */
  follow(listeners: ConfigListeners, signal: AbortSignal): void;
  /** Reads it at once, if it is followed. */
  read(): void;
}

interface ConfigListeners {
  readonly onChange: () => void;
  readonly onWrong: () => void;
}

interface AppConfigOptions {
  readonly root: string;
  readonly overrides: (() => unknown) | undefined;
  /** As it was when the workspace was opened. */
  readonly opened: Config;
}

export function createAppConfig({ root, overrides, opened }: AppConfigOptions): AppConfig {
  let current = opened;
  let problem: LineclearError | undefined;
  let followed: ReturnType<typeof followConfig> | undefined;

  return {
    current: () => current,
    get problem() {
      return problem;
    },
    follow({ onChange, onWrong }, signal) {
      followed = followConfig({
        root,
        load: () => readConfig({ root, overrides: overrides?.() }),
        onChange(changed) {
          current = changed;
          problem = undefined;
          onChange();
        },
        onWrong(wrong) {
          problem = wrong;
          onWrong();
        },
      });
      signal.addEventListener('abort', () => followed?.stop(), { once: true });
    },
    read: () => followed?.read(),
  };
}
