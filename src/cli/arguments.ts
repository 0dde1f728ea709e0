import { type Command, InvalidArgumentError } from 'commander';

export const TASK = 'id of the task, or a part of it that no other id has';

/** Parses the value of an option as a whole number from `least` on. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };

/** Examples at the end of the help of a subcommand. */
export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${example}`)].join('\n'));

/** `[task] <text>`: with one word it is the text. */
export function taskAndText(command: Command, words: readonly string[]): { task?: string; text: string } {
  const [first = '', second, ...more] = words;
  if (more.length > 0) return command.error('error: too many arguments: put the text in quotes');
  return second === undefined ? { text: first } : { task: first, text: second };
}
