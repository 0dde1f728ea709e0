import manifest from './package.json' with { type: 'json' };

/**
 * The rooms: one folder under src/ each, what it may import, and the files at the top of src/.
 * Held here as a lint rule; test/rooms.test.ts checks that every folder and file of src/ is listed.
 */
interface Room {
  /** Folders (`contract/`) and files (`log/log.ts`, `app.ts`) of src/ that it may import. */
  readonly rooms: readonly string[];
  /** Packages that it may import; `node:` stands for all of Node's own modules. */
  readonly packages: readonly string[];
}

const ports = ['log/log.ts', 'log/subscribe.ts', 'log/event-id.ts'];
const door = ['contract/', 'state/', 'app.ts', 'app-info.ts', 'slices.ts'];

export const rooms: Readonly<Record<string, Room>> = {
  contract: { rooms: [], packages: ['zod'] },
  state: { rooms: ['contract/'], packages: ['@vscode/l10n'] },
  log: {
    rooms: ['contract/'],
    packages: [
      'zod',
      'node:',
      'better-sqlite3',
      'ioredis',
      '@nats-io/transport-node',
      '@nats-io/jetstream',
      '@nats-io/kv',
      '@nats-io/obj',
    ],
  },
  delivery: { rooms: ['contract/', ...ports], packages: ['zod', 'node:'] },
  retention: { rooms: ['contract/', 'state/', 'delivery/', ...ports], packages: ['zod', 'node:'] },
  memory: {
    rooms: ['contract/', 'state/', ...ports],
    packages: ['zod', 'node:', 'yaml', 'node-diff3', 'chokidar'],
  },
  outbox: { rooms: ['contract/'], packages: ['zod', 'node:'] },
  agents: {
    rooms: ['contract/', 'state/', 'slices.ts', ...ports],
    packages: ['zod', 'node:', '@agentclientprotocol/sdk', 'pidusage'],
  },
  workspace: { rooms: ['contract/'], packages: ['node:'] },
  orchestrator: {
    rooms: ['contract/', 'state/', 'agents/', 'workspace/', ...ports],
    packages: ['zod', 'node:', 'picomatch'],
  },
  cli: {
    rooms: [...door, 'cli-composition.ts', 'later.ts', 'retain-log.ts'],
    packages: ['zod', 'node:', 'commander'],
  },
  ui: {
    rooms: ['contract/', 'state/'],
    packages: ['zod', 'lit', '@vscode/l10n', '@vscode-elements/elements', 'markdown-it', 'uplot'],
  },
  vscode: { rooms: [...door, 'ui/'], packages: ['zod', 'node:', 'vscode', '@vscode/l10n'] },
};

