import * as l10n from '@vscode/l10n';
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
      token.content = l10n.t('[image: {0}]', token.content || (token.attrGet('src') ?? ''));
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
    target.attrSet('title', l10n.t('New or changed'));
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

/** The text as tokens that are safe to be rendered. */
function safeTokens(text: string, changedLines: ReadonlySet<number>): Token[] {
  const tokens = markdown.parse(legible(text), {});
  for (const token of tokens) if (token.children) defuseInline(token.children);
  shiftHeadings(tokens);
  if (changedLines.size > 0) markChanged(tokens, changedLines);
  return tokens;
}

const render = (tokens: Token[]): string => markdown.renderer.render(tokens, markdown.options, {});

/**
 * HTML of a text in Markdown, safe to put into a page. Headings begin at level 3: the page has the first two.
 * Blocks with a line of `changedLines` (from 0) have the class `changed`.
 */
export const renderMarkdown = (text: string, changedLines: ReadonlySet<number> = new Set()): string =>
  render(safeTokens(text, changedLines));

/** A paragraph, a heading, an item of a list or the like. */
export interface MarkdownBlock {
  readonly html: string;
  /** Its words, for whoever says something about it; none for a line that has no words. */
  readonly quote: string;
}

/** Characters that name a block well enough. */
const QUOTE = 200;

const wordsOf = (token: Token): string =>
  token.type === 'inline'
    ? (token.children ?? []).map((child) => (child.type.endsWith('break') ? ' ' : child.content)).join('')
    : token.type === 'fence' || token.type === 'code_block'
      ? token.content
      : '';

const blockOf = (tokens: Token[], own: readonly Token[] = tokens): MarkdownBlock => {
  const words = own.map(wordsOf).join(' ').replaceAll(/\s+/g, ' ').trim();
  return { html: render(tokens), quote: words.slice(0, QUOTE) };
};

/** Runs of tokens that belong together: each ends where the nesting is back where it began. */
function runs(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [];
  let run: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    run.push(token);
    depth += token.nesting;
    if (depth > 0) continue;
    found.push(run);
    run = [];
  }
  return found;
}

/** Each item of a list is a block of its own, in a list of its own that counts on. */
function itemsOf(run: readonly Token[]): MarkdownBlock[] {
  const [open] = run;
  const close = run.at(-1);
  if (!open || !close) return [];
  const first = Number(open.attrGet('start') ?? 1);
  return runs(run.slice(1, -1)).map((item, index) => {
    if (open.tag === 'ol') open.attrSet('start', String(first + index));
    return blockOf([open, ...item, close], item);
  });
}

/** The blocks of {@link renderMarkdown}, one after the other. */
export const renderBlocks = (text: string, changedLines: ReadonlySet<number> = new Set()): MarkdownBlock[] =>
  runs(safeTokens(text, changedLines)).flatMap((run) =>
    run[0]?.type.endsWith('_list_open') ? itemsOf(run) : [blockOf(run)],
  );
