import * as z from 'zod';

interface Setting {
  readonly type: 'string' | 'boolean';
  readonly default: string | boolean;
  readonly scope: 'machine-overridable' | 'resource' | 'window';
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly order: number;
}

const agentOf = (role: string, work: string, order: number): Setting => ({
  type: 'string',
  default: '',
  scope: 'machine-overridable',
  markdownDescription: `The agent that ${work}: a name from \`config.toml\`, or an installed agent that Lineclear knows, such as \`gemini\`. Empty: the ${role} of the configuration.`,
  order,
});

/** Every setting there is, as package.json lists them. */
export const settings = {
  'lineclear.notifications': {
    type: 'boolean',
    default: true,
    scope: 'window',
    markdownDescription:
      'Show a notification when a plan, a question or a permission waits for you, or a task has failed. The Inbox and the status bar show it in any case.',
    order: 1,
  },
  'lineclear.orchestrator.autoStart': {
    type: 'boolean',
    default: true,
    scope: 'machine-overridable',
    markdownDescription:
      'Start the orchestrator when there is something to do. It runs agents, goes on when the window closes, and ends by itself. Off: run *Start Orchestrator*, or `lineclear serve` in a terminal.',
    order: 2,
  },
  'lineclear.agents.planner': agentOf('planner', 'makes plans', 3),
  'lineclear.agents.coder': agentOf('coder', 'carries plans out', 4),
  'lineclear.agents.reviewer': agentOf('reviewer', 'reviews the work', 5),
  'lineclear.userName': {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      'The name under which your decisions are recorded. Empty: the one of the configuration, or of your account.',
    order: 6,
  },
  'lineclear.decorations.enabled': {
    type: 'boolean',
    default: true,
    scope: 'window',
    markdownDescription:
      'Mark files in the Explorer that agents changed for a task that is not over, hold for the chunk that they carry out, or are at now. Files that were changed or are held for two tasks are marked with a warning.',
    order: 7,
  },
  'lineclear.worktree': {
    type: 'string',
    default: '',
    enum: ['', 'on', 'off'],
    enumDescriptions: ['As the configuration says.', 'In a git worktree of its own.', 'In your files.'],
    scope: 'machine-overridable',
    markdownDescription:
      'Where the agents of a new task work: in your files, or in a git worktree of its own that you merge or discard when the task has ended.',
    order: 8,
  },
  'lineclear.log.url': {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      'Where the log is: `sqlite:` for a file in the workspace, or the server that a team shares, such as `rediss://me@host:6379/0`. Empty: as the configuration says. Passwords do not belong here: VS Code asks for one, or you set `LINECLEAR_LOG_PASSWORD`, or write them under `[log.passwords]` in your own `config.toml`.',
    order: 9,
  },
} as const satisfies Record<`lineclear.${string}`, Setting>;

type SettingKey = keyof typeof settings;

/** Those that influence what is run: a workspace that is not trusted does not set them. */
export const restrictedSettings: readonly SettingKey[] = [
  'lineclear.orchestrator.autoStart',
  'lineclear.agents.planner',
  'lineclear.agents.coder',
  'lineclear.agents.reviewer',
  'lineclear.userName',
  'lineclear.log.url',
];

const text = z.string().trim().catch('');
const yes = z.boolean().catch(true);
const onOrOff = z.enum(['on', 'off']).optional().catch(undefined);

/** The settings as they are now; what is not valid counts as not set. */
export function readSettings(get: (key: SettingKey) => unknown) {
  const named = (key: SettingKey) => text.parse(get(key)) || undefined;
  return {
    notifications: yes.parse(get('lineclear.notifications')),
    decorations: yes.parse(get('lineclear.decorations.enabled')),
    autoStart: yes.parse(get('lineclear.orchestrator.autoStart')),
    planner: named('lineclear.agents.planner'),
    coder: named('lineclear.agents.coder'),
    reviewer: named('lineclear.agents.reviewer'),
    user: named('lineclear.userName'),
    worktree: onOrOff.parse(get('lineclear.worktree')),
    logUrl: named('lineclear.log.url'),
  };
}

export type Settings = ReturnType<typeof readSettings>;

/** In the form of config.toml. */
export const overridesOf = ({ planner, coder, reviewer, user, worktree, logUrl }: Settings): unknown => ({
  ...(user === undefined ? {} : { user }),
  ...(logUrl === undefined ? {} : { log: { url: logUrl } }),
  ...(worktree === undefined ? {} : { work: { worktree: worktree === 'on' } }),
  roles: Object.fromEntries(
    Object.entries({ planner, coder, reviewer }).filter(([, name]) => name !== undefined),
  ),
});

/** The same for a process of its own. */
export const environmentOf = ({ planner, coder, reviewer, user, logUrl }: Settings): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      LINECLEAR_PLANNER: planner,
      LINECLEAR_CODER: coder,
      LINECLEAR_REVIEWER: reviewer,
      LINECLEAR_USER: user,
      LINECLEAR_LOG_URL: logUrl,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
