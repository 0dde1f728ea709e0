import fs from 'node:fs';
import path from 'node:path';
import { LineclearError } from './contract/errors.ts';
import { type CopyOptions, type CopyResult, copyLog as copyBetween } from './log/copy.ts';
import type { LogBackend } from './log/log.ts';
import { type LogOptions, openLog } from './log/open.ts';
import { type LogConfig, logOptionsOf, parseLogUrl, secretKeyOf } from './log-config.ts';
import { logFileIn } from './log-place.ts';
import { readConfig } from './open-workspace.ts';

export interface CopyLogOptions extends CopyOptions {
  readonly root: string;
  /** `sqlite:` for the log in the workspace, `sqlite:` and a path for that of another folder, or the address of a server. */
  readonly from: string;
  readonly to: string;
}

/** A workspace stands for its log. */
function fileOf(root: string, given: string, { folder }: LogConfig): string {
  const place = path.resolve(root, given);
  return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ? logFileIn(place, folder) : place;
}

/** What opens the log there, with the tenant, passwords and certificates of the configuration. Throws `invalid_config`, `invalid_input`. */
function optionsOf(root: string, config: LogConfig, address: string): LogOptions {
  const [, file] = /^sqlite:(.*)$/.exec(address) ?? [];
  if (file !== undefined) {
    const { tenantId, durability, network } = config;
    const place = fileOf(root, file === '' ? root : file, config);
    return { backend: 'sqlite', file: place, tenantId, durability, network };
  }
  if (secretKeyOf({ url: address }) !== undefined) {
    throw new LineclearError(
      'invalid_input',
      'Others can see a password on a command line. Write it under [log.passwords] in your own config.toml.',
    );
  }
  return logOptionsOf(root, { ...config, url: parseLogUrl(address) });
}

const placeOf = (options: LogOptions): string => (options.backend === 'sqlite' ? options.file : options.url);

/**
 * Copies a log between two places, see {@link copyBetween}. Throws what that throws, the errors of `openLog`, `no_log`
 * for a source without events, `invalid_config`, `invalid_input`.
 */
export async function copyLog({ root, from, to, ...options }: CopyLogOptions): Promise<CopyResult> {
  const { log: config } = readConfig({ root });
  const [sourceOptions, targetOptions] = [optionsOf(root, config, from), optionsOf(root, config, to)];
  const nothing = () => new LineclearError('no_log', `There is no log at ${placeOf(sourceOptions)}.`);
  if (sourceOptions.backend === 'sqlite' && !fs.existsSync(sourceOptions.file)) throw nothing();
  if (targetOptions.backend === 'sqlite') {
    fs.mkdirSync(path.dirname(targetOptions.file), { recursive: true, mode: 0o700 });
  }
  const opened: LogBackend[] = [];
  const open = async (place: LogOptions): Promise<LogBackend> => {
    const backend = await openLog(place);
    opened.push(backend);
    return backend;
  };
  try {
    const source = await open(sourceOptions);
    if ((await source.log.head()) === 0) throw nothing();
    return await copyBetween(source, await open(targetOptions), options);
  } finally {
    for (const backend of opened) await backend.close();
  }
}
