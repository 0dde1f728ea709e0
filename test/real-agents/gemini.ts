import fs from 'node:fs';
import path from 'node:path';
import type { AgentLaunch } from '../../src/agents/agent.ts';

const PACKAGE = path.resolve(import.meta.dirname, '../agents/node_modules/@google/gemini-cli');

interface GeminiOptions {
  /** An empty folder for its settings; each run wants its own. */
  readonly home: string;
  /** Where the scripted model listens. */
  readonly modelUrl: string;
  readonly cwd: string;
}

/** The real Gemini CLI, with a model that is not. Throws when it is not installed, and says how to. */
export function geminiLaunch({ home, modelUrl, cwd }: GeminiOptions): AgentLaunch {
  const program = path.join(PACKAGE, 'bundle/gemini.js');
  if (!fs.existsSync(program)) {
    throw new Error('Gemini CLI is not installed: run `npm ci --ignore-scripts` in test/agents.');
  }
  const settings = {
    security: { auth: { selectedType: 'gemini-api-key' } },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    telemetry: { enabled: false },
  };
  fs.mkdirSync(path.join(home, '.gemini'), { recursive: true });
  fs.writeFileSync(path.join(home, '.gemini/settings.json'), JSON.stringify(settings));
  return {
    name: 'gemini',
    command: [process.execPath, program, '--acp', '--model', 'gemini-2.5-flash'],
    env: {
      HOME: home,
      USERPROFILE: home,
      GEMINI_API_KEY: 'scripted',
      GOOGLE_GEMINI_BASE_URL: modelUrl,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GEMINI_CLI_NO_RELAUNCH: 'true',
      NO_PROXY: '127.0.0.1',
    },
    cwd,
  };
}
