import fs from 'node:fs';
import path from 'node:path';
import { detectAgents } from './agents/known-agents.ts';
import { type Config, loadConfig } from './config.ts';
import { LineclearError, hasCode } from './contract/errors.ts';
import type { LogBackend } from './log/log.ts';
import { type LogServer, isInFile, logOptionsOf, logServerOf } from './log-config.ts';
import { logFileIn } from './log-place.ts';
import { type LogOptions, openLog } from './log/open.ts';
import { checkFileSystem } from './log/sqlite/open-sqlite.ts';
import { toLogError } from './log/sqlite/sqlite-error.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

export type { LogServer };

type FileOptions = LogOptions & { readonly backend: 'sqlite' };

/** What belongs to this machine alone; `config.toml` may be shared. */
const IGNORED = [
  'log.db*',
  'orchestrator.log*',
  'snapshots.git',
  'worktrees',
  'archive',
  'memory.sync.json*',
  'instructions.sync.json*',
  'context*.json*',
  'memory/.tmp',
  'outbox',
  '.gitignore',
];

/** Lines that a person added stay; those that an older version did not write are added. */
function ignoreOurs(file: string): void {
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split(/\r?\n/) : [];
  const missing = IGNORED.filter((name) => !lines.includes(name));
  if (missing.length === 0) return;
  fs.writeFileSync(file, `${[...lines.filter((line) => line !== ''), ...missing].join('\n')}\n`);
}

export interface OpenedWorkspace {
  readonly config: Config;
  readonly backend: LogBackend;
  /** Where the log is, as it may be shown: a path, or the address of a server without the password. */
  readonly logPlace: string;
  readonly orchestratorLog: string;
  /** Why the log is only read. */
  readonly readonly: LineclearError | undefined;
}

interface ConfigOptions {
  readonly root: string;
  readonly overrides?: unknown;
}

export interface WorkspaceOptions extends ConfigOptions {
  /** Whether a log is made where there is none. */
  readonly create: boolean;
  /** Whether a log that cannot be written may be opened to be read; default false. */
  readonly mayRead?: boolean;
}

/** The configuration as the files, the environment and what is installed say now. Throws `invalid_config`. */
export const readConfig = ({ root, overrides }: ConfigOptions): Config =>
  loadConfig({ root, env: process.env, overrides, installedAgents: detectAgents(process.env) });

/** The same without a look at what is installed, for who asks for something else. */
export const readConfigAlone = ({ root, overrides }: ConfigOptions): Config =>
  loadConfig({ root, env: process.env, overrides, installedAgents: {} });

/**
 * Whether there is a log that can be opened: one in a file, or one on a server, if that may be spoken to. A mistake in the
 * configuration counts as one, so that it is told.
 */
export function hasLog({
  root,
  overrides,
  mayConnect,
}: ConfigOptions & { readonly mayConnect: boolean }): boolean {
  try {
    const { log } = readConfigAlone({ root, overrides });
    return isInFile(log) ? fs.existsSync(logFileIn(root, log.folder)) : mayConnect;
  } catch {
    return true;
  }
}

/** Why no log could be made where there is none: nothing can be written there, or it is on a network file system. */
export function whyNoLog({ root, overrides }: ConfigOptions): LineclearError | undefined {
  const folder = path.join(root, LINECLEAR_DIR);
  try {
    const place = logOptionsOf(root, readConfigAlone({ root, overrides }).log);
    if (place.backend !== 'sqlite') return undefined;
    fs.accessSync(fs.existsSync(folder) ? folder : root, fs.constants.W_OK);
    checkFileSystem(place);
    return undefined;
  } catch (error) {
    return toLogError(error, folder);
  }
}

/** The server that the configuration names for the log; undefined for a file, and where the configuration has a mistake. */
export function findLogServer({ root, overrides }: ConfigOptions): LogServer | undefined {
  try {
    return logServerOf(readConfigAlone({ root, overrides }).log);
  } catch {
    return undefined;
  }
}

/** Reads the configuration and opens the log. Throws `invalid_config`, `no_log` and the errors of `openLog`. */
export async function openWorkspace(options: WorkspaceOptions): Promise<OpenedWorkspace> {
  const { root, create } = options;
  const config = readConfig(options);
  const folder = path.join(root, LINECLEAR_DIR);
  const orchestratorLog = path.join(folder, 'orchestrator.log');
  const place = logOptionsOf(root, config.log);
  if (place.backend !== 'sqlite') {
    makeFolder(folder, root);
    const backend = await openLog(place);
    const logPlace = backend.connection?.state.address ?? '';
    return { config, logPlace, orchestratorLog, backend, readonly: undefined };
  }
  if (!create && !fs.existsSync(place.file)) {
    // What a person does next would be refused.
    checkFileSystem(place);
    throw new LineclearError('no_log', `There is no log in ${root} yet.`);
  }
  const opened = { config, logPlace: place.file, orchestratorLog };
  return { ...opened, ...(await openFile(place, folder, options)) };
}

async function openFile(
  place: FileOptions,
  folder: string,
  { root, mayRead = false }: WorkspaceOptions,
): Promise<Pick<OpenedWorkspace, 'backend' | 'readonly'>> {
  try {
    makeFolder(folder, root);
    return { backend: await openLog(place), readonly: undefined };
  } catch (cause) {
    const error = toLogError(cause, folder);
    if (!mayRead || !hasCode(error, 'log_readonly') || !fs.existsSync(place.file)) throw error;
    return { backend: await openToRead(place, error), readonly: error };
  }
}

/** Makes our folder in the workspace. Throws `log_readonly`, `log_full`, `log_failed`. */
export function makeFolder(folder: string, root: string): void {
  try {
    // Making it says only that it is not there.
    if (!fs.existsSync(folder)) fs.accessSync(root, fs.constants.W_OK);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    ignoreOurs(path.join(folder, '.gitignore'));
  } catch (cause) {
    throw toLogError(cause, folder);
  }
}

/** SQLite reads a log that it cannot write as long as what the last one left beside it is there; else says why not. */
async function openToRead(place: FileOptions, problem: LineclearError): Promise<LogBackend> {
  try {
    return await openLog({ ...place, readonly: true });
  } catch (error) {
    throw hasCode(error, 'log_failed') ? problem : error;
  }
}
