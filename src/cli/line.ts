import { styleText } from 'node:util';
import { printable } from './printable.ts';
import { padTo, textWidth, truncate } from './text-width.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** A piece of text as it came, with how it is to look. Rendering makes it safe, so no view has to think of that. */
export type Cell = string | { readonly text: string; readonly style: Style };

export interface Line {
  readonly cells: readonly Cell[];
  /** Cut at the edge of the terminal. Commands to copy and words of a person or an agent are never cut. */
  readonly cut: boolean;
}

export interface Screen {
  /** Infinity where nothing is cut, such as in a file. */
  readonly columns: number;
  readonly color: boolean;
}

/** A line that is cut at the edge of the terminal. */
export const row = (...cells: readonly Cell[]): Line => ({ cells, cut: true });

/** A line that is shown whole. */
export const whole = (...cells: readonly Cell[]): Line => ({ cells, cut: false });

export const blank: Line = row();

/** A text of several lines, each shown whole. */
export const paragraph = (text: string, indent = ''): readonly Line[] =>
  text
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .map((line) => whole(indent, line));

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
const oneLine = (text: string): string => printable(text.replace(/[\r\n\t]+/g, ' '));

function withText(cell: Cell, text: string): Cell {
  return typeof cell === 'string' ? text : { ...cell, text };
}

/**
 * Rows as a table: each column but the last is as wide as its widest cell, at most `widest`.
 * Columns that are empty in every row are left out.
 */
export function alignColumns(rows: readonly (readonly Cell[])[], indent = '', widest = 44): readonly Line[] {
  const count = Math.max(0, ...rows.map((cells) => cells.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((cells) => Math.min(widest, textWidth(oneLine(textOf(cells[column] ?? '')))))),
  );
  const used = widths.flatMap((width, column) => (width > 0 ? [column] : []));
  const last = used.at(-1);
  return rows.map((cells) =>
    row(
      indent,
      ...used.flatMap((column): Cell[] => {
        const cell = cells[column] ?? '';
        if (column === last) return [cell];
        const width = widths[column] ?? 0;
        return [withText(cell, padTo(truncate(oneLine(textOf(cell)), width), width)), '  '];
      }),
    ),
  );
}

/** A line as text: printable, cut to the screen, coloured where the screen has colours. */
export function renderLine(line: Line, screen: Screen): string {
  let left = line.cut ? screen.columns : Infinity;
  let text = '';
  for (const cell of line.cells) {
    const safe = line.cut ? oneLine(textOf(cell)) : printable(textOf(cell));
    const shown = truncate(safe, left);
    left -= textWidth(shown);
    text += typeof cell === 'string' || !screen.color ? shown : styled(cell.style, shown);
    if (shown !== safe) break;
  }
  return text.trimEnd();
}

// Whether there are colours was decided for the stream that is written to; styleText would look at stdout.
const styled = (style: Style, text: string): string =>
  text === '' ? '' : styleText(style, text, { validateStream: false });

export const renderLines = (lines: readonly Line[], screen: Screen): string =>
  lines.map((line) => `${renderLine(line, screen)}\n`).join('');
