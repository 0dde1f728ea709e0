import fs from 'node:fs';
import { type Config, configFiles } from './config.ts';
import { LineclearError } from './contract/errors.ts';

/** How often the files are looked at, and how long one is left to whoever is still writing it, in milliseconds. */
const LOOK_MS = 500;
const SETTLE_MS = 200;

interface FollowConfigOptions {
  readonly root: string;
  /** Reads the configuration; throws `invalid_config`. */
  readonly load: () => Config;
  readonly onChange: (config: Config) => void;
  /** The files say something wrong now, other than the last time: what was read before stays in use. */
  readonly onWrong: (error: LineclearError) => void;
}

interface FollowedConfig {
  /** Reads it at once, for who knows that it changed, and for what is no file. */
  read(): void;
  stop(): void;
}

/**
 * Reads the configuration again whenever one of its files was written, made, replaced or deleted.
 * Looks by path: a file that an editor replaces, or that is not there yet, has no handle that tells of it.
 */
export function followConfig({ root, load, onChange, onWrong }: FollowConfigOptions): FollowedConfig {
  const files = configFiles({ root, env: process.env });
  let settling: NodeJS.Timeout | undefined;
  let told: string | undefined;

  function read(): void {
    try {
      onChange(load());
      told = undefined;
    } catch (error) {
      if (!(error instanceof LineclearError)) throw error;
      if (error.message !== told) onWrong(error);
      told = error.message;
    }
  }

  const changed = (now: fs.Stats, before: fs.Stats): void => {
    // Of a file that is not there Node tells once, though nothing has changed.
    if (now.ino === 0 && before.ino === 0) return;
    clearTimeout(settling);
    settling = setTimeout(read, SETTLE_MS);
  };
  for (const file of files) fs.watchFile(file, { interval: LOOK_MS, persistent: false }, changed);
  return {
    read,
    stop() {
      clearTimeout(settling);
      for (const file of files) fs.unwatchFile(file, changed);
    },
  };
}
