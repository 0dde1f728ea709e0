import fs from 'node:fs';
import path from 'node:path';

export interface KnownAgent {
  /** Program and arguments that start it as an ACP agent on stdio. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

interface KnownProgram {
  /** As its maker writes it. */
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** How a registry of agents calls it. */
  readonly ids: readonly string[];
  /** How it is installed: a command line, or the page that tells. */
  readonly install: string;
}

const npm = (name: string) => `npm install -g ${name}`;

/** Agents that speak ACP, by the names that a configuration uses for them; preferred ones first. */
export const knownAgents: Readonly<Record<string, KnownProgram>> = {
  claude: {
    title: 'Claude Code',
    command: ['claude-agent-acp'],
    ids: ['claude-acp', 'claude-code-acp'],
    install: npm('@agentclientprotocol/claude-agent-acp'),
  },
  codex: {
    title: 'Codex CLI',
    command: ['codex-acp'],
    ids: ['codex-acp'],
    install: npm('@openai/codex @agentclientprotocol/codex-acp'),
  },
  gemini: {
    title: 'Gemini CLI',
    command: ['gemini', '--acp'],
    ids: ['gemini'],
    install: npm('@google/gemini-cli'),
  },
  opencode: {
    title: 'OpenCode',
    command: ['opencode', 'acp'],
    ids: ['opencode'],
    install: npm('opencode-ai'),
  },
  copilot: {
    title: 'GitHub Copilot CLI',
    command: ['copilot', '--acp'],
    ids: ['github-copilot', 'github-copilot-cli'],
    install: npm('@github/copilot'),
  },
  qwen: {
    title: 'Qwen Code',
    command: ['qwen', '--acp'],
    ids: ['qwen-code'],
    install: npm('@qwen-code/qwen-code'),
  },
  // As their documentation says; those above were tried.
  cursor: {
    title: 'Cursor CLI',
    command: ['cursor-agent', 'acp'],
    ids: ['cursor'],
    install: 'https://cursor.com/cli',
  },
  goose: {
    title: 'goose',
    command: ['goose', 'acp'],
    ids: ['goose'],
    install: 'https://github.com/block/goose',
  },
  kimi: {
    title: 'Kimi CLI',
    command: ['kimi', 'acp'],
    ids: ['kimi'],
    install: 'https://github.com/MoonshotAI/kimi-cli',
  },
  auggie: {
    title: 'Auggie CLI',
    command: ['auggie', '--acp'],
    ids: ['auggie'],
    install: npm('@augmentcode/auggie'),
  },
  junie: {
    title: 'Junie',
    command: ['junie', '--acp=true'],
    ids: ['junie-acp', 'junie'],
    install: npm('@jetbrains/junie-cli'),
  },
  droid: {
    title: 'Factory Droid',
    command: ['droid', 'exec', '--output-format', 'acp'],
    ids: ['factory-droid'],
    install: 'https://factory.ai',
  },
};

const extensions = (env: NodeJS.ProcessEnv): readonly string[] =>
  process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];

export function isOnPath(program: string, env: NodeJS.ProcessEnv): boolean {
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
    Object.entries(knownAgents)
      .filter(([, { command }]) => isOnPath(command[0], env))
      .map(([name, { command }]) => [name, { command, env: {} }]),
  );
}
