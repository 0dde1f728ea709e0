import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';
import { TomlError, parse } from 'smol-toml';
import * as z from 'zod';
import type { PlainCommand } from './agents/agent.ts';
import { REGISTRY_URL } from './agents/registry.ts';
import { LineclearError } from './contract/errors.ts';
import { type LogConfig, logConfigOf, logSchema, mergeLogs, secretKeyOf } from './log-config.ts';
import { isName } from './memory/names.ts';
import { rulesSchema } from './orchestrator/rules/permission-rules.ts';
import type { OrchestratorSettings } from './orchestrator/settings.ts';
import { logFileIn } from './log-place.ts';
import { lineOfKey } from './toml-line.ts';
import { LINECLEAR_DIR } from './workspace-root.ts';

const agentName = z.string().min(1);
const command = z
  .array(z.string())
  .min(1, 'must name a program')
  .transform((words, context): [string, ...string[]] => {
    const [program, ...args] = words;
    if (program) return [program, ...args];
    context.addIssue({ code: 'custom', message: 'must name a program' });
    return z.NEVER;
  });

const limits = z
  .strictObject({
    memory_mb: z.number().positive(),
    cpu_percent: z.number().positive(),
    disk_mb: z.number().positive(),
    open_files: z.number().positive(),
    action: z.enum(['warn', 'stop']),
  })
  .partial();
const agent = z
  .strictObject({
    command,
    env: z.record(z.string(), z.string()).optional(),
    protocol: z.enum(['acp', 'command']).optional(),
    input: z.enum(['stdin', 'argument']).optional(),
    output: z.enum(['text', 'json', 'jsonl']).optional(),
    text: z.string().min(1).optional(),
    fallback: agentName.optional(),
    limits: limits.optional(),
  })
  .superRefine(({ protocol, ...form }, context) => {
    for (const key of ['input', 'output', 'text'] as const) {
      if (form[key] === undefined || protocol === 'command') continue;
      context.addIssue({ code: 'custom', path: [key], message: 'needs protocol = "command"' });
    }
    if (form.text === undefined || form.output === 'json' || form.output === 'jsonl') return;
    context.addIssue({ code: 'custom', path: ['text'], message: 'needs output = "json" or "jsonl"' });
  });

/** Comments of HTML mean nothing in other texts than these, and no link of a path leads out of the workspace. */
const instructionPath = z
  .string()
  .regex(/^[^\\:]+(?:\.(?:md|mdc|txt)|rules)$/i, 'must be a file of Markdown, with / between folders')
  .refine(
    (file) =>
      !path.isAbsolute(file) &&
      !file.split('/').some((name) => ['', '.', '..', '.git', '.lineclear'].includes(name)),
    'must be in the workspace',
  );

/** One file of configuration. Every key may be left out; a key that is not here is an error. */
const configSchema = z.strictObject({
  user: z.string().min(1).optional(),
  registry: z.url({ protocol: /^https?$/ }).optional(),
  roles: z.strictObject({ planner: agentName, coder: agentName, reviewer: agentName }).partial().optional(),
  agents: z.record(agentName, agent).optional(),
  orchestrator: z
    .strictObject({
      start_timeout: z.number().positive(),
      turn_timeout: z.number().positive(),
      idle_exit: z.number().nonnegative(),
      concurrency: z.int().positive(),
      review_rounds: z.int().nonnegative(),
      retry_delays: z.array(z.number().nonnegative()),
      sample_interval: z.number().positive(),
    })
    .partial()
    .optional(),
  limits: limits.optional(),
  budget: z
    .strictObject({
      task_tokens: z.number().positive(),
      task_cost_usd: z.number().positive(),
      task_seconds: z.number().positive(),
      day_tokens: z.number().positive(),
      day_cost_usd: z.number().positive(),
      day_seconds: z.number().positive(),
    })
    .partial()
    .optional(),
  rules: rulesSchema.optional(),
  work: z
    .strictObject({
      scope: z.enum(['off', 'warn', 'hold']),
      verify: command,
      verify_timeout: z.number().positive(),
      worktree: z.boolean(),
    })
    .partial()
    .optional(),
  memory: z.strictObject({ files: z.boolean() }).partial().optional(),
  instructions: z
    .strictObject({
      enabled: z.boolean(),
      domain: z.string().refine(isName, 'must be the name of a domain'),
      files: z.array(instructionPath),
    })
    .partial()
    .optional(),
  retention: z
    .strictObject({ days: z.number().min(1), mode: z.enum(['keep', 'archive', 'delete']) })
    .partial()
    .optional(),
  log: logSchema.optional(),
});
/** What a workspace brings along does not decide about places outside of it, nor to delete anything for good. */
const workspaceSchema = configSchema.superRefine(({ log, retention }, context) => {
  const refuse = (keys: string[]) =>
    context.addIssue({ code: 'custom', path: keys, message: 'belongs into your own config.toml' });
  if (log?.folder !== undefined) refuse(['log', 'folder']);
  if (retention?.mode === 'delete') refuse(['retention', 'mode']);
});
type ConfigFile = z.infer<typeof configSchema>;

