import { normalized } from '../note-text.ts';
import { hashOf } from '../text-cache.ts';

/** A note as it stands in an instruction file. */
export interface Part {
  /** Of the note in its domain. */
  readonly name: string;
  /** Markdown without blank lines around it. */
  readonly text: string;
}

/** A note as it was found there. */
export interface FoundPart extends Part {
  /** Of the text that was written there: differs from {@link markOf} of `text` since somebody changed that. */
  readonly mark: string;
  /** Of its marker, from 1 on. */
  readonly line: number;
}

/** What stands between the markers of an instruction file. */
export interface Section {
  readonly domain: string;
  /** Whether nobody changed it since it was written. */
  readonly isAsWritten: boolean;
  /** Without the markers, with `\n` as line ends. */
  readonly inner: string;
  /** Where `inner` begins, from 1 on. */
  readonly line: number;
}

type BrokenKind = 'no begin' | 'no end' | 'second begin' | 'behind the end' | 'broken marker';

/** An instruction file, cut at its markers; `before` and `after` are the person's, to the byte. */
export type Cut =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly line: number; readonly reason: { readonly kind: BrokenKind } }
  | {
      readonly kind: 'section';
      readonly before: string;
      readonly section: Section;
      readonly after: string;
      readonly eol: string;
    };

const EXPLANATION =
  '<!-- Lineclear keeps this section the same in all instruction files, from its notes. What you change in it waits in the Inbox. -->';
/** Also that of another version. */
const EXPLANATION_LIKE = /^<!-- Lineclear keeps .*-->[ \t]*$/;
const END = '<!-- lineclear:end -->';

/** What may be meant as a marker: one that is not written exactly so is reported instead of overlooked. */
const MARKER_LIKE = /^\uFEFF?[ \t]*<!--\s*lineclear:(begin|end)\b/;
const BEGIN_LINE = /^<!-- lineclear:begin (.+?)(?: ([0-9a-f]{12}))? -->[ \t]*$/;
const END_LINE = /^<!-- lineclear:end -->[ \t]*$/;
const NOTE_LIKE = /^[ \t]*<!--\s*lineclear:note\b/;
const NOTE_LINE = /^<!-- lineclear:note (.+) ([0-9a-f]{12}) -->[ \t]*$/;

/** Twelve hex digits that tell a text from what somebody made of it. */
export const markOf = (text: string): string => hashOf(text).slice('sha256:'.length, 'sha256:'.length + 12);

/** A text without blank lines around it. */
export const trimmed = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();

/** Text of a note that looks like a marker is none. */
const escaped = (text: string): string => text.replaceAll(/(<!--\s*)(\\*lineclear:)/g, String.raw`$1\$2`);
const unescaped = (text: string): string => text.replaceAll(/(<!--\s*)\\(\\*lineclear:)/g, '$1$2');

/** A section with these notes, with `\n` as line ends and none behind it. */
export function composeSection(domain: string, parts: readonly Part[]): string {
  const blocks = parts.map(({ name, text }) => {
    const shown = trimmed(text.replaceAll('\0', '\uFFFD'));
    return `<!-- lineclear:note ${name} ${markOf(shown)} -->\n${escaped(shown)}\n`;
  });
  const inner = `${[`${EXPLANATION}\n`, ...blocks].join('\n')}\n`;
  return `<!-- lineclear:begin ${domain} ${markOf(inner)} -->\n${inner}${END}`;
}

interface TextLine {
  readonly text: string;
  readonly start: number;
  readonly number: number;
}

function linesOf(text: string): TextLine[] {
  let start = 0;
  return text.split('\n').map((line, index) => {
    const found = { text: line.replace(/\r$/, ''), start, number: index + 1 };
    start += line.length + 1;
    return found;
  });
}

const broken = ({ number: line }: TextLine, kind: BrokenKind): Cut => ({
  kind: 'broken',
  line,
  reason: { kind },
});

/** Looks for the section of a file. What is not one begin and one end behind it is broken. */
export function cutFile(text: string): Cut {
  const markers = linesOf(text).filter((line) => MARKER_LIKE.test(line.text));
  const [begin, end, more] = markers;
  if (!begin) return { kind: 'none' };
  // The mark of the byte order is the file's.
  const bom = begin.text.startsWith('\uFEFF') ? 1 : 0;
  const found = BEGIN_LINE.exec(begin.text.slice(bom));
  if (!found)
    return END_LINE.test(begin.text.slice(bom)) ? broken(begin, 'no begin') : broken(begin, 'broken marker');
  if (!end) return broken(begin, 'no end');
  if (BEGIN_LINE.test(end.text)) return broken(end, 'second begin');
  if (!END_LINE.test(end.text)) return broken(end, 'broken marker');
  if (more) return broken(more, 'behind the end');
  const innerStart =
    begin.start + begin.text.length + (text.startsWith('\r', begin.start + begin.text.length) ? 2 : 1);
  const inner = normalized(text.slice(innerStart, end.start));
  const [, domain = '', mark] = found;
  return {
    kind: 'section',
    before: text.slice(0, begin.start + bom),
    section: {
      domain,
      inner,
      line: begin.number + 1,
      isAsWritten: mark === undefined ? inner.trim() === '' : mark === markOf(inner),
    },
    after: text.slice(end.start + END.length),
    eol: text.slice(begin.start + begin.text.length, innerStart),
  };
}

const textOf = (lines: readonly string[]): string => unescaped(trimmed(lines.join('\n')));

/** What a section says: the notes, and text above the first of them; or which line cannot be read. */
export function readSection({
  inner,
  line: first,
}: Section):
  | { readonly lead: string; readonly parts: readonly FoundPart[] }
  | { readonly line: number; readonly message: string } {
  const parts: { name: string; mark: string; line: number; text: string[] }[] = [];
  const lead: string[] = [];
  for (const { text, number } of linesOf(inner)) {
    const line = first + number - 1;
    const [, name, mark] = NOTE_LINE.exec(text) ?? [];
    if (name !== undefined && mark !== undefined) {
      const twin = parts.find((part) => part.name === name);
      if (twin) return { line, message: `the note ${name} is there twice, also in line ${twin.line}` };
      parts.push({ name, mark, line, text: [] });
    } else if (NOTE_LIKE.test(text)) return { line, message: 'is no whole marker of a note' };
    else if (parts.length > 0 || !EXPLANATION_LIKE.test(text)) (parts.at(-1)?.text ?? lead).push(text);
  }
  return { lead: textOf(lead), parts: parts.map(({ text, ...part }) => ({ ...part, text: textOf(text) })) };
}

/** The file with that section where its own was, or at its end; all else stays as it is. Throws nothing; not for a broken one. */
export function putSection(text: string, section: string): string {
  const cut = cutFile(text);
  if (cut.kind === 'section') return cut.before + section.replaceAll('\n', cut.eol) + cut.after;
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const isBlank = text.replace(/^\uFEFF/, '') === '';
  const gap = isBlank || /\n\r?\n$/.test(text) ? '' : text.endsWith('\n') ? eol : eol + eol;
  return `${text}${gap}${section.replaceAll('\n', eol)}${eol}`;
}