/** Files directly in src/: the composition root sees every room but the doors; an entry sees its door. */
export const rootFiles: Readonly<Record<string, Room>> = {
  'app.ts': {
    rooms: [
      'contract/',
      'state/',
      'log/',
      'delivery/',
      'memory/',
      'outbox/',
      'agents/',
      'orchestrator/',
      'app-config.ts',
      'app-delivery.ts',
      'app-history.ts',
      'app-memory.ts',
      'app-orchestrators.ts',
      'workspace/',
      'config-template.ts',
      'config.ts',
      'agent-connections.ts',
      'carry-out.ts',
      'deliver-outbox.ts',
      'followed-world.ts',
      'open-instructions.ts',
      'open-workspace.ts',
      'perform.ts',
      'remembered-rules.ts',
      'workspace-root.ts',
    ],
    packages: ['node:', 'zod'],
  },
  'app-config.ts': {
    rooms: ['contract/', 'config.ts', 'follow-config.ts', 'open-workspace.ts'],
    packages: [],
  },
  'app-delivery.ts': { rooms: ['delivery/', ...ports], packages: [] },
  'app-orchestrators.ts': {
    rooms: ['contract/', 'state/', 'orchestrator/', 'app-info.ts', 'config.ts', ...ports],
    packages: [],
  },
  'app-history.ts': {
    rooms: [
      'contract/',
      'state/',
      'log/transfer.ts',
      'followed-world.ts',
      'open-archive.ts',
      'truncated-history.ts',
      ...ports,
    ],
    packages: [],
  },
  'app-memory.ts': {
    rooms: [
      'contract/',
      'state/',
      'memory/',
      'orchestrator/',
      'app-info.ts',
      'config.ts',
      'open-instructions.ts',
      'open-memory.ts',
      ...ports,
    ],
    packages: [],
  },
  'serve-orchestrator.ts': {
    rooms: [
      'contract/',
      'agents/',
      'orchestrator/',
      'app-info.ts',
      'config.ts',
      'deliver-outbox.ts',
      'follow-config.ts',
      'followed-world.ts',
      'memory/files/note-file.ts',
      'memory/instructions/instruction-state.ts',
      'memory/instructions/section-write.ts',
      'open-instructions.ts',
      'open-memory.ts',
      'open-workspace.ts',
      'retain-by-itself.ts',
      'state/file-reason.ts',
    ],
    packages: ['node:'],
  },
  'followed-world.ts': {
    rooms: ['contract/', 'state/', 'slices.ts', 'truncated-history.ts', ...ports],
    packages: [],
  },
  'truncated-history.ts': { rooms: ['contract/', 'state/', ...ports], packages: [] },
  'open-workspace.ts': {
    rooms: [
      'contract/',
      'log/',
      'agents/',
      'config.ts',
      'log-config.ts',
      'log-place.ts',
      'workspace-root.ts',
    ],
    packages: ['node:'],
  },
  'open-instructions.ts': {
    rooms: ['memory/', 'config.ts', 'config-edit.ts', ...ports],
    packages: [],
  },
  'open-memory.ts': { rooms: ['memory/', 'workspace-root.ts', ...ports], packages: ['node:'] },
  'later.ts': {
    rooms: [
      'contract/',
      'log/',
      'memory/',
      'open-memory.ts',
      'open-workspace.ts',
      'outbox/',
      'workspace-root.ts',
    ],
    packages: ['zod', 'node:'],
  },
  'deliver-outbox.ts': {
    rooms: ['contract/', 'memory/', 'later.ts', 'open-memory.ts', 'outbox/', ...ports],
    packages: [],
  },
  'perform.ts': { rooms: ['contract/', 'state/', 'workspace/', ...ports], packages: [] },
  'carry-out.ts': {
    rooms: ['contract/', 'state/', 'config.ts', 'followed-world.ts', 'task-id.ts', ...ports],
    packages: [],
  },
  'slices.ts': { rooms: [], packages: ['node:'] },
  'task-id.ts': { rooms: [], packages: ['node:'] },
  'app-info.ts': { rooms: [], packages: [] },
  'config.ts': {
    rooms: [
      'contract/',
      'agents/',
      'memory/names.ts',
      'orchestrator/',
      'log-config.ts',
      'log-place.ts',
      'toml-line.ts',
      'workspace-root.ts',
    ],
    packages: ['zod', 'node:', 'smol-toml', 'env-paths'],
  },
  'log-config.ts': {
    rooms: ['contract/', 'log/', 'delivery/', 'log-place.ts', 'log-tls.ts', 'nats-config.ts'],
    packages: ['zod', 'node:'],
  },
  'log-tls.ts': { rooms: ['contract/'], packages: ['zod', 'node:'] },
  'nats-config.ts': { rooms: ['log/', 'log-tls.ts'], packages: ['zod', 'node:'] },
  'copy-log.ts': {
    rooms: ['contract/', 'log/', 'log-config.ts', 'log-place.ts', 'open-workspace.ts'],
    packages: ['node:'],
  },
  'check-health.ts': {
    rooms: [
      'contract/',
      'state/',
      'delivery/',
      'orchestrator/',
      'followed-world.ts',
      'later.ts',
      'open-workspace.ts',
    ],
    packages: ['node:'],
  },
  'retain-by-itself.ts': {
    rooms: ['contract/', 'state/', 'config.ts', 'retain-log.ts'],
    packages: [],
  },
  'retain-log.ts': {
    rooms: ['contract/', 'retention/', 'followed-world.ts', 'open-workspace.ts', ...ports],
    packages: ['node:'],
  },
  'open-archive.ts': { rooms: ['contract/', 'retention/'], packages: ['node:'] },
  'follow-config.ts': { rooms: ['contract/', 'config.ts'], packages: ['node:'] },
  'toml-line.ts': { rooms: [], packages: [] },
  'agent-connections.ts': {
    rooms: ['contract/', 'agents/', 'config.ts', 'config-edit.ts'],
    packages: ['node:'],
  },
  'remembered-rules.ts': {
    rooms: ['contract/', 'state/', 'orchestrator/', 'config.ts', 'config-edit.ts'],
    packages: [],
  },
  'config-template.ts': { rooms: [], packages: [] },
  'config-edit.ts': { rooms: ['contract/'], packages: ['node:', 'smol-toml'] },
  'workspace-root.ts': { rooms: [], packages: ['node:'] },
  'log-place.ts': { rooms: ['workspace-root.ts'], packages: ['node:'] },
  'api.ts': {
    rooms: [
      'contract/',
      'delivery/',
      'memory/',
      'outbox/',
      'deliver-outbox.ts',
      'later.ts',
      'open-memory.ts',
      'open-workspace.ts',
      'workspace-root.ts',
    ],
    packages: [],
  },
  'cli.ts': { rooms: ['cli/', 'cli-composition.ts'], packages: ['node:'] },
  'cli-composition.ts': {
    rooms: [
      'app.ts',
      'serve-orchestrator.ts',
      'copy-log.ts',
      'check-health.ts',
      'later.ts',
      'open-archive.ts',
      'retain-log.ts',
    ],
    packages: [],
  },
  'extension.ts': { rooms: ['load-bundle.ts', 'window.ts'], packages: ['node:', 'vscode'] },
  'load-bundle.ts': { rooms: [], packages: ['node:'] },
  'window.ts': {
    rooms: ['vscode/', 'app.ts', 'check-health.ts', 'later.ts', 'retain-log.ts'],
    packages: ['vscode'],
  },
};

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const known = [
  ...Object.keys(manifest.dependencies),
  ...Object.keys(manifest.devDependencies),
  'vscode',
  'node:',
];