export interface Config {
  readonly userId: string;
  readonly log: LogConfig;
  /** Where the list of agents is read when a person connects one. */
  readonly registryUrl: string;
  readonly orchestrator: OrchestratorSettings;
  /** Whether notes and contexts are kept in files, too. */
  readonly memoryFiles: boolean;
  /** The agents' own instruction files; without `files` those that are known and exist. */
  readonly instructions: {
    readonly enabled: boolean;
    readonly domain: string;
    readonly files: readonly string[] | undefined;
  };
  /** How long events of tasks that have ended stay, and what the orchestrator does with them then. */
  readonly retention: { readonly days: number; readonly mode: 'keep' | 'archive' | 'delete' };
  /** Whether a task gets a git worktree of its own, where who creates it does not say. */
  readonly worktree: boolean;
  /** The files that were read, the weakest first. */
  readonly files: readonly string[];
}

/** A secret: the programs that agents run do not get it. */
const LOG_PASSWORD = 'LINECLEAR_LOG_PASSWORD';

/** Environment variables, and the key that each stands for. */
const ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  LINECLEAR_USER: ['user'],
  LINECLEAR_PLANNER: ['roles', 'planner'],
  LINECLEAR_CODER: ['roles', 'coder'],
  LINECLEAR_REVIEWER: ['roles', 'reviewer'],
  LINECLEAR_TENANT: ['log', 'tenant'],
  LINECLEAR_DURABILITY: ['log', 'durability'],
  LINECLEAR_LOG_FOLDER: ['log', 'folder'],
  LINECLEAR_LOG_URL: ['log', 'url'],
  [LOG_PASSWORD]: ['log', 'passwords', '*'],
  LINECLEAR_LOG_CREDENTIALS: ['log', 'credentials', '*'],
};

/** `where` is a file when there is its `text`. */
function check(value: unknown, where: string, text?: string, schema = configSchema): ConfigFile {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const keys = [...(issue?.path ?? []).map(String), ...(unknown === undefined ? [] : [unknown])];
  const line = text === undefined ? undefined : lineOfKey(text, keys);
  const problem = unknown === undefined ? (issue?.message ?? 'is not valid') : 'is not a known key';
  const field = keys.join('.');
  throw new LineclearError('invalid_config', `${where}${line ? `:${line}` : ''}: ${field}: ${problem}`, {
    field,
    place: text === undefined ? undefined : { file: where, line },
  });
}

function readFile(file: string, schema: typeof configSchema): ConfigFile | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new LineclearError('invalid_config', `${file}: cannot be read: ${String(error)}`, {
      place: { file },
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const at = error instanceof TomlError ? error : undefined;
    const where = at ? `${file}:${at.line}:${at.column}` : file;
    const problem = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw new LineclearError('invalid_config', `${where}: ${problem}`, {
      place: { file, line: at?.line },
      cause: error,
    });
  }
  return check(value, file, text, schema);
}

function setAt(table: Record<string, unknown>, [key = '', ...keys]: readonly string[], value: string): void {
  if (keys.length === 0) {
    table[key] = value;
    return;
  }
  const inner: Record<string, unknown> = { ...z.record(z.string(), z.unknown()).catch({}).parse(table[key]) };
  setAt(inner, keys, value);
  table[key] = inner;
}

/** The variables that are set, as one more file. */
function fromEnvironment(env: NodeJS.ProcessEnv): ConfigFile {
  const values: Record<string, unknown> = {};
  const names = new Map<string, string>();
  for (const [name, keys] of Object.entries(ENVIRONMENT)) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    names.set(keys.join('.'), name);
    setAt(values, keys, value);
  }
  return check(values, `the environment (${[...names.values()].join(', ')})`);
}

function settingsOf(entry: z.infer<typeof agent>): OrchestratorSettings['agents'][string] {
  const { command: words, env = {}, limits: own, fallback, protocol, input, output, text } = entry;
  const program = { command: words, env, limits: own, fallback };
  if (protocol !== 'command') return program;
  const plain: PlainCommand = {
    input: input ?? (words.some((word) => word.includes('{prompt}')) ? 'argument' : 'stdin'),
    output: output ?? 'text',
    text,
  };
  return { ...program, plain };
}

const budgetsOf = (file: ConfigFile['budget'] = {}): OrchestratorSettings['budgets'] => ({
  task: { tokens: file.task_tokens, cost_usd: file.task_cost_usd, seconds: file.task_seconds },
  day: { tokens: file.day_tokens, cost_usd: file.day_cost_usd, seconds: file.day_seconds },
});

export const userConfigFile = (env: NodeJS.ProcessEnv): string =>
  path.join(env['LINECLEAR_CONFIG_HOME'] ?? envPaths('lineclear', { suffix: '' }).config, 'config.toml');

export const workspaceConfigFile = (root: string): string => path.join(root, LINECLEAR_DIR, 'config.toml');

/** The files that are read where they exist, the weakest first. */
export const configFiles = ({ root, env }: Pick<ConfigSources, 'root' | 'env'>): readonly string[] => [
  userConfigFile(env),
  workspaceConfigFile(root),
];

