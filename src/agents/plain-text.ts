/* oxlint-disable no-control-regex -- control characters are exactly what is looked for */

/** Escape sequences of terminals: CSI, OSC (also one without its end), and the two-character ones. */
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]P^_X]|[\u009d\u0090])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-Z\\-~]/g;
/** What is left of control characters but tab and newline, and the marks that reverse the order of what is shown. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The same text as a person may see it anywhere: no terminal sequences, no control characters but tab and newline. */
export function plainText(text: string): string {
  return text.replace(ESCAPES, '').replace(/\r\n?/g, '\n').replace(CONTROLS, '').toWellFormed();
}

/** One line of at most `length` characters. */
export function plainLine(text: string, length: number): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${cutText(line, length - 1)}…`;
}

/** The first `length` characters, or one fewer where that would cut a character in two. */
export function cutText(text: string, length: number): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}

/** Where the start of a sequence is that may go on in the text that follows; the length where there is none. */
export function unfinishedEscape(text: string): number {
  const start = text.lastIndexOf('\u001b');
  if (start === -1 || text.length - start > 64) return text.length;
  const sequence = text.slice(start);
  return /^\u001b(?:\[[0-?]*[ -/]*|[\]P^_X][^\u0007]*)?$/.test(sequence) ? start : text.length;
}
