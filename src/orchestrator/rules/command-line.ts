/** A command line, taken apart as a shell would take it apart. */
export interface CommandLine {
  /** The words of each simple command in it, without their quotes. */
  readonly commands: readonly (readonly string[])[];
  /**
   * Whether these words are certainly all that will be run. False for everything that a shell replaces or that not all
   * shells read alike: variables, substitutions, redirections, groups, escapes, assignments, comments.
   */
  readonly isPlain: boolean;
}

const SEPARATORS = ';&|\n\r()`{}<>';
/** Of the separators, those that only put one command after another. */
const SEQUENCE = ';&|';
const NOT_PLAIN = /[\\$!]/;
const ASSIGNMENT = /^\w+\+?=/;
// oxlint-disable-next-line no-control-regex -- a terminal and a shell may take them for something
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
/** Variables of Windows' command processor. */
const PERCENT_VARIABLE = /%[^%\s]+%/;

/**
 * Reads a command line. Where it cannot be sure, it says so and takes apart rather too much, so that whatever might be
 * run is among the commands.
 */
export function readCommandLine(text: string): CommandLine {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  let isPlain = !CONTROL.test(text) && !PERCENT_VARIABLE.test(text);

  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };

  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === "'") {
      if (char === quote) quote = undefined;
      else word = `${word ?? ''}${char}`;
      // Windows' command processor knows no such quotes.
      if (SEPARATORS.includes(char)) isPlain = false;
    } else if (char === '\\') {
      isPlain = false;
      at += 1;
      const next = text.charAt(at);
      if (next !== '\n') word = `${word ?? ''}${next}`;
    } else if (quote === '"') {
      if (char === quote) quote = undefined;
      else word = `${word ?? ''}${char}`;
      if (NOT_PLAIN.test(char) || char === '`' || char === '\n' || char === '\r') isPlain = false;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === ' ' || char === '\t') {
      endWord();
    } else if (SEPARATORS.includes(char)) {
      if (!SEQUENCE.includes(char)) isPlain = false;
      endCommand();
    } else {
      if (NOT_PLAIN.test(char) || (char === '#' && word === undefined)) isPlain = false;
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote) isPlain = false;
  endCommand();
  if (commands.length === 0 || commands.some(([first = '']) => ASSIGNMENT.test(first))) isPlain = false;
  return { commands, isPlain };
}

/** Programs and words of the shell that run what stands behind them. */
export const RUNNERS: ReadonlySet<string> = new Set(
  `! sh bash dash zsh ksh fish busybox cmd powershell pwsh wsl ssh su sudo doas env xargs parallel find fd nohup setsid
  time timeout nice ionice stdbuf watch exec command builtin eval source trap then else elif do if while until not
  start strace flock chroot unshare docker podman kubectl`.split(/\s+/),
);

/** The name of a program without its folder and ending, and without spaces that were escaped, as not all shells read them. */
export const programName = (word: string): string =>
  (word.split(/[/\\]/).at(-1) ?? '')
    .trim()
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com)$/, '');

/** A place in a command line where a command begins, or could begin. */
export interface Reading {
  readonly words: readonly string[];
  /** Position of the program in the words. */
  readonly at: number;
  /** It is run; otherwise it only stands there, as in a message. */
  readonly isRun: boolean;
}

/** Lines within lines within lines are not looked into deeper than this. */
const DEPTH = 6;

/** Everything in a command line that is, or could be, a command: also behind `sudo` and inside `sh -c "…"`. */
export function readingsOf(text: string, isRun = true, depth = 0): Reading[] {
  return readCommandLine(text).commands.flatMap((words) => {
    const [first = ''] = words;
    const runsRest = RUNNERS.has(programName(first)) || ASSIGNMENT.test(first);
    return words.flatMap((word, at) => {
      const own: Reading = { words, at, isRun: isRun && (at === 0 || runsRest) };
      const isLine = depth < DEPTH && /[\s;&|`$()]/.test(word);
      return isLine ? [own, ...readingsOf(word, isRun && runsRest, depth + 1)] : [own];
    });
  });
}