/** Where the log of a workspace is or would be. A mistake in the configuration is told to whoever opens it. */
export function logFileOf({ root, env }: Pick<ConfigSources, 'root' | 'env'>): string {
  const fromEnv = env['LINECLEAR_LOG_FOLDER'];
  if (fromEnv) return logFileIn(root, fromEnv);
  try {
    return logFileIn(root, readFile(userConfigFile(env), configSchema)?.log?.folder);
  } catch {
    return logFileIn(root, undefined);
  }
}

/** What a workspace brings may be shared, and settings are stored as they are: a password in them would be, too. Throws `invalid_config`. */
function checkNoSecrets(where: string, log: ConfigFile['log']): void {
  const field = secretKeyOf(log);
  if (field === undefined) return;
  throw new LineclearError(
    'invalid_config',
    `${where}: ${field}: a password does not belong here. Set ${LOG_PASSWORD}, or write it under [log.passwords] in the config.toml of your account.`,
    { field },
  );
}

/** Passwords are in a file of their owner alone. Throws `invalid_config`. */
function checkSecretsAreHidden(file: string, content: ConfigFile | undefined): void {
  const field = secretKeyOf(content?.log);
  if (field === undefined || process.platform === 'win32' || (fs.statSync(file).mode & 0o077) === 0) return;
  throw new LineclearError(
    'invalid_config',
    `${file}: ${field}: others can read the password. Run chmod 600 on this file.`,
    { field },
  );
}

export interface ConfigSources {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** VS Code's settings or flags, in the form of a file; they win. */
  readonly overrides?: unknown;
  /** Agents that are there without being configured. */
  readonly installedAgents: OrchestratorSettings['agents'];
}

/**
 * The configuration: defaults < the user's config.toml < the workspace's < `LINECLEAR_*` < settings or flags.
 * Throws `invalid_config`, which names the file, the line and the key.
 */
export function loadConfig({ root, env, overrides = {}, installedAgents }: ConfigSources): Config {
  const files = configFiles({ root, env });
  const [user = '', workspace = ''] = files;
  const read = [readFile(user, configSchema), readFile(workspace, workspaceSchema)];
  checkSecretsAreHidden(user, read[0]);
  checkNoSecrets(workspace, read[1]?.log);
  const settings = check(overrides, 'the settings');
  checkNoSecrets('the settings', { url: settings.log?.url });
  const layers = [...read.filter((file) => file !== undefined), fromEnvironment(env), settings];
  const merged = layers.reduce(
    (weak, strong) => ({
      user: strong.user ?? weak.user,
      registry: strong.registry ?? weak.registry,
      roles: { ...weak.roles, ...strong.roles },
      agents: { ...weak.agents, ...strong.agents },
      orchestrator: { ...weak.orchestrator, ...strong.orchestrator },
      limits: { ...weak.limits, ...strong.limits },
      budget: { ...weak.budget, ...strong.budget },
      // All of them count; a person's own come before those that a workspace brings.
      rules: [...(weak.rules ?? []), ...(strong.rules ?? [])],
      work: { ...weak.work, ...strong.work },
      memory: { ...weak.memory, ...strong.memory },
      instructions: { ...weak.instructions, ...strong.instructions },
      retention: { ...weak.retention, ...strong.retention },
      log: mergeLogs(weak.log, strong.log),
    }),
    {},
  );
  const configured = merged.agents ?? {};
  const agents = {
    ...installedAgents,
    ...Object.fromEntries(Object.entries(configured).map(([name, entry]) => [name, settingsOf(entry)])),
  };
  const [first] = [...Object.keys(configured), ...Object.keys(installedAgents)];
  const {
    start_timeout = 60,
    turn_timeout = 3600,
    idle_exit = 60,
    concurrency = 4,
    review_rounds = 2,
    retry_delays = [1, 4, 16],
    sample_interval = 5,
  } = merged.orchestrator ?? {};
  return {
    userId: merged.user ?? os.userInfo().username,
    log: logConfigOf(path.resolve(root), merged.log),
    registryUrl: merged.registry ?? REGISTRY_URL,
    orchestrator: {
      roles: { planner: first, coder: first, reviewer: first, ...merged.roles },
      agents,
      startTimeout: start_timeout,
      turnTimeout: turn_timeout,
      repeats: 2,
      concurrency,
      reviewRounds: review_rounds,
      retryDelays: retry_delays,
      idleExit: idle_exit,
      sampleInterval: sample_interval,
      limits: { action: 'warn', ...merged.limits },
      budgets: budgetsOf(merged.budget),
      rules: merged.rules ?? [],
      scope: merged.work?.scope ?? 'warn',
      verify: merged.work?.verify,
      verifyTimeout: merged.work?.verify_timeout ?? 600,
    },
    memoryFiles: merged.memory?.files ?? true,
    instructions: {
      enabled: merged.instructions?.enabled ?? false,
      domain: merged.instructions?.domain ?? 'instructions',
      files: merged.instructions?.files,
    },
    retention: { days: 30, mode: 'keep', ...merged.retention },
    worktree: merged.work?.worktree ?? false,
    files: files.filter((_, index) => read[index] !== undefined),
  };
}
