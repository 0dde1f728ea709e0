import fs from 'node:fs';
import path from 'node:path';
import { detectAgents } from './agents/known-agents.ts';
import { type Config, loadConfig } from './config.ts';
import { LineclearError, hasCode } from './contract/errors.ts';
import type { LogBackend } from './log/log.ts';
import { type LogOptions, openLog } from './log/open.ts';
import { toLogError } from './log/sqlite/sqlite-error.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

/** What belongs to this machine alone; `config.toml` may be shared. */
const IGNORED = ['log.db*', 'orchestrator.log*', 'snapshots.git', 'worktrees', '.gitignore'];

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
  readonly logFile: string;
  readonly orchestratorLog: string;
  /** Why the log is only read. */
  readonly readonly: LineclearError | undefined;
}

export interface WorkspaceOptions {
  readonly root: string;
  readonly overrides?: unknown;
  /** Whether a log is made where there is none. */
  readonly create: boolean;
  /** Whether a log that cannot be written may be opened to be read; default false. */
  readonly mayRead?: boolean;
}

/** The configuration as the files, the environment and what is installed say now. Throws `invalid_config`. */
export const readConfig = ({ root, overrides }: Pick<WorkspaceOptions, 'root' | 'overrides'>): Config =>
  loadConfig({ root, env: process.env, overrides, installedAgents: detectAgents(process.env) });

/** Reads the configuration and opens the log. Throws `invalid_config`, `no_log` and the errors of `openLog`. */
export async function openWorkspace({
  root,
  overrides,
  create,
  mayRead = false,
}: WorkspaceOptions): Promise<OpenedWorkspace> {
  const config = readConfig({ root, overrides });
  const folder = path.join(root, LINECLEAR_DIR);
  const { tenantId, durability, logFile, network } = config;
  if (!create && !fs.existsSync(logFile)) {
    throw new LineclearError('no_log', `There is no log in ${root} yet.`);
  }
  const options = { backend: 'sqlite', file: logFile, tenantId, durability, network } as const;
  const opened = { config, logFile, orchestratorLog: path.join(folder, 'orchestrator.log') };
  try {
    // Making it says only that it is not there.
    if (!fs.existsSync(folder)) fs.accessSync(root, fs.constants.W_OK);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    ignoreOurs(path.join(folder, '.gitignore'));
    return { ...opened, backend: await openLog(options), readonly: undefined };
  } catch (cause) {
    const error = toLogError(cause, folder);
    if (!mayRead || !hasCode(error, 'log_readonly') || !fs.existsSync(logFile)) throw error;
    return { ...opened, backend: await openToRead(options, error), readonly: error };
  }
}

/** SQLite reads a log that it cannot write as long as what the last one left beside it is there; else says why not. */
async function openToRead(
  options: LogOptions & { readonly backend: 'sqlite' },
  problem: LineclearError,
): Promise<LogBackend> {
  try {
    return await openLog({ ...options, readonly: true });
  } catch (error) {
    throw hasCode(error, 'log_failed') ? problem : error;
  }
}
