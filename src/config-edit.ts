import fs from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'smol-toml';
import { LineclearError, messageOf } from './contract/errors.ts';
import type { Role } from './contract/events/task.ts';

/** An agent to be written into a configuration, and what it is to do. */
export interface AgentEntry {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly roles: readonly Role[];
}

type Table = Record<string, unknown>;

/**
 * A configuration with an agent added or replaced and roles given to it; everything else, comments too, stays as it is.
 * Throws `invalid_config` when the text is written in a way that cannot be changed so.
 */
export function addAgent(text: string, { name, command, env, roles }: AgentEntry): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const words = toml([...command]);
  const pairs = Object.keys(env).length > 0 ? { env } : {};
  let lines = text.split(/\r?\n/);
  if (roles.length > 0) lines = setKeys(lines, ['roles'], new Map(roles.map((role) => [role, toml(name)])));
  const keys = new Map([
    ['command', words],
    ...Object.entries(pairs).map(([key, value]) => [key, inline(value)] as const),
  ]);
  lines = setKeys(lines, ['agents', name], keys);
  const edited = lines.join(eol);
  const wanted = withEntry(read(text), name, { command: [...command], ...pairs }, roles);
  checkEdited(edited, wanted, `[agents.${name}]`);
  return edited;
}

/** Throws `invalid_config`. */
function checkEdited(edited: string, wanted: Table, what: string): void {
  // The parser's objects have no prototype; those made here do.
  if (isDeepStrictEqual(structuredClone(read(edited)), structuredClone(wanted))) return;
  throw new LineclearError(
    'invalid_config',
    `${what} cannot be changed without losing how the file is written.`,
  );
}

/** A configuration with these keys in a table; everything else stays as it is. Throws as {@link addAgent}. */
export function setTable(text: string, table: string, entries: Table): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const keys = new Map(Object.entries(entries).map(([key, value]) => [key, toml(value)]));
  const edited = setKeys(text.split(/\r?\n/), [table], keys).join(eol);
  const before = read(text);
  checkEdited(edited, { ...before, [table]: { ...tableIn(before, table), ...entries } }, `[${table}]`);
  return edited;
}

/** One table of `[[rules]]`. */
export const ruleText = (rule: Table): string =>
  ['[[rules]]', ...Object.entries(rule).map(([key, value]) => `${key} = ${toml(value)}`)].join('\n');

/** A configuration with one more rule, at its end; everything else stays as it is. Throws `invalid_config`. */
export function addRule(text: string, rule: Table): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const before = read(text);
  const edited = `${[text.trimEnd(), '', ...ruleText(rule).split('\n')].join(eol)}${eol}`;
  const { rules = [] } = before;
  const wanted = { ...before, rules: [...(Array.isArray(rules) ? rules : []), rule] };
  if (isDeepStrictEqual(structuredClone(read(edited)), structuredClone(wanted))) return edited;
  throw new LineclearError('invalid_config', 'Rules can be added only where each one is a [[rules]] table.');
}

/** Replaces a file of configuration: whoever reads it meanwhile finds the old text or the new one. */
export function editConfig(file: string, edit: (text: string) => string): void {
  const text = edit(fs.readFileSync(file, 'utf8'));
  const written = `${file}.${process.pid}.new`;
  fs.writeFileSync(written, text);
  fs.renameSync(written, file);
}

/** Sets keys of a table, each in its line where it has one; a table that is not there comes at the end. */
function setKeys(
  lines: readonly string[],
  table: readonly string[],
  keys: ReadonlyMap<string, string>,
): string[] {
  const header = lines.findIndex((line) => isHeader(line, table));
  const entries = [...keys].map(([key, value]) => `${key} = ${value}`);
  if (header === -1) {
    const before = lines.findLastIndex((line) => line.trim() !== '');
    return [...lines.slice(0, before + 1), '', `[${table.map(bareKey).join('.')}]`, ...entries, ''];
  }
  const next = lines.findIndex((line, index) => index > header && /^\s*\[/.test(line));
  const body = lines.slice(header + 1, next === -1 ? undefined : next);
  const missing = [...keys].filter(([key]) => !body.some((line) => keyOf(line) === key));
  return [
    ...lines.slice(0, header + 1),
    ...missing.map(([key, value]) => `${key} = ${value}`),
    ...body.map((line) => replaceValue(line, keys)),
    ...(next === -1 ? [] : lines.slice(next)),
  ];
}

function isHeader(line: string, table: readonly string[]): boolean {
  const name = /^\s*\[\s*([^[\]]+?)\s*\]\s*(?:#.*)?$/.exec(line)?.[1];
  return name !== undefined && name === table.map(bareKey).join('.');
}

const keyOf = (line: string): string | undefined => /^\s*([\w-]+)\s*=/.exec(line)?.[1];

/** A comment behind the value stays. */
function replaceValue(line: string, keys: ReadonlyMap<string, string>): string {
  const value = keys.get(keyOf(line) ?? '');
  if (value === undefined) return line;
  const comment = /^[^=]*=\s*(?:"[^"\\]*"|'[^']*'|\[[^\]#]*\]|[\w.+-]+)(\s*#.*)$/.exec(line)?.[1] ?? '';
  return `${line.slice(0, line.indexOf('='))}= ${value}${comment}`;
}

const bareKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));
/** One value as it stands behind its key. */
const toml = (value: unknown): string => stringify({ value }).slice('value = '.length).trim();
const inline = (pairs: Readonly<Record<string, string>>): string =>
  `{ ${Object.entries(pairs)
    .map(([key, value]) => `${bareKey(key)} = ${toml(value)}`)
    .join(', ')} }`;

function read(text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    throw new LineclearError('invalid_config', messageOf(error).split('\n', 1)[0] ?? '', { cause: error });
  }
}

const tableIn = (parent: Table, key: string): Table => {
  const value = parent[key];
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
};

function withEntry(config: Table, name: string, entry: Table, roles: readonly Role[]): Table {
  const agents = tableIn(config, 'agents');
  return {
    ...config,
    ...(roles.length > 0
      ? { roles: { ...tableIn(config, 'roles'), ...Object.fromEntries(roles.map((role) => [role, name])) } }
      : {}),
    agents: { ...agents, [name]: { ...tableIn(agents, name), ...entry } },
  };
}
