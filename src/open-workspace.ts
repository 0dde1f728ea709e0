import fs from 'node:fs';
import path from 'node:path';
import { detectAgents } from './agents/known-agents.ts';
import { type Config, loadConfig } from './config.ts';
import { LineclearError } from './contract/errors.ts';
import type { LogBackend } from './log/log.ts';
import { openLog } from './log/open.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

/** What belongs to this machine alone; `config.toml` may be shared. */
const IGNORED = ['log.db*', 'orchestrator.log*', '.gitignore', ''].join('\n');

export interface OpenedWorkspace {
  readonly config: Config;
  readonly backend: LogBackend;
  readonly logFile: string;
  readonly orchestratorLog: string;
}

export interface WorkspaceOptions {
  readonly root: string;
  readonly overrides?: unknown;
  /** Whether a log is made where there is none. */
  readonly create: boolean;
}

/** Reads the configuration and opens the log. Throws `invalid_config`, `no_log` and the errors of `openLog`. */
export async function openWorkspace({ root, overrides, create }: WorkspaceOptions): Promise<OpenedWorkspace> {
  const installedAgents = detectAgents(process.env);
  const config = loadConfig({ root, env: process.env, overrides, installedAgents });
  const folder = path.join(root, LINECLEAR_DIR);
  const logFile = path.join(folder, 'log.db');
  if (!create && !fs.existsSync(logFile)) {
    throw new LineclearError('no_log', `There is no log in ${root} yet.`);
  }
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ignore = path.join(folder, '.gitignore');
  if (!fs.existsSync(ignore)) fs.writeFileSync(ignore, IGNORED);
  const { tenantId, durability } = config;
  const backend = await openLog({ backend: 'sqlite', file: logFile, tenantId, durability });
  return { config, backend, logFile, orchestratorLog: path.join(folder, 'orchestrator.log') };
}
