import { shorten } from '../state/shorten.ts';

/**
 * Texts of agents are shown, never obeyed. Each place of VS Code has a syntax of its own that could make something
 * happen or pretend something: each has its function here.
 */

/** Line ends, control characters, and marks that reverse the direction or hide: one space. */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is taken out
const UNPRINTABLE = /[\s\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** One printable line, cut to a length that no view needs to exceed. For labels, which VS Code takes as they are. */
export function oneLine(text: string, limit = 160): string {
  // Cut first: nothing is gained by cleaning a megabyte.
  const line = text
    .slice(0, 4 * limit)
    .replace(UNPRINTABLE, ' ')
    .trim();
  return line.length <= limit && text.length > 4 * limit ? `${line}…` : shorten(line, limit);
}

/** For Markdown: every punctuation mark stands for itself, so there are no links, images, HTML, icons or code. */
export const markdownText = (text: string, limit = 400): string =>
  oneLine(text, limit).replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`);

/** For notifications and prompts, which make a link of `[text](command:…)`. */
export const noticeText = (text: string, limit = 400): string => oneLine(text, limit).replaceAll('](', '] (');

/** For quick picks and the status bar, which also draw `$(name)` as an icon. */
export const pickText = (text: string, limit = 160): string =>
  noticeText(text, limit).replaceAll('$(', String.raw`\$(`);
