import MarkdownIt, { type Token } from 'markdown-it';
import { legible } from './legible.ts';

// Plans are written by agents, so they are not trusted: no HTML, no images, and the only links are to the web.
// `linkify` stays off because a link should be one that the author meant.
const markdown = new MarkdownIt({ html: false, linkify: false });

/** The address that a link leads to, if it is one of the web. */
function webAddress(link: Token): string | undefined {
  const href = String(link.attrGet('href') ?? '');
  return /^https?:\/\//i.test(href) ? href : undefined;
}

/** Links to files or sections lead nowhere from a page: their text stays. An image becomes its description. */
function defuseInline(children: Token[]): void {
  const open: Token[] = [];
  for (const token of children) {
    if (token.type === 'link_open') {
      const href = webAddress(token);
      if (href !== undefined) {
        // The title is the address itself, so that a text cannot claim to lead elsewhere.
        token.attrs = [
          ['href', href],
          ['title', href],
          ['rel', 'noopener noreferrer'],
        ];
      } else {
        token.tag = 'span';
        token.attrs = null;
      }
      open.push(token);
    } else if (token.type === 'link_close') {
      token.tag = open.pop()?.tag ?? 'span';
    } else if (token.type === 'image') {
      token.type = 'text';
      token.content = `[image: ${token.content || (token.attrGet('src') ?? '')}]`;
    }
  }
}

const MARKABLE: ReadonlySet<string> = new Set([
  'paragraph_open',
  'heading_open',
  'fence',
  'code_block',
  'tr_open',
]);

/** Marks the smallest blocks that hold a changed line. */
function markChanged(tokens: readonly Token[], changedLines: ReadonlySet<number>): void {
  const items: Token[] = [];
  for (const token of tokens) {
    if (token.type === 'list_item_open') items.push(token);
    if (token.type === 'list_item_close') items.pop();
    if (!token.map || !MARKABLE.has(token.type)) continue;
    const [start, end] = token.map;
    if (!hasLineBetween(changedLines, start, end)) continue;
    // The paragraph of a tight list has no element of its own.
    const target = token.hidden ? items.at(-1) : token;
    if (!target || target.attrGet('class') !== null) continue;
    target.attrSet('class', 'changed');
    // Also what a screen reader says.
    target.attrSet('title', 'New or changed');
  }
}

function hasLineBetween(lines: ReadonlySet<number>, start: number, end: number): boolean {
  for (let line = start; line < end; line += 1) if (lines.has(line)) return true;
  return false;
}

/** 1 to 6. */
const levelOf = ({ tag }: Token): number => Number(tag.slice(1));

/** The highest heading of the text, whichever its author began with, becomes one of level 3. */
function shiftHeadings(tokens: readonly Token[]): void {
  const headings = tokens.filter(({ type }) => type === 'heading_open' || type === 'heading_close');
  const highest = Math.min(...headings.map(levelOf));
  for (const heading of headings) heading.tag = `h${Math.min(6, levelOf(heading) - highest + 3)}`;
}

/**
 * HTML of a text in Markdown, safe to put into a page. Headings begin at level 3: the page has the first two.
 * Blocks with a line of `changedLines` (from 0) have the class `changed`.
 */
export function renderMarkdown(text: string, changedLines: ReadonlySet<number> = new Set()): string {
  const tokens = markdown.parse(legible(text), {});
  for (const token of tokens) if (token.children) defuseInline(token.children);
  shiftHeadings(tokens);
  if (changedLines.size > 0) markChanged(tokens, changedLines);
  return markdown.renderer.render(tokens, markdown.options, {});
}
