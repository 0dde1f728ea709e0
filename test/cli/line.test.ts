import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignColumns, paragraph, renderLine, renderLines, row, whole } from '../../src/cli/line.ts';
import { printable, printableJson } from '../../src/cli/printable.ts';
import { shortIds } from '../../src/cli/short-ids.ts';
import { textWidth, truncate } from '../../src/cli/text-width.ts';

const plain = { columns: Infinity, color: false };
const ESC = String.fromCharCode(0x1b);
const CSI = String.fromCharCode(0x9b);
const BELL = String.fromCharCode(7);
const RIGHT_TO_LEFT = String.fromCharCode(0x202e);

const isCommand = (text: string): boolean => /[\p{Cc}\p{Bidi_Control}]/u.test(text.replaceAll(/[\n\t]/g, ''));

describe('text of agents', () => {
  it('loses its colours and shows other control characters', () => {
    expect(printable(`${ESC}[31mred${ESC}[0m ${ESC}]0;title${BELL}${BELL}`)).toBe('red ␇');
    expect(printable(`a${CSI}2Jb`)).not.toContain(CSI);
    expect(printable(`rm ${RIGHT_TO_LEFT}txt`)).toBe(String.raw`rm \u202etxt`);
  });

  it('never reaches a terminal as a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const lines = [
          row(text),
          whole({ text, style: 'red' }),
          ...paragraph(text),
          ...alignColumns([[text, text]]),
        ];
        return !isCommand(renderLines(lines, plain));
      }),
    );
  });

  it('stays the same JSON', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
        const safe = printableJson(json);
        expect(JSON.parse(safe)).toEqual(JSON.parse(json));
        return !isCommand(safe);
      }),
    );
  });
});

describe('lines', () => {
  it('colour what has a style, after the text was made safe', () => {
    const text = renderLine(row({ text: `a${ESC}[1mb`, style: 'red' }), { columns: Infinity, color: true });
    expect(text).toBe(`${ESC}[31mab${ESC}[39m`);
  });

  it('are never wider than the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
        return textWidth(renderLine(row(text, text), { columns, color: false })) <= columns;
      }),
    );
  });

  it('count a wide character as two columns and a mark as none', () => {
    expect(textWidth('漢字')).toBe(4);
    expect(textWidth('👩‍👩‍👧')).toBe(2);
    expect(textWidth('é')).toBe(1);
    expect(truncate('漢字のログイン', 6)).toBe('漢字…');
  });

  it('are shown whole where a cut would lose words of a person', () => {
    expect(renderLines(paragraph('one two three\r\n\tfour'), { columns: 5, color: false })).toBe(
      'one two three\n\tfour\n',
    );
  });

  it('stand in columns, without those that are empty', () => {
    expect(
      renderLines(
        alignColumns([
          ['a', '', '漢'],
          ['bbb', '', 'c'],
        ]),
        plain,
      ),
    ).toBe('a    漢\nbbb  c\n');
  });
});

describe('short ids', () => {
  it('are the shortest ending that is unique', () => {
    expect([...shortIds(['add-rate-limiting-p2x7b', 'fix-the-login-ap2x7b', 'mine']).values()]).toEqual([
      'g-p2x7b',
      'ap2x7b',
      'mine',
    ]);
  });
});
