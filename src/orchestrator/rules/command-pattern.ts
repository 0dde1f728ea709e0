import { type Reading, programName, readCommandLine } from './command-line.ts';

/** What a rule says about commands: words, in which `*` stands for anything. */
export type CommandPattern = readonly string[];

/** Undefined when the text is not one simple command. */
export function parseCommandPattern(text: string): CommandPattern | undefined {
  const { commands, isPlain } = readCommandLine(text);
  const [words, another] = commands;
  return words && !another && isPlain ? words : undefined;
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function fitsWord(pattern: string, word: string, flags = ''): boolean {
  if (!pattern.includes('*'))
    return flags === 'i' ? pattern.toLowerCase() === word.toLowerCase() : pattern === word;
  return new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, `s${flags}`).test(word);
}

/** Whether a command is just what the pattern says, word for word; a last word `*` stands for any further words. */
export function isExactly(pattern: CommandPattern, words: readonly string[]): boolean {
  const isOpen = pattern.length > 1 && pattern.at(-1) === '*';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((part, index) => fitsWord(part, words[index] ?? ''));
}

const isShort = (word: string): boolean => /^-[^-]/.test(word);
const isLong = (word: string): boolean => /^--./.test(word);

const isOption = (word: string): boolean => (isShort(word) || isLong(word)) && !word.includes('*');

/** Letters of short options, as in `-rf`; loosely also those with which long options begin, and in either case. */
function lettersOf(words: readonly string[], loosely: boolean): ReadonlySet<string> {
  const short = words.filter(isShort).flatMap((word) => word.slice(1).split(''));
  if (!loosely) return new Set(short);
  const long = words.filter(isLong).map((word) => word.charAt(2));
  return new Set([...short, ...long].map((letter) => letter.toLowerCase()));
}

function hasOption(option: string, words: readonly string[], loosely: boolean): boolean {
  if (isLong(option)) {
    return (
      words.some(
        (word) => fitsWord(option, word) || (isLong(word) && option.startsWith(word.split('=', 1)[0] ?? '')),
      ) ||
      (loosely && lettersOf(words, true).has(option.charAt(2).toLowerCase()))
    );
  }
  const letters = lettersOf(words, loosely);
  return option
    .slice(1)
    .split('')
    .every((letter) => letters.has(loosely ? letter.toLowerCase() : letter));
}

/** Whether the pattern's words are among the others, in this order. */
function areAmong(pattern: readonly string[], words: readonly string[], flags: string): boolean {
  let from = 0;
  return pattern.every((part) => {
    const found = words.findIndex((word, index) => index >= from && fitsWord(part, word, flags));
    from = found + 1;
    return found >= 0;
  });
}

/**
 * Whether a command does what the pattern says, or more: options in any order and grouping, other words between.
 * `loosely`: also options that may mean the same.
 */
export function isLike(pattern: CommandPattern, { words, at }: Reading, loosely: boolean): boolean {
  const [program = '', ...wanted] = pattern;
  const word = words[at] ?? '';
  if (!fitsWord(program, word) && !fitsWord(program, programName(word), 'i')) return false;
  const rest = words.slice(at + 1);
  return (
    wanted.filter(isOption).every((option) => hasOption(option, rest, loosely)) &&
    areAmong(
      wanted.filter((part) => !isOption(part) && part !== '*'),
      rest.filter((part) => !isOption(part)),
      loosely ? 'i' : '',
    )
  );
}
