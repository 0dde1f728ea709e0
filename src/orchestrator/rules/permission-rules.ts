import picomatch from 'picomatch';
import * as z from 'zod';
import type { PermissionRequest } from '../../agents/agent.ts';
import { type Reading, readCommandLine, readingsOf } from './command-line.ts';
import { type CommandPattern, isExactly, isLike, parseCommandPattern } from './command-pattern.ts';

const some = <T extends z.ZodType>(item: T) => z.array(item).min(1, 'must not be empty');

const commandPattern = z.string().transform((text, context): CommandPattern => {
  const pattern = parseCommandPattern(text);
  if (pattern) return pattern;
  const message = `'${text}' is not one plain command, such as "npm test" or "git log *"`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const ruleSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,59}$/u, 'must be a short name of letters, digits, spaces'),
    action: z.enum(['allow', 'deny', 'ask']),
    /** Kinds of tool. */
    tools: some(
      z.enum([
        'read',
        'search',
        'edit',
        'delete',
        'move',
        'execute',
        'fetch',
        'think',
        'switch_mode',
        'other',
      ]),
    ).optional(),
    commands: some(commandPattern).optional(),
    /** Globs of paths in the workspace, with `/`. */
    files: some(z.string().min(1)).optional(),
    /** Names of configured agents. */
    agents: some(z.string().min(1)).optional(),
  })
  .refine(({ tools, commands, files }) => tools ?? commands ?? files, {
    message: 'must name tools, commands or files',
    path: ['name'],
  })
  .refine(({ commands, files }) => !commands || !files, {
    message: 'cannot be combined with commands: make two rules',
    path: ['files'],
  });

/** A rule that a person wrote about what agents may do without being asked about. */
export type PermissionRule = z.infer<typeof ruleSchema>;
/** A rule as it stands in config.toml. */
export type RuleEntry = z.input<typeof ruleSchema>;

export const rulesSchema = z.array(ruleSchema).superRefine((rules, context) => {
  for (const [index, { name }] of rules.entries()) {
    if (rules.findIndex((rule) => rule.name === name) < index)
      context.addIssue({
        code: 'custom',
        message: `'${name}' is the name of another rule`,
        path: [index, 'name'],
      });
  }
});

/** What an agent asks for; its files are named by where they really are. */
export interface RuledRequest extends Pick<PermissionRequest, 'kind' | 'title' | 'command' | 'file_paths'> {
  readonly agent_name: string;
}

export interface RuleAnswer {
  readonly decision: 'allow' | 'deny';
  /** Names of the rules that decided. */
  readonly rule: string;
}

/** Agents that tell the command of a tool only in its title tell the person no more than that, either. */
export const commandOf = ({ kind, title, command }: RuledRequest): string | undefined =>
  command ?? (kind === 'execute' ? title : undefined);

export const isAbsolute = (file: string): boolean => /^(?:\/|[A-Za-z]:)/.test(file);

/** Lineclear's own files: an agent must not write the rules that it is held to. */
const isOwn = (file: string): boolean => /^\.lineclear(?:\/|$)/i.test(file);

const named = (list: readonly string[] | undefined, name: string): boolean => !list || list.includes(name);

/** Whether an allowing rule covers a file. Hidden files and those outside of the workspace have to be named. */
function covers(globs: readonly string[] | undefined, file: string): boolean {
  if (isOwn(file) || file.split('/').includes('..')) return false;
  if (!globs) return !isAbsolute(file);
  return globs.some((glob) => isAbsolute(glob) === isAbsolute(file) && picomatch.isMatch(file, glob));
}

const touches = (globs: readonly string[], file: string): boolean =>
  picomatch.isMatch(file, [...globs], { dot: true, nocase: true });

type Fit = 'yes' | 'maybe' | 'no';

/** Whether a rule that holds something back is about a request: rather too often than not at all. */
function fitOf(rule: PermissionRule, request: RuledRequest, readings: readonly Reading[]): Fit {
  const { tools, commands, files, agents } = rule;
  const kinds = readings.length > 0 ? [request.kind, 'execute'] : [request.kind];
  if (!named(agents, request.agent_name) || !kinds.some((kind) => named(tools, kind))) return 'no';
  if (commands) {
    const isRun = readings.some(
      (reading) => reading.isRun && commands.some((pattern) => isLike(pattern, reading, false)),
    );
    if (isRun) return 'yes';
    return readings.some((reading) => commands.some((pattern) => isLike(pattern, reading, true)))
      ? 'maybe'
      : 'no';
  }
  if (!files || request.file_paths.some((file) => touches(files, file))) return 'yes';
  return readings.some(({ words, at }) => touches(files, (words[at] ?? '').replace(/^\.\//, '')))
    ? 'maybe'
    : 'no';
}

/** Whether an allowing rule covers all of what has no command. */
const allowsTool = (rule: PermissionRule, { kind, file_paths, agent_name }: RuledRequest): boolean =>
  !rule.commands &&
  named(rule.agents, agent_name) &&
  named(rule.tools, kind) &&
  (!rule.files || file_paths.length > 0) &&
  file_paths.every((file) => covers(rule.files, file));

/** Whether an allowing rule covers one simple command. Files say nothing about what a command does. */
const allowsCommand = (
  rule: PermissionRule,
  words: readonly string[],
  { agent_name }: RuledRequest,
): boolean =>
  !rule.files &&
  named(rule.agents, agent_name) &&
  (rule.commands
    ? named(rule.tools, 'execute') && rule.commands.some((pattern) => isExactly(pattern, words))
    : rule.tools?.includes('execute') === true);

/**
 * What the rules say to a request; undefined: the person is asked. A rule that denies wins wherever it stands; of the
 * others the first that fits decides. A command line is allowed only when each command in it is, and when it can be
 * read with certainty. Pure.
 */
export function decideByRules(
  rules: readonly PermissionRule[],
  request: RuledRequest,
): RuleAnswer | undefined {
  if (rules.length === 0) return undefined;
  const command = commandOf(request);
  const readings = command === undefined ? [] : readingsOf(command);
  const fit = (rule: PermissionRule) => fitOf(rule, request, readings);
  const denying = rules.filter(({ action }) => action === 'deny').map((rule) => ({ rule, fits: fit(rule) }));
  const denied = denying.find(({ fits }) => fits === 'yes');
  if (denied) return { decision: 'deny', rule: denied.rule.name };
  if (denying.some(({ fits }) => fits === 'maybe')) return undefined;

  const asking = rules.findIndex((rule) => rule.action === 'ask' && fit(rule) !== 'no');
  const allowing = (asking === -1 ? rules : rules.slice(0, asking)).filter(
    ({ action }) => action === 'allow',
  );
  if (command === undefined) {
    const rule = allowing.find((candidate) => allowsTool(candidate, request));
    return rule && { decision: 'allow', rule: rule.name };
  }
  const { commands, isPlain } = readCommandLine(command);
  if (!isPlain) return undefined;
  const found = commands.map((words) => allowing.find((rule) => allowsCommand(rule, words, request)));
  const names = new Set(found.map((rule) => rule?.name));
  return names.has(undefined) ? undefined : { decision: 'allow', rule: [...names].join(', ') };
}