/** Patterns of the imports that a room must not have: the other rooms, and the packages that are not its own. */
function forbidden(name: string, { rooms: allowed, packages }: Room) {
  const others = [...Object.keys(rooms).map((room) => `${room}/`), ...Object.keys(rootFiles)].filter(
    (target) => target !== `${name}/` && target !== name && !allowed.includes(target),
  );
  const foreign = known.filter((item) => !packages.includes(item));
  return [
    {
      group: [
        ...others.flatMap((target) =>
          target.endsWith('/') ? [`**/${target}**`] : [`../**/${target}`, `./${target}`],
        ),
        ...allowed.filter((target) => !target.endsWith('/')).map((target) => `!**/${target}`),
      ],
      message: `${name} must not import this room (see oxlint.config.ts).`,
    },
    {
      regex: `^(${foreign.map((item) => (item.endsWith(':') ? escape(item) : `${escape(item)}(/|$)`)).join('|')})`,
      message: `${name} must not import this package (see oxlint.config.ts).`,
    },
  ];
}

const holdRoom = (files: string, name: string, room: Room) => ({
  files: [files],
  rules: { 'eslint/no-restricted-imports': ['error', { patterns: forbidden(name, room) }] as const },
});

/** `contract/` and `state/` are pure: no clock, no random, no globals of a platform. */
const pure = {
  files: ['src/contract/**', 'src/state/**'],
  rules: {
    'eslint/no-restricted-globals': [
      'error',
      'process',
      'Buffer',
      'crypto',
      'performance',
      'fetch',
      'window',
    ] as const,
    'eslint/no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'The clock comes from outside.' },
      { object: 'Math', property: 'random', message: 'Random comes from outside.' },
    ] as const,
  },
};

const config = {
  options: { typeAware: true },
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['dist', 'out', 'artifacts', 'prebuilds', 'examples/workspace'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    'eslint/no-console': 'error',
    // The compiler checks that every path returns; this rule does not see exhaustive switches.
    'typescript/consistent-return': 'off',
    // Says nothing about promises whose value nobody uses, which is what most callbacks here are.
    'promise/always-return': 'off',
    // Loops that await one step after another are how a log is read and an agent is driven.
    'eslint/no-await-in-loop': 'off',
  },
  overrides: [
    ...Object.entries(rooms).map(([name, room]) => holdRoom(`src/${name}/**`, name, room)),
    ...Object.entries(rootFiles).map(([name, room]) => holdRoom(`src/${name}`, name, room)),
    pure,
    {
      files: ['scripts/**', 'bench/**', 'test/**', 'examples/**', 'src/cli/**'],
      rules: { 'eslint/no-console': 'off' },
    },
    // Ports are plain objects made by functions: none of their methods uses `this`.
    { files: ['test/**'], rules: { 'typescript/unbound-method': 'off' } },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
};
export default config;
