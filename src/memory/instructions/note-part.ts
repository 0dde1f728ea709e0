import { composeNote, headingOf, parseNote } from '../note-text.ts';
import { trimmed } from './section.ts';

const TITLE_LINE = /^## +(.+?)[ \t]*(?:\n|$)/;
const HEADING = /^(#{1,6})[ \t]/;

/** The title that a note has only in its front matter: a reader of the section gets it as a heading. */
function titleAbove(text: string): string | undefined {
  const { title, body } = parseNote(text);
  if (title === undefined || title === headingOf(body) || HEADING.test(trimmed(body))) return undefined;
  return title;
}

/** What an instruction file says of a note. */
export function partOf(text: string): string {
  const title = titleAbove(text);
  const body = trimmed(parseNote(text).body);
  return title === undefined ? body : trimmed(`## ${title}\n\n${body}`);
}

/** The text of a note whose part became `part`. */
export function noteOf(text: string, part: string): string {
  const above = titleAbove(text);
  const found = above === undefined ? undefined : TITLE_LINE.exec(part);
  const rest = trimmed(found ? part.slice(found[0].length) : part);
  // A rule at the beginning is no front matter.
  const body = `${rest.startsWith('---') ? '\n' : ''}${rest}\n`;
  const title = found?.[1] === above ? undefined : found?.[1];
  return composeNote(text, { title, body });
}

/**
 * What somebody wrote below a note, under a heading of its own that is at least as high as that of the note: that is not
 * this note any more.
 */
export function splitAppended(
  before: string,
  after: string,
): { readonly own: string; readonly appended: string } {
  const added = after.startsWith(`${before}\n`) ? trimmed(after.slice(before.length + 1)) : '';
  const [level, own] = [HEADING.exec(added)?.[1]?.length, HEADING.exec(before)?.[1]?.length ?? 6];
  return level !== undefined && level <= own
    ? { own: before, appended: added }
    : { own: after, appended: '' };
}
