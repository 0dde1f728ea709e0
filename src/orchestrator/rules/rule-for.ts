import { RUNNERS, programName, readCommandLine, readingsOf } from './command-line.ts';
import { isLike } from './command-pattern.ts';
import {
  type PermissionRule,
  type RuleEntry,
  type RuledRequest,
  commandOf,
  decideByRules,
  isAbsolute,
  rulesSchema,
} from './permission-rules.ts';

/** What is too harmful to be allowed once and for all. */
const HARMFUL = [
  'rm -r',
  'rd /s',
  'del /s',
  'dd',
  'mkfs*',
  'format',
  'shred',
  'shutdown',
  'reboot',
  'chmod -R',
  'chown -R',
  'git push --force',
  'git reset --hard',
  'git clean -f',
].map((text) => text.split(' '));

const NAME_LENGTH = 50;

type Subject = Pick<RuleEntry, 'tools' | 'commands' | 'files'>;

const quotedWord = (word: string): string => (/^[\w./:=@,+%^~-]+$/.test(word) ? word : `"${word}"`);

/** The commands of a line, word for word; a `*` would stand for anything in a rule. */
function commandsOf(line: string): Subject | undefined {
  const readings = readingsOf(line);
  const { commands } = readCommandLine(line);
  const isHarmful = readings.some(
    (reading) =>
      (reading.at === 0 && RUNNERS.has(programName(reading.words[0] ?? ''))) ||
      HARMFUL.some((pattern) => isLike(pattern, reading, true)),
  );
  if (isHarmful || line.includes('*')) return undefined;
  return { commands: [...new Set(commands.map((words) => words.map(quotedWord).join(' ')))] };
}

const globOf = (file: string): string => file.replaceAll(/[\\*?[\]{}()!+@|]/g, String.raw`\$&`);

/** Exactly these files, and not what git runs or what lies outside of the workspace. */
function filesOf({ kind, file_paths }: RuledRequest): Subject | undefined {
  const known = rulesSchema.element.shape.tools.unwrap().element.safeParse(kind);
  if (!known.success || file_paths.some((file) => isAbsolute(file) || /^\.git(?:\/|$)/i.test(file)))
    return undefined;
  const tools = [known.data];
  if (file_paths.length > 0) return { tools, files: file_paths.map(globOf) };
  // Of other tools it would allow everything.
  return kind === 'read' || kind === 'search' || kind === 'think' ? { tools } : undefined;
}

function freeName(words: string, rules: readonly PermissionRule[]): string {
  const plain = words
    .replaceAll(/[^\p{L}\p{N} _.-]+/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  const name = plain.slice(0, NAME_LENGTH).trim();
  const taken = new Set(rules.map((rule) => rule.name));
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} ${number}`;
  return free;
}

/**
 * The rule that would have allowed just this request of this agent, beside the rules that there are. Undefined when it
 * would have no effect, because one of those denies it or lets the person be asked, and for what is not to be allowed
 * once and for all. Pure.
 */
export function ruleFor(request: RuledRequest, rules: readonly PermissionRule[]): RuleEntry | undefined {
  const command = commandOf(request);
  const subject = command === undefined ? filesOf(request) : commandsOf(command);
  if (!subject) return undefined;
  const what = [...(subject.commands ?? subject.files ?? subject.tools ?? [])].join(' ');
  const name = freeName(`${request.agent_name} ${what}`, rules);
  const rule: RuleEntry = { name, action: 'allow', ...subject, agents: [request.agent_name] };
  const parsed = rulesSchema.safeParse([rule]);
  const answer = parsed.success ? decideByRules([...rules, ...parsed.data], request) : undefined;
  return answer?.decision === 'allow' && answer.rule.split(', ').includes(name) ? rule : undefined;
}
