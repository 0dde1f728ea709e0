import fs from 'node:fs';
import path from 'node:path';

export interface KnownAgent {
  /** Program and arguments that start it as an ACP agent on stdio. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** Agents that speak ACP, by the names that a configuration uses for them; preferred ones first. */
const knownAgents: Readonly<Record<string, KnownAgent>> = {
  claude: { command: ['claude-agent-acp'], env: {} },
  codex: { command: ['codex-acp'], env: {} },
  gemini: { command: ['gemini', '--acp'], env: {} },
  opencode: { command: ['opencode', 'acp'], env: {} },
  copilot: { command: ['copilot', '--acp'], env: {} },
  qwen: { command: ['qwen', '--acp'], env: {} },
  // As their documentation says; those above were tried.
  cursor: { command: ['cursor-agent', 'acp'], env: {} },
  goose: { command: ['goose', 'acp'], env: {} },
  kimi: { command: ['kimi', 'acp'], env: {} },
  auggie: { command: ['auggie', '--acp'], env: {} },
  junie: { command: ['junie', '--acp=true'], env: {} },
  droid: { command: ['droid', 'exec', '--output-format', 'acp'], env: {} },
};

const extensions = (env: NodeJS.ProcessEnv): readonly string[] =>
  process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];

function isOnPath(program: string, env: NodeJS.ProcessEnv): boolean {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.some((folder) =>
    extensions(env).some((extension) => {
      try {
        fs.accessSync(path.join(folder, program + extension), fs.constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** The known agents whose program is on the PATH. Looks only; runs nothing. */
export function detectAgents(env: NodeJS.ProcessEnv): Readonly<Record<string, KnownAgent>> {
  return Object.fromEntries(
    Object.entries(knownAgents).filter(([, { command }]) => isOnPath(command[0], env)),
  );
}
