import fs from 'node:fs';
import path from 'node:path';
import type { AgentLaunch } from '../../src/agents/agent.ts';

interface OpencodeOptions {
  /** An empty folder for its settings and sessions; each run wants its own. */
  readonly home: string;
  /** Where the scripted model listens. */
  readonly modelUrl: string;
  readonly cwd: string;
}

/** The program lies in a package per platform; those for processors without AVX2 run on all of them. */
function findProgram(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `opencode-${system}-${process.arch}`;
  const places = [`${name}-baseline`, name].map((folder) =>
    path.resolve(
      import.meta.dirname,
      '../agents/node_modules',
      folder,
      'bin',
      `opencode${system === 'windows' ? '.exe' : ''}`,
    ),
  );
  const program = places.find((place) => fs.existsSync(place));
  if (program) return program;
  throw new Error('opencode is not installed: run `npm ci --ignore-scripts` in test/agents.');
}

/** The real opencode, with a model that is not. Throws when it is not installed, and says how to. */
export function opencodeLaunch({ home, modelUrl, cwd }: OpencodeOptions): AgentLaunch {
  const model = { name: 'Scripted', tool_call: true, limit: { context: 200_000, output: 8_000 } };
  const settings = {
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${modelUrl}/v1`, apiKey: 'scripted' },
        models: { rules: { ...model, cost: { input: 1, output: 2 } } },
      },
    },
    model: 'scripted/rules',
    small_model: 'scripted/rules',
    autoupdate: false,
    share: 'disabled',
    permission: { edit: 'ask', bash: 'ask' },
  };
  const config = path.join(home, 'opencode.json');
  fs.mkdirSync(home, { recursive: true });
  fs.writeFileSync(config, JSON.stringify(settings));
  const folders = ['CONFIG', 'DATA', 'STATE', 'CACHE'].map((kind) => [
    `XDG_${kind}_HOME`,
    path.join(home, kind.toLowerCase()),
  ]);
  return {
    name: 'opencode',
    command: [findProgram(), 'acp'],
    env: {
      HOME: home,
      USERPROFILE: home,
      ...Object.fromEntries(folders),
      OPENCODE_CONFIG: config,
      OPENCODE_DISABLE_AUTOUPDATE: 'true',
      OPENCODE_DISABLE_MODELS_FETCH: 'true',
      OPENCODE_DISABLE_LSP_DOWNLOAD: 'true',
      NO_PROXY: '127.0.0.1',
    },
    cwd,
  };
}
