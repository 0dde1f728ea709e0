import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteOf, partOf, splitAppended } from '../../src/memory/instructions/note-part.ts';
import {
  composeSection,
  cutFile,
  markOf,
  putSection,
  readSection,
  trimmed,
} from '../../src/memory/instructions/section.ts';
import { reasonWords } from '../../src/state/file-reason.ts';

const word = fc.constantFrom(
  'a',
  'Ünï',
  '😀',
  ' ',
  '\n',
  '\n\n',
  '# Heading',
  '```',
  '---',
  '\0',
  '<!-- lineclear:end -->',
  '<!-- lineclear:begin x 0123456789ab -->',
  String.raw`<!-- \lineclear:note a 0123456789ab -->`,
  '<!-- Lineclear keeps -->',
);
const markdown = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
const name = fc.stringMatching(/^[a-z0-9][a-z0-9 ._-]{0,12}[a-z0-9]$/);
const parts = fc.uniqueArray(fc.record({ name, text: markdown }), {
  selector: (part) => part.name,
  maxLength: 5,
});
/** What persons have in their files, without our markers. */
const foreign = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\r\n', '\n', '\r', '# A', '<!-- x -->')), {
    maxLength: 12,
  })
  .map((words) => words.join('').toWellFormed())
  .filter((text) => cutFile(text).kind === 'none');

function isAsWritten(text: string): boolean {
  const cut = cutFile(text);
  return cut.kind === 'section' && cut.section.isAsWritten;
}
function lineOf(...lines: string[]): string {
  const cut = cutFile(lines.join('\n'));
  return cut.kind === 'broken' ? `${cut.line} ${reasonWords(cut.reason)}` : cut.kind;
}
function read(text: string) {
  const cut = cutFile(text);
  return cut.kind === 'section' ? readSection(cut.section) : cut;
}

describe('the section of an instruction file', () => {
  it('is read as it was written, in any file, whose other bytes stay', () => {
    fc.assert(
      fc.property(foreign, fc.boolean(), parts, parts, (text, bom, first, second) => {
        const file = (bom ? '\uFEFF' : '') + text;
        const once = putSection(file, composeSection('rules', first));
        expect(once.startsWith(file)).toBe(true);
        const twice = putSection(once, composeSection('rules', second));
        const [cut, again] = [cutFile(once), cutFile(twice)];
        if (cut.kind !== 'section' || again.kind !== 'section') throw new Error(`${cut.kind}, ${again.kind}`);
        expect([again.before, again.after]).toEqual([cut.before, cut.after]);
        expect(cut.before.startsWith(file)).toBe(true);
        expect(again.section).toMatchObject({ domain: 'rules', isAsWritten: true });
        const found = readSection(again.section);
        if (!('parts' in found)) throw new Error(found.message);
        const written = second.map(({ name: of, text: its }) => ({
          name: of,
          text: trimmed(its.replaceAll('\0', '\uFFFD')),
        }));
        expect(found.lead).toBe('');
        expect(found.parts.map(({ name: of, text: its }) => ({ name: of, text: its }))).toEqual(written);
        expect(found.parts.every(({ text: its, mark }) => markOf(its) === mark)).toBe(true);
        expect(putSection(twice, composeSection('rules', second))).toBe(twice);
      }),
      { numRuns: 300 },
    );
  });

  it('is told from one that somebody changed, but not by its line ends', () => {
    const file = putSection('# Mine\n', composeSection('rules', [{ name: 'tests', text: 'Run them.' }]));
    expect(isAsWritten(file)).toBe(true);
    expect(isAsWritten(file.replaceAll('\n', '\r\n'))).toBe(true);
    expect(isAsWritten(`Above\n${file}Below`)).toBe(true);
    expect(isAsWritten(file.replace('Run', 'Skip'))).toBe(false);
    // A person says with two empty markers where it is to be.
    expect(isAsWritten('A\n<!-- lineclear:begin rules -->\n<!-- lineclear:end -->\nB')).toBe(true);
    expect(isAsWritten('<!-- lineclear:begin rules -->\nMine\n<!-- lineclear:end -->')).toBe(false);
  });

  it('is broken where its markers are not one begin and one end behind it, and the line is told', () => {
    const begin = '<!-- lineclear:begin rules 0123456789ab -->';
    const end = '<!-- lineclear:end -->';
    expect([
      lineOf('x', begin, 'y'),
      lineOf('x', 'y', end),
      lineOf(end, begin),
      lineOf(begin, begin, end),
      lineOf(begin, 'x', end, 'y', end),
      lineOf(begin, end, begin, end),
      lineOf(`  ${begin}`, end),
      lineOf(begin, `${end} more`),
      lineOf(`text ${begin}`, 'x'),
    ]).toEqual([
      '2 is the begin of a section that has no end',
      '3 is the end of a section that has no begin',
      '1 is the end of a section that has no begin',
      '2 is a second begin of a section',
      '5 is a marker behind the end of the section',
      '3 is a marker behind the end of the section',
      '1 is no whole marker of Lineclear',
      '2 is no whole marker of Lineclear',
      'none',
    ]);
  });

  it('has notes that cannot be told apart where their markers are damaged', () => {
    const file = composeSection('rules', [
      { name: 'a', text: 'A' },
      { name: 'b', text: 'B' },
    ]);
    expect(read(file.replace('note b', 'note a'))).toMatchObject({
      line: 7,
      message: expect.stringContaining('twice'),
    });
    expect(read(file.replace('lineclear:note b', 'lineclear:note'))).toMatchObject({ line: 7 });
    expect(read(file.replace('<!-- lineclear:note a', 'New.\n\n<!-- lineclear:note a'))).toMatchObject({
      lead: 'New.',
    });
  });
});

describe('a note in an instruction file', () => {
  it('has its title as a heading, and takes over what somebody makes of it', () => {
    const note = '---\ntitle: Tests\ntags: [a]\n---\nRun them.\n';
    expect(partOf(note)).toBe('## Tests\n\nRun them.');
    expect(noteOf(note, '## Tests\n\nRun all.')).toBe('---\ntitle: Tests\ntags: [a]\n---\nRun all.\n');
    expect(noteOf(note, '## All tests\n\nRun.')).toBe('---\ntitle: All tests\ntags: [a]\n---\nRun.\n');
    expect(noteOf(note, 'No heading.')).toBe('---\ntitle: Tests\ntags: [a]\n---\nNo heading.\n');
    expect(partOf('# Style\n\nTwo spaces.\n')).toBe('# Style\n\nTwo spaces.');
    expect(noteOf('# Style\n', '# Style\n\nTabs.')).toBe('# Style\n\nTabs.\n');
    expect(partOf(noteOf('Old.\n', '---\ntags: [x]\n---\nNew.'))).toBe('---\ntags: [x]\n---\nNew.');
  });

  it('comes back as it was taken over', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const part = trimmed(text);
        expect(partOf(noteOf('Old.\n', part))).toBe(part);
      }),
    );
  });

  it('ends where somebody began another one below it', () => {
    expect(splitAppended('## A\n\na', '## A\n\na\n\n## B\n\nb')).toEqual({
      own: '## A\n\na',
      appended: '## B\n\nb',
    });
    expect(splitAppended('## A\n\na', '## A\n\na\n\n### More\n\nb').appended).toBe('');
    expect(splitAppended('## A\n\na', '## A\n\nb\n\n## B').appended).toBe('');
    expect(splitAppended('a', 'a\n\nb').appended).toBe('');
  });
});
