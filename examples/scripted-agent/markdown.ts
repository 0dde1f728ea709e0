export interface Heading {
  readonly level: number;
  readonly title: string;
  /** The fragment of a link to it. */
  readonly anchor: string;
}

const CONTENTS = '## Contents';

/** The headings of a Markdown text; what is in code blocks does not count. */
export function headingsOf(markdown: string): Heading[] {
  const headings: Heading[] = [];
  let fence = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) fence = !fence;
    const [, marks, title] = (fence ? undefined : /^(#{1,6})\s+(.*?)\s*#*$/.exec(line)) ?? [];
    if (marks === undefined || title === undefined) continue;
    headings.push({ level: marks.length, title, anchor: anchorOf(title) });
  }
  return headings;
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** The text with a table of contents of its own headings, in the place of the one that was there. */
export function withContents(markdown: string): string {
  const entries = headingsOf(markdown)
    .filter(({ level, title }) => (level === 2 || level === 3) && title !== 'Contents')
    .map(({ level, title, anchor }) => `${'  '.repeat(level - 2)}- [${title}](#${anchor})`);
  return withSection(markdown, CONTENTS, entries.join('\n'), 'first');
}

/** The text with a section of that heading: replaced where there is one, otherwise put as the first or the last. */
export function withSection(
  markdown: string,
  heading: string,
  body: string,
  place: 'first' | 'last',
): string {
  const lines = markdown.trimEnd().split('\n');
  const level = /^#+/.exec(heading)?.[0].length ?? 2;
  const isEnd = (line: string) => {
    const marks = /^(#{1,6})\s/.exec(line)?.[1];
    return marks !== undefined && marks.length <= level;
  };
  const start = lines.findIndex((line) => line.trim().toLowerCase() === heading.toLowerCase());
  const section = [heading, '', ...body.split('\n'), ''];
  if (start !== -1) {
    const length = lines.slice(start + 1).findIndex(isEnd);
    const end = length === -1 ? lines.length : start + 1 + length;
    return `${[...lines.slice(0, start), ...section, ...lines.slice(end)].join('\n').trimEnd()}\n`;
  }
  const first = lines.findIndex((line) => /^##\s/.test(line));
  if (place === 'last' || first === -1) return `${[...lines, '', ...section].join('\n').trimEnd()}\n`;
  return `${[...lines.slice(0, first), ...section, ...lines.slice(first)].join('\n').trimEnd()}\n`;
}

/** What is wrong with the links and headings of a Markdown text, in words. */
export function checkMarkdown(markdown: string): string[] {
  const headings = headingsOf(markdown);
  const anchors = new Set(headings.map(({ anchor }) => anchor));
  const broken = [...markdown.matchAll(/\]\(#([^)\s]+)\)/g)]
    .map(([, anchor = '']) => anchor)
    .filter((anchor) => !anchors.has(anchor));
  const titles = headings.filter(({ level }) => level === 2).map(({ title }) => title);
  const double = titles.filter((title, index) => titles.indexOf(title) !== index);
  return [
    ...broken.map((anchor) => `the link to #${anchor} leads nowhere`),
    ...[...new Set(double)].map((title) => `the heading “${title}” is there twice`),
  ];
}

/** The text without what `checkMarkdown` finds: contents made anew, dead links as words, doubled headings numbered. */
export function repairMarkdown(markdown: string): string {
  const seen = new Map<string, number>();
  const numbered = markdown.replaceAll(/^## +(.*?)\s*$/gm, (line: string, title: string) => {
    const times = (seen.get(title) ?? 0) + 1;
    seen.set(title, times);
    return times === 1 ? line : `## ${title} (${times})`;
  });
  const headings = headingsOf(numbered);
  const anchors = new Set(headings.map(({ anchor }) => anchor));
  const hasContents = headings.some(({ title }) => title === 'Contents');
  const text = hasContents ? withContents(numbered) : numbered;
  return text.replaceAll(/\[([^\]]*)\]\(#([^)\s]+)\)/g, (link: string, words: string, anchor: string) =>
    anchors.has(anchor) ? link : words,
  );
}
